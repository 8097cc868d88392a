"""The numbers of documents, as a person sets them (rules.md 1). Texts are for the operator, hence in Spanish."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock, local
from ocote.companies.changes import number_entry
from ocote.companies.first_numbers import number_facts
from ocote.companies.registry import CompanyError, Registered, find_point
from ocote.dte.control_number import LARGEST_CORRELATIVE
from ocote.dte.types import DOCUMENT_TYPES
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.engine.store import Store, Transaction
from ocote.store.engine.values import moment_text
from ocote.store.numbers import (
    Counter,
    CounterRow,
    LastDocumentRow,
    NumberGivenOutError,
    NumberSet,
    Series,
    WantedNumber,
    counters_page,
    last_document,
    latest_year,
    peek_number,
    refused_counters,
    set_next_number,
)

_YEARS_BACK: Final = 1
"""Documents of the year before may still be corrected, never older ones."""


class NumberOrder(Struct, frozen=True):
    """A person's wish that the next document of a company's series has a number; without ``year`` of this year.

    ``point`` is written ``M001P001``.
    """

    point: str
    doc_type: str
    next: int
    year: int | None = None


class SetSeries(Struct, frozen=True):
    """A series whose next number was set."""

    series: Series
    next: int
    before: NumberSet

    @property
    def next_control_number(self) -> str:
        """The control number of the next document."""
        return self.series.control_number(self.next)

    @property
    def gap(self) -> range:
        """The numbers between the last document and the next, which no document will have; empty without documents."""
        last = self.before.document
        return range(0) if last is None else range(last.correlative + 1, self.next)


class StandingNumber(Struct, frozen=True):
    """The number that a series goes on with, where the company's description gives another number.

    ``last`` is the document with the highest number of the series. ``is_new_year``: the series has a counter of an
    earlier year only, and begins again with 1.
    """

    wanted: WantedNumber
    next: int
    last: LastDocumentRow | None
    is_new_year: bool

    @property
    def is_past(self) -> bool:
        """Whether a document has the number of the description or a higher one."""
        return self.last is not None and self.last.correlative >= self.wanted.next


async def set_number(store: Store, clock: Clock, company: Registered, order: NumberOrder, by: Author) -> SetSeries:
    """Sets the number of a company's next document, and records who did. Raises CompanyError.

    Documents that are issued meanwhile have lower numbers or follow the number that was set.
    """
    now = clock()
    branch_code, pos_code = await find_point(store, company, order.point)
    series = Series(_doc_type(order.doc_type), branch_code, pos_code, _year(order.year, local(now).year))
    if not 1 <= order.next <= LARGEST_CORRELATIVE:
        raise CompanyError(f"El próximo número debe estar entre 1 y {LARGEST_CORRELATIVE}; {order.next} no lo está.")
    wanted = WantedNumber(series, order.next, by.name, moment_text(now))

    def entry_of(done: NumberSet) -> AuditEntry:
        return number_entry(company.id, wanted, done.next_before, by)

    try:
        before = await store.write(audited, entry_of, set_next_number, company.id, wanted)
    except NumberGivenOutError as error:
        raise CompanyError(_given_out(order.next, error.document)) from error
    facts = number_facts(wanted, before.next_before)
    audit.record("number_set", company_id=company.id, nit=company.nit, environment=company.environment, **facts)
    return SetSeries(series, order.next, before)


class CompanyNumbers:
    """The numbers of every company of a store, as the panel shows and sets them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(self, company_id: int, after: Series | None, most: int) -> list[Counter]:
        """Counters of a company behind a series, by year from the last, point of sale and type."""
        return await self._store.read(counters_page, company_id, after, most)

    async def refused(self, company_id: int) -> list[CounterRow]:
        """The counters of a company whose numbers MH has refused, because other documents bear them."""
        return await self._store.read(refused_counters, company_id)

    async def set(self, company: Registered, order: NumberOrder, by: Author) -> SetSeries:
        """Sets the number of a company's next document. Raises CompanyError."""
        return await set_number(self._store, self._clock, company, order, by)

    def years(self) -> range:
        """The years in which a number can be set, the last first."""
        this_year = local(self._clock()).year
        return range(this_year, this_year - _YEARS_BACK - 1, -1)


async def standing_numbers(store: Store, company_id: int, numbers: Sequence[WantedNumber]) -> list[StandingNumber]:
    """The series that go on with another number than the first number in the company's description."""
    found = [await store.read(_standing, company_id, wanted) for wanted in numbers]
    return [each for each in found if each.next != each.wanted.next]


def _standing(company_id: int, wanted: WantedNumber) -> Transaction[StandingNumber]:
    number = yield from peek_number(company_id, wanted.series)
    last = yield from last_document(company_id, wanted.series)
    year = yield from latest_year(company_id, wanted.series)
    return StandingNumber(wanted, number, last, is_new_year=year is not None and year < wanted.series.year)


def _doc_type(text: str) -> str:
    if text not in DOCUMENT_TYPES:
        known = ", ".join(DOCUMENT_TYPES)
        raise CompanyError(f"«{text}» no es un tipo de documento con número de control de esta pasarela: use {known}.")
    return text


def _year(asked: int | None, this_year: int) -> int:
    year = this_year if asked is None else asked
    if not this_year - _YEARS_BACK <= year <= this_year:
        raise CompanyError(f"Solo se ponen números de {this_year} y de {this_year - _YEARS_BACK}, no de {year}.")
    return year


def _given_out(number: int, last: LastDocumentRow) -> str:
    least = last.correlative + 1
    remedy = f"indique {least} o más" if least <= LARGEST_CORRELATIVE else "ese punto ya no tiene números este año"
    return f"{number} no puede ser el próximo número, porque ya se emitió {last.control_number}: {remedy}."
