"""The way in: every request passes here, in the order TLS, key, rate limit, route and method (contract D24).

Plain ASGI. What a route raises becomes an answer here; only what nobody foresaw becomes a 500.
"""

import re
import traceback
from collections.abc import Mapping
from hashlib import sha256
from time import perf_counter

import structlog

from ocote.api.call import Call, query_of
from ocote.api.gateway import Gateway
from ocote.api.routing import Router
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Refused
from ocote.dte.faults import InvalidSale
from ocote.errors import advised
from ocote.issuing.timing import StepTimes
from ocote.store.engine.store import StoreUnavailableError
from ocote.web import metrics
from ocote.web.answer import SAME_FOR_ALL, Answer, Header, Streamed, faulty, invalid_request, refusal
from ocote.web.asgi import Scope, Send, send_answer
from ocote.web.body import ClientGone, Receive
from ocote.web.invalid import InvalidRequest
from ocote.web.limiter import Allowance, RateLimiter
from ocote.web.request_ids import new_request_id
from ocote.web.streaming import BegunStream
from ocote.web.transport import is_confidential

PREFIX = "/api/connect"

_FILES = b"/file/"
_KEY = re.compile(r"odt_[0-9a-f]{56}")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_DEPRECATED: Header = (b"deprecation", b"true")

_log = structlog.get_logger(__name__)


class Gate:
    """API Connect as an ASGI application, without its public pages.

    ``allow_http`` admits plain HTTP from loopback addresses; ``base_url`` begins the URLs in answers, and without one
    scheme and host of the request do. The scheme is the one the server saw, or a trusted proxy told it.
    """

    def __init__(
        self,
        gateway: Gateway,
        limiter: RateLimiter,
        router: Router,
        public: Mapping[bytes, Answer],
        *,
        allow_http: bool = False,
        base_url: str | None = None,
    ) -> None:
        self._gateway = gateway
        self._limiter = limiter
        self._router = router
        self._public = public
        self._allow_http = allow_http
        self._base_url = base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request below ``/api/connect``."""
        passage = _Passage(scope)
        with structlog.contextvars.bound_contextvars(request_id=passage.request_id):
            try:
                answer = await self._answer(passage, receive)
            except ClientGone:
                return
            except Exception as error:  # noqa: BLE001 - the last resort: the caller gets a 500, the log the rest
                _log.error("unforeseen_fault", route=passage.route, error=type(error).__name__, traceback=_safe_trace())
                answer = refusal("internal_error", {"request_id": passage.request_id})
        seconds = passage.finish()
        metrics.count(passage.route, answer.status, seconds)
        if isinstance(answer, BegunStream):
            await answer.send(send, passage.headers)
        else:
            await send_answer(send, answer, passage.headers)

    async def _answer(self, passage: "_Passage", receive: Receive) -> Answer | BegunStream:
        try:
            self._check_transport(passage.scope)
            page = self._public.get(passage.path)
            if page is not None:
                return _page(page, passage)
            holder = await self._identify(passage)
            await self._limit(passage, holder)
            answer = await self._route(passage, holder, receive)
            return await BegunStream.begin(answer, receive) if isinstance(answer, Streamed) else answer
        except InvalidRequest as error:
            return invalid_request(error)
        except InvalidSale as error:
            return faulty(map(advised, error.faults))
        except Refused as error:
            return refusal(error.code, error.values)
        except StoreUnavailableError as error:
            _log.warning("store_unavailable", route=passage.route, error=str(error))
            passage.headers.append((b"retry-after", b"5"))
            return refusal("service_unavailable", {})

    def _check_transport(self, scope: Scope) -> None:
        if not is_confidential(scope, allow_http=self._allow_http):
            raise Refused("https_required")

    async def _identify(self, passage: "_Passage") -> KeyHolder:
        """The caller of the key. Raises Refused (401) for a missing, malformed or unknown key or a disabled company."""
        began = perf_counter()
        key = passage.key()
        if not key:
            passage.headers.append((b"www-authenticate", b"Bearer"))
            raise Refused("key_missing")
        if not _KEY.fullmatch(key):
            passage.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
            raise Refused("key_malformed")
        holder = await self._gateway.key_holder(sha256(key.encode("ascii")).hexdigest())
        passage.times.add("key", perf_counter() - began)
        if holder is None or not holder.company_active:
            passage.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
        if holder is None:
            raise Refused("key_unknown")
        if not holder.company_active:
            raise Refused("company_disabled")
        return holder

    async def _limit(self, passage: "_Passage", holder: KeyHolder) -> None:
        """Counts the call and tells what is left, on every answer to a known key. Raises Refused (429)."""
        verdict = await self._limiter.admit(holder.key_id, holder.per_minute, holder.per_hour)
        passage.headers.extend(_limit_headers(verdict))
        if verdict.refused_by is None:
            return
        passage.headers.append((b"retry-after", b"%d" % verdict.retry_after_s))
        if verdict.refused_by == "minute":
            raise Refused("rate_limit_minute", limit=verdict.per_minute)
        raise Refused("rate_limit_hour", limit=verdict.per_hour)

    async def _route(self, passage: "_Passage", holder: KeyHolder, receive: Receive) -> Answer | Streamed:
        match = self._router.match(passage.path)
        if match is None:
            raise Refused("route_unknown", path=PREFIX + passage.path.decode("latin-1")[:200])
        passage.route = match.path
        route = match.by_method.get(passage.scope["method"])
        if route is None:
            return _wrong_method(passage.scope["method"], match.allowed())
        call = Call(
            self._gateway,
            holder,
            passage.times,
            self._base_url or passage.own_url(),
            passage.request_headers,
            passage.scope["query_string"],
            match.argument,
            receive,
        )
        return await route.handler(call)


class _Passage:
    """What one request gathers on its way: its identifier, its step times, the headers of its answer."""

    __slots__ = ("_began", "headers", "path", "request_headers", "request_id", "route", "scope", "times")

    def __init__(self, scope: Scope) -> None:
        self._began = perf_counter()
        self.scope = scope
        self.times = StepTimes()
        self.route = "unknown"
        self.path = _path(scope)
        self.request_headers: dict[bytes, bytes] = dict(scope["headers"])
        sent = self.request_headers.get(b"x-request-id", b"")
        self.request_id = sent.decode("ascii") if _REQUEST_ID.fullmatch(sent) else new_request_id()
        self.headers: list[Header] = [*SAME_FOR_ALL, (b"x-request-id", self.request_id.encode("ascii"))]

    def key(self) -> str:
        """The key that was sent, as a bearer token or, for files alone, in the URL; empty when there is none (D22)."""
        authorization = self.request_headers.get(b"authorization")
        if authorization is not None:
            scheme, _, token = authorization.decode("latin-1").strip().partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
        if not self.path.startswith(_FILES):
            return ""
        in_url = query_of(self.scope["query_string"]).get("key", [""])[-1]
        if in_url:
            self.headers.append(_DEPRECATED)
        return in_url

    def own_url(self) -> str:
        """Scheme and host as the caller wrote them; the server's own address when the Host header is no host."""
        host = self.request_headers.get(b"host", b"").decode("latin-1")
        if not _HOST.fullmatch(host):
            address = self.scope.get("server") or ("localhost", None)
            host = address[0] if address[1] is None else f"{address[0]}:{address[1]}"
        return f"{self.scope['scheme']}://{host}"

    def finish(self) -> float:
        """Writes the ``Server-Timing`` header and returns the seconds the request took."""
        seconds = perf_counter() - self._began
        self.times.add("total", seconds)
        self.headers.append((b"server-timing", self.times.header().encode("ascii")))
        return seconds


def _path(scope: Scope) -> bytes:
    """The path below the prefix, still percent-encoded."""
    raw: bytes | None = scope.get("raw_path")
    whole = raw if raw is not None else str(scope["path"]).encode("utf-8")
    return whole.removeprefix(PREFIX.encode("ascii"))


def _page(page: Answer, passage: _Passage) -> Answer:
    """A public page: no key, no limit, GET and HEAD alone."""
    passage.route = "page"
    if passage.scope["method"] in ("GET", "HEAD"):
        return page
    return _wrong_method(passage.scope["method"], "GET, HEAD")


def _wrong_method(method: str, allowed: str) -> Answer:
    values = {"method": method, "allowed": allowed}
    return refusal("method_not_allowed", values, ((b"allow", allowed.encode("ascii")),))


def _limit_headers(verdict: Allowance) -> tuple[Header, ...]:
    return (
        (b"x-ratelimit-limit-minute", b"%d" % verdict.per_minute),
        (b"x-ratelimit-limit-hour", b"%d" % verdict.per_hour),
        (b"x-ratelimit-remaining-minute", b"%d" % verdict.left_minute),
        (b"x-ratelimit-remaining-hour", b"%d" % verdict.left_hour),
        (b"x-ratelimit-reset", b"%d" % verdict.reset_s),
    )


def _safe_trace() -> str:
    """The traceback as text, without any key that a message of it may hold."""
    return _KEY.sub("odt_…", traceback.format_exc())
