"""The checks of every request of API Connect, in this order: TLS, key, rate limit, route and method (contract D24).

Plain ASGI middleware in front of the routes. A refusal or fault raised by a route becomes a response here; only an
unforeseen error becomes a 500.
"""

import re
import traceback
from collections.abc import Mapping
from hashlib import sha256
from time import perf_counter

import structlog
from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from ocote.api.answering import ANSWERED_ERRORS, answer_to
from ocote.api.request import ApiRequest
from ocote.api.request_log import RequestLog, without_keys
from ocote.api.services import Services
from ocote.companies.key_holder import PREFIX_LENGTH, KeyHolder
from ocote.documents.view import Refused
from ocote.errors import status
from ocote.web.body import ClientGone
from ocote.web.limiter import Allowance, RateLimiter
from ocote.web.refusals import RefusalLog, RefusedRequest
from ocote.web.response import Header, Response, refusal, wrong_method
from ocote.web.transport import address_of, household_of, is_confidential

_KEY = re.compile(r"odt_[0-9a-f]{56}")

_NOT_LET_IN = (401, 403, 429)
"""Statuses of requests that get a line among the refusals, of which there are never many."""

_log = structlog.get_logger(__name__)


class Exposure(Struct, frozen=True):
    """The ways in which clients reach the gateway.

    ``allow_http`` admits plain HTTP from loopback addresses. ``base_url`` is the beginning of URLs in responses;
    without this value the URLs begin with scheme and host of the request. The scheme comes from the connection or from
    a trusted proxy.
    """

    allow_http: bool = False
    base_url: str | None = None


class Gate:
    """Admits requests to the routes of API Connect; ``pages``, by their paths, are open without a key."""

    def __init__(
        self,
        app: ASGIApp,
        services: Services,
        limiter: RateLimiter,
        pages: Mapping[bytes, Response],
        exposure: Exposure,
    ) -> None:
        self._app = app
        self._services = services
        self._limiter = limiter
        self._pages = pages
        self._exposure = exposure
        # Strangers cannot take the lines of the companies' own keys.
        self._refused_strangers = RefusalLog()
        self._refused_keys = RefusalLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request below ``/api/connect``."""
        log = RequestLog(scope)
        completing = log.completing(send)
        with structlog.contextvars.bound_contextvars(request_id=log.request_id):
            try:
                await self._answer(log, scope, receive, completing)
            except ClientGone:
                pass
            except Exception as error:
                if log.is_answered:
                    raise
                _log.error("unforeseen_fault", route=log.route, error=type(error).__name__, traceback=_safe_trace())
                log.code = "internal_error"
                await refusal(log.code, {"request_id": log.request_id})(scope, receive, completing)
            finally:
                if log.is_of_a_company:
                    was_let_in = log.status not in _NOT_LET_IN
                    if was_let_in:
                        log.write_line()
                    log.warnings = log.warnings or ApiRequest.warned_in(scope)
                    self._services.requests.note(log, address_of(scope), was_let_in=was_let_in)

    async def _answer(self, log: RequestLog, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._pass(log, scope, receive, send)
            return
        except ANSWERED_ERRORS as error:
            if isinstance(error, Refused):
                self._note(scope, log, error.code)
            response = answer_to(error, log, scope)
        await response(scope, receive, send)

    def _note(self, scope: Scope, log: RequestLog, code: str) -> None:
        """Logs that the request was not let in; a refusal of a route is an answer like any other."""
        if status(code) not in _NOT_LET_IN:
            return
        refused = RefusedRequest(
            status=status(code),
            code=code,
            method=scope["method"],
            path=without_keys(log.path.decode("latin-1")),
            address=address_of(scope),
            caller=log.key_prefix if log.is_of_a_company and log.key_prefix else household_of(scope),
            key=log.key_prefix,
        )
        (self._refused_keys if log.is_of_a_company else self._refused_strangers).note(refused)

    async def _pass(self, log: RequestLog, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_confidential(scope, allow_http=self._exposure.allow_http):
            raise Refused("https_required")
        page = self._pages.get(log.path)
        if page is not None:
            await _open_page(page, log, scope["method"])(scope, receive, send)
            return
        holder = await self._identify(log)
        await self._limit(log, holder)
        site_url = self._exposure.base_url or log.own_url()
        ApiRequest(scope, receive, self._services, holder, log, site_url).enter()
        await self._app(scope, receive, send)

    async def _identify(self, log: RequestLog) -> KeyHolder:
        """The holder of the key. Raises Refused (401) for a missing, malformed or unknown key or a disabled company."""
        began = perf_counter()
        key = log.key()
        if not key:
            log.headers.append((b"www-authenticate", b"Bearer"))
            raise Refused("key_missing")
        if not _KEY.fullmatch(key):
            log.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
            raise Refused("key_malformed")
        log.key_prefix = key[:PREFIX_LENGTH]
        holder = await self._services.keys.holder_of(sha256(key.encode("ascii")).hexdigest())
        log.times.add("key", perf_counter() - began)
        if holder is None or not holder.company_active:
            log.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
        if holder is None:
            raise Refused("key_unknown")
        log.company_id = holder.company_id
        if not holder.company_active:
            raise Refused("company_disabled")
        return holder

    async def _limit(self, log: RequestLog, holder: KeyHolder) -> None:
        """Counts the request and adds the remaining number to the response's headers. Raises Refused (429)."""
        allowance = await self._limiter.admit(holder.key_id, holder.per_minute, holder.per_hour)
        log.headers.extend(_limit_headers(allowance))
        if allowance.refused_by is None:
            return
        log.headers.append((b"retry-after", b"%d" % allowance.retry_after_s))
        if allowance.refused_by == "minute":
            raise Refused("rate_limit_minute", limit=allowance.per_minute)
        raise Refused("rate_limit_hour", limit=allowance.per_hour)


def _open_page(page: Response, log: RequestLog, method: str) -> Response:
    """A public page, without key and limit, for GET and HEAD only."""
    log.route = "page"
    return page if method in ("GET", "HEAD") else wrong_method(method, "GET, HEAD")


def _limit_headers(allowance: Allowance) -> tuple[Header, ...]:
    return (
        (b"x-ratelimit-limit-minute", b"%d" % allowance.per_minute),
        (b"x-ratelimit-limit-hour", b"%d" % allowance.per_hour),
        (b"x-ratelimit-remaining-minute", b"%d" % allowance.left_minute),
        (b"x-ratelimit-remaining-hour", b"%d" % allowance.left_hour),
        (b"x-ratelimit-reset", b"%d" % allowance.reset_s),
    )


def _safe_trace() -> str:
    """The traceback as text, without any key that its messages may contain."""
    return _KEY.sub("odt_…", traceback.format_exc())
