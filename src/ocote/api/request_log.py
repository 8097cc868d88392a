"""The record of one request of API Connect, for its log entry, metrics and response headers."""

import re
from time import perf_counter

from starlette.datastructures import QueryParams
from starlette.types import Message, Scope, Send

from ocote.issuing.timing import StepTimes
from ocote.web import metrics
from ocote.web.request_ids import new_request_id
from ocote.web.response import Header
from ocote.web.routing import raw_path

API_PATH = "/api/connect"

_PREFIX = API_PATH.encode("ascii")
_FILES = b"/file/"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_DEPRECATED: Header = (b"deprecation", b"true")


class RequestLog:
    """Identifier, step times and documented route of a request, and the headers to add to its response.

    ``key_prefix`` is the public beginning of a key that was sent, and ``is_of_a_company`` tells that the key is known.
    The last of repeated headers counts.
    """

    __slots__ = (
        "_began",
        "_scope",
        "headers",
        "is_answered",
        "is_of_a_company",
        "key_prefix",
        "path",
        "received",
        "request_id",
        "route",
        "times",
    )

    def __init__(self, scope: Scope) -> None:
        self._began = perf_counter()
        self._scope = scope
        self.times = StepTimes()
        self.route = "unknown"
        self.is_answered = False
        self.key_prefix: str | None = None
        self.is_of_a_company = False
        self.path = path_below(scope)
        self.received: dict[bytes, bytes] = dict(scope["headers"])
        sent = self.received.get(b"x-request-id", b"")
        self.request_id = sent.decode("ascii") if _REQUEST_ID.fullmatch(sent) else new_request_id()
        self.headers: list[Header] = [(b"x-request-id", self.request_id.encode("ascii"))]

    def key(self) -> str:
        """The key that was sent, as a bearer token or, for files alone, in the URL; empty when there is none (D22)."""
        authorization = self.received.get(b"authorization")
        if authorization is not None:
            scheme, _, token = authorization.decode("latin-1").strip().partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
        if not self.path.startswith(_FILES):
            return ""
        in_url = QueryParams(self._scope["query_string"]).get("key", "")
        if in_url:
            self.headers.append(_DEPRECATED)
        return in_url

    def own_url(self) -> str:
        """Scheme and host as the client wrote them; the server's own address when the Host header is invalid."""
        host = self.received.get(b"host", b"").decode("latin-1")
        if not _HOST.fullmatch(host):
            address = self._scope.get("server") or ("localhost", None)
            host = address[0] if address[1] is None else f"{address[0]}:{address[1]}"
        return f"{self._scope['scheme']}://{host}"

    def completing(self, send: Send) -> Send:
        """A ``send`` that counts the response when it starts and adds the headers, ``Server-Timing`` as the last."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.is_answered = True
                seconds = perf_counter() - self._began
                self.times.add("total", seconds)
                metrics.count(self.route, message["status"], seconds)
                timing = (b"server-timing", self.times.header().encode("ascii"))
                message["headers"] = [*message["headers"], *self.headers, timing]
            await send(message)

        return complete


def path_below(scope: Scope) -> bytes:
    """The path below ``/api/connect``, still percent-encoded."""
    return raw_path(scope).removeprefix(_PREFIX)
