"""Serves ``/v/{token}``, the files of its document and those that the page loads, as an ASGI application."""

import re
from time import perf_counter
from typing import Final, cast

import structlog
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope, Send

from ocote.archive.verification import PublicDocuments, PublicFile
from ocote.documents.view import Refused
from ocote.errors import status
from ocote.panel.frame.rendering import static_files
from ocote.panel.verification import words
from ocote.panel.verification.pages import PRIVATE, PUBLIC_FILES, STATIC, document_page, problem_page
from ocote.public_links import PATH, TOKEN_LENGTHS
from ocote.store.engine.store import StoreUnavailableError
from ocote.web import metrics
from ocote.web.body import ClientGone
from ocote.web.limiter import RateLimiter
from ocote.web.presence import while_connected
from ocote.web.refusals import RefusalLog, RefusedRequest
from ocote.web.response import COME_AGAIN, Response
from ocote.web.transport import address_of, household_of, is_confidential

PER_MINUTE: Final = 60
PER_HOUR: Final = 600
"""Limits for the requests of one address. Many homes can share an address; a visit takes up to three requests.

The style and the script of the page, which a browser keeps, do not count.
"""

_LOST_HYPHENS: Final = 2
"""Programs that find addresses in a text leave out hyphens at their end, and so does copying from a PDF."""

_TOKEN: Final = "|".join(f"[A-Za-z0-9_-]{{{length - _LOST_HYPHENS},{length}}}" for length in TOKEN_LENGTHS)
_PAGE: Final = re.compile(rf"{PATH}({_TOKEN})(?:/((?:invalidation/)?(?:pdf|json)))?")

_PAGE_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")

_log = structlog.get_logger(__name__)


class VerificationPages:
    """The pages below ``/v/``. No key, no cookie; all wrong addresses get one response."""

    def __init__(self, documents: PublicDocuments, limiter: RateLimiter, *, allow_http: bool = False) -> None:
        self._documents = documents
        self._limiter = limiter
        self._allow_http = allow_http
        self._refusals = RefusalLog()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        began = perf_counter()
        try:
            response = await while_connected(receive, self._response(scope))
        except ClientGone:
            return
        except StoreUnavailableError as error:
            _log.warning("store_unavailable", route="verification", error=str(error))
            response = problem_page(scope, 503, words.UNAVAILABLE, (COME_AGAIN,))
        except Exception:  # noqa: BLE001 - last resort: the reader gets a page, and the log has the reason
            _log.exception("unforeseen_fault", route="verification")
            response = problem_page(scope, 500, words.BROKEN)
        metrics.count("/v/{token}", response.status, perf_counter() - began)
        await response(scope, receive, send)

    async def _response(self, scope: Scope) -> Response:
        if not is_confidential(scope, allow_http=self._allow_http):
            self._note(scope, 403, "https_required")
            return problem_page(scope, 403, words.NOT_CONFIDENTIAL)
        if scope["method"] not in ("GET", "HEAD"):
            return problem_page(scope, 405, words.WRONG_METHOD, ((b"allow", b"GET, HEAD"),))
        if scope["path"].startswith(STATIC):
            return _static(scope)
        allowance = await self._limiter.admit(f"address/{household_of(scope)}", PER_MINUTE, PER_HOUR)
        if allowance.refused_by is not None:
            self._note(scope, 429, f"rate_limit_{allowance.refused_by}")
            return problem_page(scope, 429, words.TOO_OFTEN, ((b"retry-after", b"%d" % allowance.retry_after_s),))
        asked = _PAGE.fullmatch(scope["path"])
        if asked is None:
            return problem_page(scope, 404, words.NOT_FOUND)
        token, kind = _whole(asked[1]), asked[2]
        found = await (self._page(scope, token) if kind is None else self._file(scope, token, cast("PublicFile", kind)))
        return found or problem_page(scope, 404, words.NOT_FOUND)

    def _note(self, scope: Scope, answer: int, code: str) -> None:
        """Logs a refusal, without the token, which is a secret of its document."""
        address = address_of(scope)
        self._refusals.note(RefusedRequest(answer, code, scope["method"], PATH, address, household_of(scope)))

    async def _page(self, scope: Scope, token: str) -> Response | None:
        document = await self._documents.find(token)
        return None if document is None else document_page(scope, PATH + token, document, _page_number(scope))

    async def _file(self, scope: Scope, token: str, kind: PublicFile) -> Response | None:
        """The response with a file of a document: the browser shows the PDF and saves the JSON."""
        try:
            file = await self._documents.file(token, kind)
        except Refused as error:
            is_later = status(error.code) == 503
            return problem_page(
                scope, status(error.code), words.PDF_PROBLEMS[error.code], (COME_AGAIN,) if is_later else ()
            )
        if file is None:
            return None
        disposition = f'{"inline" if kind.endswith("pdf") else "attachment"}; filename="{file.name}"'
        headers = (*PRIVATE, (b"content-disposition", disposition.encode("ascii")))
        return Response(200, file.content, file.media_type.encode("ascii"), headers)


def _static(scope: Scope) -> Response:
    name = str(scope["path"]).removeprefix(STATIC)
    if name not in PUBLIC_FILES:
        return problem_page(scope, 404, words.NOT_FOUND)
    return static_files()[name].response(scope["query_string"])


def _page_number(scope: Scope) -> int:
    """The page of the lines that the address asks for, else the first."""
    asked = QueryParams(scope["query_string"]).get("page", "")
    return int(asked) if _PAGE_NUMBER.fullmatch(asked) else 1


def _whole(token: str) -> str:
    """The token with the hyphens that it lost at its end; they are part of what its MAC has to be."""
    return token.ljust(next(length for length in TOKEN_LENGTHS if length >= len(token)), "-")
