"""What goes back to the caller: a status, a body, headers. Error bodies are made here and nowhere else (contract 5)."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ocote.dte.faults import Fault
from ocote.errors import detail_of, fault, message, status
from ocote.web.invalid import InvalidRequest

Header = tuple[bytes, bytes]

JSON = b"application/json"

SAME_FOR_ALL: tuple[Header, ...] = ((b"x-content-type-options", b"nosniff"),)
"""Headers of every answer, whatever it says."""

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


class ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every answer with an error status; `errors` comes with 400 alone."""

    detail: Annotated[str, Meta(description="What is wrong, in Spanish, for people.")]
    code: Annotated[str, Meta(description="What is wrong, for programs; never changes its meaning.")]
    errors: tuple[FaultBody, ...] = ()


class Answer(Struct, frozen=True):
    """A complete answer, except for the headers that every answer carries."""

    status: int
    body: bytes
    media_type: bytes = JSON
    headers: tuple[Header, ...] = ()


class Streamed(Struct, frozen=True):
    """An answer of status 200 whose body is made while it is sent.

    What the making raises before its first piece is answered as anywhere else; later it can only break the answer off.
    """

    pieces: AsyncGenerator[bytes, None]
    media_type: bytes
    headers: tuple[Header, ...] = ()


def ok(body: object) -> Answer:
    """An answer of status 200 with a JSON body: a struct, a list or a mapping; amounts keep their decimals."""
    return Answer(200, _ENCODER.encode(body))


def refusal(code: str, values: Mapping[str, object], headers: tuple[Header, ...] = ()) -> Answer:
    """The answer to an operation that is not done, with status and text of the table of codes.

    ``values`` are those the message names; for a code of status 400, ``field`` among them is what ``errors`` says.
    """
    if status(code) == 400:
        named = dict(values)
        return faulty([fault(code, str(named.pop("field", "body")), **named)])
    return Answer(status(code), _ENCODER.encode(ErrorBody(message(code, **values), code)), JSON, headers)


def faulty(faults: Iterable[Fault]) -> Answer:
    """The answer to a request that cannot be understood or issued: 400 with every fault; ``detail`` names the first."""
    listed = tuple(FaultBody(each.field, each.message, str(each.code)) for each in faults)
    first = listed[0]
    detail = detail_of(Fault(first.code, first.field, first.message))
    return Answer(400, _ENCODER.encode(ErrorBody(detail, first.code, listed)))


def invalid_request(error: InvalidRequest) -> Answer:
    """The answer to a request whose reading found faults."""
    return faulty(error.faults)
