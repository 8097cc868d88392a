"""The state of a month as its page shows it. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from msgspec import Struct

from ocote.archive.book_exporting import Review
from ocote.archive.bookkeeping import FIRST_YEAR, LAST_YEAR, Month
from ocote.archive.legal_books import MONTHS, TITLES, Book
from ocote.archive.month_overview import MonthOverview
from ocote.books.layout import LAYOUTS, Annex
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.frame.phrases import phrase

_PROPOSED: Final = 24
"""Months to choose from, the present one included."""

_FORMS: Final[Mapping[Annex, str]] = dict.fromkeys(Annex, "F-07") | {Annex.INCOME_TAX: "F-14"}
_SOON: Final = timedelta(days=3)


class MonthWords(Struct, frozen=True):
    """The state of a month in words, with its tone."""

    tone: Literal["good", "waiting", "bad", "info"]
    headline: str
    text: str


class AnnexLine(Struct, frozen=True):
    """A file that MH wants: its form, its name, and the documents that it lists, None when only their content tells."""

    key: str
    form: str
    title: str
    documents: int | None


class ReviewWords(Struct, frozen=True):
    """The verdict of a review: its badge, a sentence, and what is still to be done, nothing of it when all is well."""

    tone: Literal["good", "waiting", "info"]
    headline: str
    text: str
    to_do: tuple[str, ...]


class Missing(Struct, frozen=True):
    """Documents that keep a month from being complete, with the link to their list."""

    text: str
    href: str


class DueDay(Struct, frozen=True):
    """A day until which a return is filed, in words."""

    label: str
    day: str
    hint: str
    tone: Literal["", "waiting", "bad"]


class MonthChoice(Struct, frozen=True):
    """A month to choose."""

    value: str
    label: str
    is_chosen: bool


def month_name(month: Month) -> str:
    """A month in words: ``junio de 2026``."""
    return phrase("%(month)s de %(year)s", month=phrase(MONTHS[month.number - 1]), year=month.year)


def month_before(day: date) -> Month:
    """The month before that of a day, whose returns are the next to be filed."""
    last = day.replace(day=1) - timedelta(days=1)
    return Month(last.year, last.month)


def neighbour(month: Month, step: Literal[-1, 1]) -> Month | None:
    """The month before or after; None outside of the years of the API."""
    total = month.year * 12 + month.number - 1 + step
    found = Month(total // 12, total % 12 + 1)
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def month_choices(chosen: Month, today: date) -> tuple[MonthChoice, ...]:
    """The latest months, and the chosen one when it is none of them."""
    total = today.year * 12 + today.month - 1
    latest = [Month(each // 12, each % 12 + 1) for each in range(total, total - _PROPOSED, -1)]
    months = latest if chosen in latest else [chosen, *latest]
    return tuple(MonthChoice(str(each), month_name(each), each == chosen) for each in months)


def month_words(overview: MonthOverview) -> MonthWords:
    """Whether the month is closed, and what is still missing."""
    documents = sum(each.documents for each in overview.counts)
    if not overview.is_over:
        return MonthWords("info", "Mes en curso", "Todavía se emiten documentos: los archivos salen incompletos.")
    if overview.waiting:
        return MonthWords(
            "waiting", "Faltan sellos", "Hay documentos sin respuesta de Hacienda: espere a que la tengan."
        )
    if overview.rejected:
        return MonthWords(
            "waiting",
            "Hay rechazados",
            "Los rechazados no están en ningún anexo: corríjalos o déjelos así a propósito.",
        )
    if not documents:
        return MonthWords("info", "Sin documentos", "La empresa no emitió documentos en este mes.")
    return MonthWords("good", "Mes cerrado", "Todos los documentos tienen la respuesta de Hacienda.")


def missing(overview: MonthOverview, documents_href: str) -> tuple[Missing, ...]:
    """The documents without stamp and those refused, each with the link to the list that shows them."""
    found = []
    for state, number, one, many in (
        (
            "contingency",
            overview.waiting,
            "documento sin respuesta de Hacienda",
            "documentos sin respuesta de Hacienda",
        ),
        ("rejected", overview.rejected, "documento rechazado por Hacienda", "documentos rechazados por Hacienda"),
    ):
        if number:
            first, last = _days(overview.month)
            query = urlencode({"state": state, "date_from": first.isoformat(), "date_to": last.isoformat()})
            found.append(
                Missing(
                    phrase("%(n)s %(what)s", n=f"{number:,}", what=phrase(one if number == 1 else many)),
                    f"{documents_href}?{query}",
                )
            )
    return tuple(found)


def review_words(review: Review, rejected: int | None, *, is_over: bool) -> ReviewWords:
    """The verdict of a review.

    ``rejected`` are the documents of the month that MH refused and nobody corrected; None when they were not counted.
    """
    to_do = tuple(
        phrase(one) if number == 1 else phrase(many, n=f"{number:,}")
        for number, one, many in (
            (
                review.unstamped,
                "1 documento no tiene sello: repita la revisión cuando lo tenga.",
                "%(n)s documentos no tienen sello: repita la revisión cuando lo tengan.",
            ),
            (
                rejected or 0,
                "1 documento rechazado no está en ningún archivo: corríjalo, o déjelo así a propósito.",
                "%(n)s documentos rechazados no están en ningún archivo: corríjalos, o déjelos así a propósito.",
            ),
            (
                review.misfits,
                "1 monto no cabe en las columnas de Hacienda, que rechazará la carga: véalo con su contador.",
                "%(n)s montos no caben en las columnas de Hacienda, que rechazará la carga: véalos con su contador.",
            ),
            (
                review.amending,
                "1 documento invalidado es de un mes ya declarado: modifique aquella declaración.",
                "%(n)s documentos invalidados son de meses ya declarados: modifique aquellas declaraciones.",
            ),
            (
                review.lines.get(Annex.PRINCIPAL_SALES, 0),
                "Al anexo 4 le falta completar las columnas J a M de 1 línea.",
                "Al anexo 4 le falta completar las columnas J a M de %(n)s líneas.",
            ),
        )
        if number
    )
    if to_do:
        return ReviewWords("waiting", "Falta algo", "Antes de presentar el mes:", to_do)
    if rejected is None:
        return ReviewWords("info", "Bien en lo leído", "No se pudo contar los rechazados: repita la revisión.", ())
    if not is_over:
        return ReviewWords("info", "Bien hasta ahora", "No falta nada, pero el mes no ha terminado.", ())
    return ReviewWords("good", "Todo bien", "No falta nada: los archivos se pueden presentar.", ())


def empty_annex_words(annex: Annex, month: Month) -> str:
    """The sentence for somebody who wanted the file of an annex without lines."""
    return phrase(
        "%(title)s: no tiene líneas en %(month)s. No hay nada que cargar, y por eso no se bajó ningún archivo.",
        title=LAYOUTS[annex].title,
        month=month_name(month),
    )


def annex_lines(overview: MonthOverview) -> tuple[AnnexLine, ...]:
    """Every file of the month with the documents that it lists, by their types."""
    return tuple(
        AnnexLine(str(annex), _FORMS[annex], LAYOUTS[annex].title, _documents(overview, annex)) for annex in Annex
    )


def book_lines() -> tuple[tuple[str, str], ...]:
    """The printed books, each with the name of its button and its title."""
    return tuple((str(book), TITLES[book]) for book in Book)


def type_lines(overview: MonthOverview) -> tuple[tuple[str, int, int, int, int], ...]:
    """The documents of the month by type: title, stamped and in force, waiting, refused, invalidated."""
    undone = {each.doc_type: each.of_span for each in overview.invalidated}
    return tuple(
        (
            DOCUMENT_TYPES[each.doc_type].title if each.doc_type in DOCUMENT_TYPES else each.doc_type,
            each.stamped - undone.get(each.doc_type, 0),
            each.waiting,
            each.rejected,
            undone.get(each.doc_type, 0),
        )
        for each in overview.counts
    )


def due_days(overview: MonthOverview) -> tuple[DueDay, ...]:
    """The days until which the returns of the month are filed."""
    return (
        _due("F-07 y F-14: IVA y pago a cuenta", overview.due.vat, overview.today),
        _due("F-930: retenciones y percepciones", overview.due.report, overview.today),
    )


def _due(label: str, day: date, today: date) -> DueDay:
    left = day - today
    if left < timedelta():
        return DueDay(label, f"{day:%d/%m/%Y}", "Ya venció", "")
    if not left:
        return DueDay(label, f"{day:%d/%m/%Y}", "Vence hoy", "bad")
    hint = "Vence mañana" if left.days == 1 else phrase("Vence en %(days)s días", days=left.days)
    return DueDay(label, f"{day:%d/%m/%Y}", hint, "waiting" if left <= _SOON else "")


def _documents(overview: MonthOverview, annex: Annex) -> int | None:
    if annex is Annex.INVALIDATED:
        return sum(each.in_span for each in overview.invalidated)
    number = {Annex.TAXPAYER_SALES: "1", Annex.CONSUMER_SALES: "2", Annex.PURCHASES: "5"}.get(annex)
    if number is None:
        return None
    listed = {code for code, row in DOCUMENT_TYPES.items() if row.annex == number}
    undone = sum(each.of_span for each in overview.invalidated if each.doc_type in listed)
    return sum(each.stamped for each in overview.counts if each.doc_type in listed) - undone


def _days(month: Month) -> tuple[date, date]:
    first = date(month.year, month.number, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
