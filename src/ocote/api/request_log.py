"""The record of one request of API Connect, for its log entry, metrics and response headers."""

import re
from collections.abc import Sequence
from time import perf_counter
from typing import Final

import structlog
from starlette.datastructures import QueryParams
from starlette.types import Message, Scope, Send

from ocote.documents.view import AnswerWarning, DocumentView
from ocote.dte.faults import Fault
from ocote.issuing.timing import StepTimes
from ocote.web import metrics
from ocote.web.refusals import safely_shown
from ocote.web.request_ids import new_request_id
from ocote.web.response import Header
from ocote.web.routing import raw_path

API_PATH = "/api/connect"

_PREFIX = API_PATH.encode("ascii")
_FILES = b"/file/"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_ANY_KEY = re.compile(r"odt_\w+")
_DEPRECATED: Header = (b"deprecation", b"true")
_BROKEN: Final = 500

_log = structlog.get_logger(__name__)


class RequestLog:
    """Identifier, step times and documented route of a request, and the headers to add to its response.

    ``key_prefix`` is the public beginning of a key that was sent, and ``company_id`` the company of a known key.
    ``faults`` and ``warnings`` are those of the answer. ``code`` is the code of the fault that was answered,
    ``document`` the id of the document that the request is about, or the reference by which the client named it. The
    last of repeated headers counts.
    """

    __slots__ = (
        "_began",
        "_facts",
        "_is_refused_by_mh",
        "_scope",
        "code",
        "company_id",
        "document",
        "faults",
        "headers",
        "is_answered",
        "is_dry_run",
        "key_prefix",
        "path",
        "received",
        "request_id",
        "route",
        "status",
        "times",
        "warnings",
    )

    def __init__(self, scope: Scope) -> None:
        self._began = perf_counter()
        self._scope = scope
        self.times = StepTimes()
        self.route = "unknown"
        self.is_answered = False
        self.key_prefix: str | None = None
        self.company_id: int | None = None
        self.status = 0
        self.code: str | None = None
        self.document: str | None = None
        self.is_dry_run = False
        self.faults: Sequence[Fault] = ()
        self.warnings: Sequence[AnswerWarning] = ()
        self._facts: dict[str, str] = {}
        self._is_refused_by_mh = False
        self.path = path_below(scope)
        self.received: dict[bytes, bytes] = dict(scope["headers"])
        sent = self.received.get(b"x-request-id", b"")
        self.request_id = sent.decode("ascii") if _REQUEST_ID.fullmatch(sent) else new_request_id()
        self.headers: list[Header] = [(b"x-request-id", self.request_id.encode("ascii"))]

    @property
    def is_of_a_company(self) -> bool:
        """Whether the request came with a known key."""
        return self.company_id is not None

    @property
    def method(self) -> str:
        """The method, which may be any word, cut to a bound."""
        return str(self._scope["method"])[:16]

    @property
    def elapsed_ms(self) -> float:
        """The milliseconds since the request began."""
        return (perf_counter() - self._began) * 1000

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
                self.status = message["status"]
                seconds = perf_counter() - self._began
                self.times.add("total", seconds)
                metrics.count(self.route, message["status"], seconds)
                timing = (b"server-timing", self.times.header().encode("ascii"))
                message["headers"] = [*message["headers"], *self.headers, timing]
            await send(message)

        return complete

    def note_outcome(self, document: DocumentView) -> None:
        """Notes the document with which the request was answered, and the state that MH's answer gave it."""
        self.document = document.id
        self.note_verdict(document.state, document.mh_code)

    def note_verdict(self, state: str, mh_code: str) -> None:
        """Notes the state that MH's answer gave to a document or an event: a refusal is a warning in the log."""
        self._is_refused_by_mh = state == "rejected"
        self._facts = {"state": state, "mh_code": mh_code} if mh_code else {"state": state}

    def write_line(self) -> None:
        """Writes the one line of the log about the request, without query, body or secret.

        ``status`` 0 means that the client went before it was answered.
        """
        write = _log.warning if self._is_refused_by_mh or self.status >= _BROKEN else _log.info
        write(
            "request",
            method=self.method,
            route=self.route,
            status=self.status,
            code=self.code,
            key=self.key_prefix,
            document=None if self.document is None else safely_shown(without_keys(self.document)),
            ms=round(self.elapsed_ms, 1),
            **self._facts,
        )


def without_keys(text: str) -> str:
    """The text with a mark in place of any API key."""
    return _ANY_KEY.sub("odt_*", text)


def path_below(scope: Scope) -> bytes:
    """The path below ``/api/connect``, still percent-encoded."""
    return raw_path(scope).removeprefix(_PREFIX)
