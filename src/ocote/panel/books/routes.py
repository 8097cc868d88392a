"""Answers ``/c/{company_id}/books``: what MH wants of a month, and its files."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date
from typing import Any, Final

from msgspec import Struct

from ocote import audit
from ocote.archive.book_exporting import BooksRequest, Review, annex_file
from ocote.archive.bookkeeping import Month
from ocote.archive.legal_books import Book
from ocote.archive.month_overview import MonthOverview
from ocote.archive.reviewing import ReviewProgress
from ocote.books.layout import LAYOUTS, Annex
from ocote.clock import local_date
from ocote.documents.view import Refused
from ocote.errors import message
from ocote.panel.books import pages
from ocote.panel.books.forms import BooksForm
from ocote.panel.frame.downloads import DownloadKind, EmptyFile, download
from ocote.panel.frame.marking import mark_faults, sent_values
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.requests.books import read_books
from ocote.web.invalid import InvalidRequest
from ocote.web.response import Response
from ocote.web.streaming import StreamedResponse

_FIELDS: Final = tuple(name for name in BooksForm()._fields)
_COUNT: Final = "count"
"""The parameter with which a person asks for the counts of a month, however long they take."""
_SHORT_COUNT_S: Final = 0.06
"""Seconds for which a page waits for the counts; hundreds of thousands of documents in a month take longer."""
_ZIP: Final = "application/zip"
_PDF: Final = "application/pdf"
_CSV: Final = "text/csv; charset=utf-8"


class _File(Struct, frozen=True):
    """A file to send; ``when_empty`` is said instead of sending one without content."""

    pieces: AsyncGenerator[bytes, None]
    kind: DownloadKind
    when_zipped: DownloadKind | None = None
    when_empty: str | None = None


async def get_month(request: PanelRequest) -> Response:
    """Shows a month; without one, the month whose returns are filed next."""
    sent = sent_values(request.query, _FIELDS)
    asked = sent.get("month")
    month = _month(asked) if asked is not None else pages.month_before(local_date(request.services.clock()))
    if month is None:
        raise Refused("page_not_found")
    return await _page(request, month, _form(request, month, sent))


async def get_month_file(request: PanelRequest) -> Response | StreamedResponse:
    """Sends one file of a month, or all of them as a zip. While others are made, leads back and says so.

    A file without lines is none that MH takes: the page says that there is nothing to file.
    """
    wanted, refused = await _wanted(request)
    if wanted is None:
        return refused
    file = _file(request, wanted)
    back = f"{request.link('/books')}?{request.scope['query_string'].decode('latin-1')}"
    try:
        response = await download(request, file.pieces, file.kind, file.when_zipped, or_empty=file.when_empty is None)
    except EmptyFile:
        return request.redirect(back, file.when_empty or "", "info")
    except Refused as error:
        return request.redirect(back, message(error.code, **error.values), "waiting")
    if request.scope["method"] != "HEAD":
        audit.record("books_made", key=request.caller().name, month=str(wanted.month), file=file.kind.name)
    return response


async def get_month_review(request: PanelRequest) -> Response:
    """Reads the month as for its files, and shows what the accountant has to know before filing.

    While the documents are being read the page says how many there were so far, and looks again by itself.
    """
    wanted, refused = await _wanted(request)
    if wanted is None:
        return refused
    form = _form(request, wanted.month, sent_values(request.query, _FIELDS))
    # Neither waits for the other: both together take no longer than a page may.
    review, overview = await asyncio.gather(_looked_at(request, wanted), _overview(request, wanted.month))
    if isinstance(review, Review) and overview is None:
        overview = await _overview(request, wanted.month, is_needed=True)  # the verdict needs the refused documents
    return _shown(request, form, overview, 200 if review is not None else 409, review)


async def _looked_at(request: PanelRequest, wanted: BooksRequest) -> Review | ReviewProgress | None:
    """The review of a month as far as it has come; None when other books are made, which the page then says."""
    try:
        return await request.services.reviews.look(request.company_id, wanted)
    except Refused as error:
        request.notify("waiting", message(error.code, **error.values))
        return None


async def _wanted(request: PanelRequest) -> tuple[BooksRequest | None, Response]:
    """The books that the form asks for, or the page with what is wrong with it."""
    sent = sent_values(request.query, _FIELDS)
    try:
        return read_books(sent), request.redirect(request.link("/books"))
    except InvalidRequest as error:
        month = _month(sent.get("month", "")) or pages.month_before(local_date(request.services.clock()))
        form = _form(request, month, sent)
        mark_faults(form, error.faults)
        return None, await _page(request, month, form, 400)


def _file(request: PanelRequest, wanted: BooksRequest) -> _File:
    """The wanted file. Raises Refused for a name that no file has."""
    books, company_id, name = request.services.books, request.company_id, request.query.get("file", "zip")
    if name == "zip":
        return _File(books.export_month(company_id, wanted), DownloadKind(_ZIP, f"libros-{wanted.month}.zip"))
    if name in set(Annex):
        annex = Annex(name)
        pieces = books.export_annex(company_id, wanted, annex)
        name_of_file = annex_file(annex, wanted.month)
        return _File(pieces, DownloadKind(_CSV, name_of_file), when_empty=pages.empty_annex_words(annex, wanted.month))
    if name in set(Book):
        book = f"libro-{name}-{wanted.month}"
        pieces = books.export_book(company_id, wanted, Book(name))
        return _File(pieces, DownloadKind(_PDF, f"{book}.pdf"), DownloadKind(_ZIP, f"{book}.zip"))
    raise Refused("page_not_found")


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None


def _form(request: PanelRequest, month: Month, sent: dict[str, str]) -> BooksForm:
    """The form with what was sent; the folios of a form that was not sent are those of a first month."""
    form = BooksForm(request.query) if len(sent) > 1 else BooksForm()
    form.month.data = str(month)
    return form


async def _page(request: PanelRequest, month: Month, form: BooksForm, status: int = 200) -> Response:
    return _shown(request, form, await _overview(request, month), status)


async def _overview(request: PanelRequest, month: Month, *, is_needed: bool = False) -> MonthOverview | None:
    """The counts of a month; None when they take longer than a page may, unless they are needed or asked for."""
    counting = request.services.months.of(request.company_id, month)
    try:
        return await (counting if is_needed or _COUNT in request.query else asyncio.wait_for(counting, _SHORT_COUNT_S))
    except TimeoutError:
        return None
    except Refused as error:
        request.notify("waiting", message(error.code, **error.values))
        return None


def _shown(
    request: PanelRequest,
    form: BooksForm,
    overview: MonthOverview | None,
    status: int,
    review: Review | ReviewProgress | None = None,
) -> Response:
    month = Month.parse(str(form.month.data))
    today = local_date(request.services.clock())
    read = review if isinstance(review, Review) else None
    values: dict[str, Any] = {"words": None, "missing": (), "annexes": (), "types": (), "due": (), "n_documents": None}
    if overview is not None:
        values = {
            "words": pages.month_words(overview),
            "missing": pages.missing(overview, request.link("/documents")),
            "annexes": pages.annex_lines(overview),
            "types": pages.type_lines(overview),
            "due": pages.due_days(overview),
            "n_documents": sum(each.documents for each in overview.counts),
        }
    return request.page(
        "books/month.html",
        status,
        form=form,
        month=month,
        month_name=pages.month_name(month),
        months=pages.month_choices(month, today),
        before=pages.neighbour(month, -1),
        after=pages.neighbour(month, 1),
        books=pages.book_lines(),
        review=read,
        verdict=_verdict(read, overview, month, today),
        progress=review if isinstance(review, ReviewProgress) else None,
        look_again=f"{request.link('/books/review')}?{request.scope['query_string'].decode('latin-1')}",
        layouts=LAYOUTS,
        **values,
    )


def _verdict(
    review: Review | None, overview: MonthOverview | None, month: Month, today: date
) -> pages.ReviewWords | None:
    if review is None:
        return None
    rejected = overview.rejected if overview is not None else None
    return pages.review_words(review, rejected, is_over=(today.year, today.month) > (month.year, month.number))


ROUTES: Final = (
    PanelRoute("/c/{company_id:int}/books", "export", get=get_month),
    PanelRoute("/c/{company_id:int}/books/file", "export", get=get_month_file),
    PanelRoute("/c/{company_id:int}/books/review", "export", get=get_month_review),
)
