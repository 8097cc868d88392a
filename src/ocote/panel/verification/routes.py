"""Serves ``/v/{token}`` and the files behind it, as an ASGI application."""

import re
from ipaddress import IPv6Address, ip_address
from time import perf_counter
from typing import Final, cast

import structlog
from starlette.types import Receive, Scope, Send

from ocote.archive.verification import PublicDocuments, PublicFile
from ocote.panel.verification import words
from ocote.panel.verification.pages import PRIVATE, document_page, problem_page
from ocote.public_links import PATH, TOKEN_LENGTH
from ocote.store.engine.store import StoreUnavailableError
from ocote.web import metrics
from ocote.web.limiter import RateLimiter
from ocote.web.response import Response
from ocote.web.transport import is_confidential

PER_MINUTE: Final = 60
PER_HOUR: Final = 600
"""Requests of one address. Whole neighbourhoods share an address behind their provider; a visit takes up to three."""

_PAGE: Final = re.compile(rf"{PATH}([A-Za-z0-9_-]{{{TOKEN_LENGTH}}})(?:/(pdf|json))?")
_PREFIX_OF_A_HOUSEHOLD: Final = 64

_log = structlog.get_logger(__name__)


class VerificationPages:
    """The pages below ``/v/``. No key, no cookie, no script; every wrong address gets the same response."""

    def __init__(self, documents: PublicDocuments, limiter: RateLimiter, *, allow_http: bool = False) -> None:
        self._documents = documents
        self._limiter = limiter
        self._allow_http = allow_http

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        began = perf_counter()
        try:
            response = await self._response(scope)
        except StoreUnavailableError as error:
            _log.warning("store_unavailable", route="verification", error=str(error))
            response = problem_page(503, words.UNAVAILABLE, ((b"retry-after", b"5"),))
        except Exception:  # noqa: BLE001 - the last resort: the reader gets a page, the log the reason
            _log.exception("unforeseen_fault", route="verification")
            response = problem_page(500, words.BROKEN)
        metrics.count("/v/{token}", response.status, perf_counter() - began)
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        if not is_confidential(scope, allow_http=self._allow_http):
            return problem_page(403, words.NOT_CONFIDENTIAL)
        if scope["method"] not in ("GET", "HEAD"):
            return problem_page(405, words.WRONG_METHOD, ((b"allow", b"GET, HEAD"),))
        allowance = await self._limiter.admit(f"address/{_household(scope)}", PER_MINUTE, PER_HOUR)
        if allowance.refused_by is not None:
            return problem_page(429, words.TOO_OFTEN, ((b"retry-after", b"%d" % allowance.retry_after_s),))
        asked = _PAGE.fullmatch(scope["path"])
        if asked is None:
            return problem_page(404, words.NOT_FOUND)
        token, kind = asked.groups()
        found = await self._page(token) if kind is None else await self._file(token, cast("PublicFile", kind))
        return found or problem_page(404, words.NOT_FOUND)

    async def _page(self, token: str) -> Response | None:
        document = await self._documents.find(token)
        return None if document is None else document_page(PATH + token, document)

    async def _file(self, token: str, kind: PublicFile) -> Response | None:
        """A file behind a link: the browser shows the PDF and saves the JSON, which is no reading for people."""
        file = await self._documents.file(token, kind)
        if file is None:
            return None
        disposition = f'{"inline" if kind == "pdf" else "attachment"}; filename="{file.name}"'
        headers = (*PRIVATE, (b"content-disposition", disposition.encode("ascii")))
        return Response(200, file.content, file.media_type.encode("ascii"), headers)


def _household(scope: Scope) -> str:
    """The address that a request came from; of IPv6 the part that a household has to itself."""
    client = scope.get("client")
    if client is None:
        return "unknown"
    try:
        address = ip_address(client[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        whole = int(address) >> (128 - _PREFIX_OF_A_HOUSEHOLD)
        return f"{whole:x}"
    return str(address)
