"""Responses as values: a status, a body, headers. Error bodies are made here and nowhere else (contract 5).

A response is an ASGI application, like the responses of Starlette. It sends the headers that all responses have in
common, then its own, in their order.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.types import Receive, Scope, Send

from ocote.dte.faults import Fault
from ocote.errors import detail_of, fault, message, status
from ocote.web.invalid import MAX_FAULTS, InvalidRequest

Header = tuple[bytes, bytes]

JSON = b"application/json"

_SAME_FOR_ALL: tuple[Header, ...] = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_SAME_OVER_TLS: tuple[Header, ...] = (*_SAME_FOR_ALL, (b"strict-transport-security", b"max-age=31536000"))

NOT_KEPT: Header = (b"cache-control", b"no-store")
"""No cache keeps what only the holder of a key may read."""

COME_AGAIN: Header = (b"retry-after", b"5")
"""What a client is told with a 503: the seconds after which to repeat the request."""

_LONG_BODY = 256 * 1024
_PIECE = 64 * 1024
"""Bytes. A long body is written piece by piece, as the client reads: unread copies of it would fill the memory."""

_ENCODER = msgspec.json.Encoder(decimal_format="number")


class FaultBody(msgspec.Struct, frozen=True):
    """One fault of a request."""

    field: Annotated[
        str,
        Meta(
            description="Path of the value, a parameter of the URL, a header, `body` or `request`.",
            examples=["lines[0].quantity"],
        ),
    ]
    message: Annotated[str, Meta(description="In Spanish, for people.", examples=["debe ser mayor que cero"])]
    code: Annotated[str, Meta(description="For programs.", examples=["line_quantity_not_positive"])]


class WarningBody(msgspec.Struct, frozen=True):
    """Something to know about a call beside its answer: of the request, or of the document."""

    code: Annotated[str, Meta(description="Stable; see docs/errors.md.", examples=["field_ignored"])]
    field: Annotated[
        str,
        Meta(description="The field, parameter or header that it is about.", examples=["lines[0].price"]),
    ]
    message: Annotated[str, Meta(description="For a person, in Spanish.")]


class ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every answer with an error status; `errors` comes with 400 alone.

    `warnings` name what the gateway would ignore in the request, for instance the name under which a missing value was
    sent.
    """

    detail: Annotated[str, Meta(description="What is wrong, in Spanish, for people.")]
    code: Annotated[str, Meta(description="What is wrong, for programs; never changes its meaning.")]
    errors: tuple[FaultBody, ...] = ()
    warnings: Annotated[
        tuple[WarningBody, ...], Meta(description="Only when there are any: what is not read of this request.")
    ] = ()


def same_for_all(scheme: str) -> tuple[Header, ...]:
    """The headers of every response: no guessing of types, no address (which may hold a key) told to other sites.

    Over TLS a browser is told to come over TLS alone, for a year.
    """
    return _SAME_OVER_TLS if scheme == "https" else _SAME_FOR_ALL


class Response(Struct, frozen=True):
    """A complete response. ``headers`` come after content type, length and what is the same for all."""

    status: int
    body: bytes
    media_type: bytes = JSON
    headers: tuple[Header, ...] = ()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Sends the response."""
        headers = [
            (b"content-type", self.media_type),
            (b"content-length", b"%d" % len(self.body)),
            *same_for_all(scope["scheme"]),
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        body = self.body
        if len(body) > _LONG_BODY:
            for begin in range(0, len(body), _PIECE):
                piece = body[begin : begin + _PIECE]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            body = b""
        await send({"type": "http.response.body", "body": body})


def ok(body: object) -> Response:
    """A response of status 200 with a JSON body: a struct, a list or a mapping; amounts keep their decimals."""
    return Response(200, _ENCODER.encode(body), JSON, (NOT_KEPT,))


def refusal(
    code: str,
    values: Mapping[str, object],
    headers: tuple[Header, ...] = (),
    warnings: tuple[WarningBody, ...] = (),
) -> Response:
    """The response to an operation that is refused, with status and text of the table of codes.

    ``values`` fill the placeholders of the message; ``about`` names the one of several documents that it is about. For
    a code of status 400, ``field`` names the faulty field.
    """
    if status(code) == 400:
        named = dict(values)
        return faulty([fault(code, str(named.pop("field", "body")), **named)], warnings)
    detail, about = message(code, **values), values.get("about")
    body = ErrorBody(detail if about is None else f"{about}: {detail}", code, warnings=warnings)
    return Response(status(code), _ENCODER.encode(body), JSON, (NOT_KEPT, *headers))


def faulty(faults: Iterable[Fault], warnings: tuple[WarningBody, ...] = ()) -> Response:
    """The response to a request with faults: 400 with the first hundred of them, the very first in ``detail``."""
    listed = tuple(FaultBody(each.field, each.message, str(each.code)) for each in islice(faults, MAX_FAULTS))
    first = listed[0]
    detail = detail_of(Fault(first.code, first.field, first.message))
    return Response(400, _ENCODER.encode(ErrorBody(detail, first.code, listed, warnings)), JSON, (NOT_KEPT,))


def invalid_request(error: InvalidRequest, warnings: tuple[WarningBody, ...] = ()) -> Response:
    """The response to a request that could not be read."""
    return faulty(error.faults, warnings)


def wrong_method(method: str, allowed: str) -> Response:
    """The response to a method that a path does not have; ``allowed`` is the value of the ``Allow`` header."""
    values = {"method": method, "allowed": allowed}
    return refusal("method_not_allowed", values, ((b"allow", allowed.encode("ascii")),))
