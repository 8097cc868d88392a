"""The counters of control numbers, and what people did to them.

One counter gives the correlatives of one series. It only grows while documents are issued; a person may set it as long
as no document of this database has the number. No other module writes these tables.
"""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from msgspec import Struct

from ocote.dte.control_number import LARGEST_CORRELATIVE, build_control_number, parse_control_number
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, one, sql
from ocote.store.installation import UNCONFIRMED_SINCE, require_confirmed


class Series(Struct, frozen=True):
    """The documents of a company that share one counter (rules.md 1).

    They are of one type, from one point of sale and of one calendar year.
    """

    doc_type: str
    branch_code: str
    pos_code: str
    year: int

    def control_number(self, correlative: int) -> str:
        """The control number of a correlative in this series. Raises ValueError outside 1 to 15 digits."""
        return build_control_number(self.doc_type, self.branch_code, self.pos_code, correlative)

    @property
    def point(self) -> str:
        """The branch and point of sale as people write them, ``M001P001``."""
        return self.branch_code + self.pos_code

    @property
    def key(self) -> dict[str, object]:
        """The columns that identify the counter within its company."""
        return {
            "doc_type": self.doc_type,
            "branch_code": self.branch_code,
            "pos_code": self.pos_code,
            "year": self.year,
        }


class WantedNumber(Struct, frozen=True):
    """The number that the next document of a series is to have, and who wants it when."""

    series: Series
    next: int
    by: str
    at: str


class LastDocumentRow(StoredRow, frozen=True):
    """The document with the highest number of a series."""

    control_number: str
    external_ref: str
    posted_at: str

    @property
    def correlative(self) -> int:
        """The number of the document within its series."""
        return parse_control_number(self.control_number).correlative


class CounterRow(StoredRow, frozen=True):
    """A counter: the last number that it gave out, or that it was set to.

    ``taken`` counts the numbers that MH refused since the counter was last set, because other documents bear them;
    ``taken_at`` is the moment of the latest refusal.
    """

    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    last: int
    taken_at: str | None
    taken: int


class Counter(Struct, frozen=True):
    """A counter with the document that has the highest number of its series; None before the first document."""

    row: CounterRow
    document: LastDocumentRow | None


class NumberSet(Struct, frozen=True):
    """A counter that was set: the number that was next before, and the highest document of the series."""

    next_before: int
    document: LastDocumentRow | None


class TakenInPlace(Struct, frozen=True):
    """The correlative taken in place of a refused number, and whether the refusal shows that the counter is behind.

    A number that was given out before the counter was last set shows nothing about the counter as it is now.
    """

    correlative: int
    is_behind: bool


class NumberGivenOutError(Exception):
    """A document of the series has the wanted number or a higher one; nothing was changed."""

    def __init__(self, document: LastDocumentRow) -> None:
        super().__init__(document.control_number)
        self.document = document


class _LastRow(StoredRow, frozen=True):
    last: int


class _TakenRow(StoredRow, frozen=True):
    last: int
    unconfirmed_since: str | None


class _NextRow(StoredRow, frozen=True):
    next: int


class _YearRow(StoredRow, frozen=True):
    year: int


_AFTER_EVERY_YEAR: Final = 10_000

_OF_SERIES: Final = """
    company_id = :company AND doc_type = :doc_type AND branch_code = :branch_code AND pos_code = :pos_code
      AND year = :year"""

_NEXT = sql(
    f"""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, :doc_type, :branch_code, :pos_code, :year, 1)
    ON CONFLICT (company_id, doc_type, branch_code, pos_code, year) DO UPDATE SET last = correlative.last + 1
    RETURNING last, {UNCONFIRMED_SINCE}""",
    _TakenRow,
)

_NEXT_AFTER_REFUSED = sql(
    f"""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last, taken_at, taken)
    VALUES (:company, :doc_type, :branch_code, :pos_code, :year, 1, :now, 1)
    ON CONFLICT (company_id, doc_type, branch_code, pos_code, year)
    DO UPDATE SET last = correlative.last + 1, taken_at = excluded.taken_at, taken = correlative.taken + 1
    RETURNING last, {UNCONFIRMED_SINCE}""",
    _TakenRow,
)

_PEEK = sql(f"SELECT last FROM correlative WHERE {_OF_SERIES}", _LastRow)

# The update changes nothing, and locks the counter as a sale does: other sales of the series wait for this transaction.
_HOLD = sql(
    """
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, :doc_type, :branch_code, :pos_code, :year, 0)
    ON CONFLICT (company_id, doc_type, branch_code, pos_code, year) DO UPDATE SET last = correlative.last
    RETURNING last""",
    _LastRow,
)

_SET = sql(f"UPDATE correlative SET last = :last, taken_at = NULL, taken = 0 WHERE {_OF_SERIES}")

_LATEST_YEAR = sql(
    """
    SELECT year FROM correlative
    WHERE company_id = :company AND doc_type = :doc_type AND branch_code = :branch_code AND pos_code = :pos_code
    ORDER BY year DESC LIMIT 1""",
    _YearRow,
)

_BEGIN = sql(
    """
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, :doc_type, :branch_code, :pos_code, :year, :last)
    ON CONFLICT DO NOTHING
    RETURNING last""",
    _LastRow,
)

_RECORD = sql("""
    INSERT INTO number_change (id, company_id, doc_type, branch_code, pos_code, year, next_before, next, changed_at,
                               changed_by)
    VALUES (:id, :company, :doc_type, :branch_code, :pos_code, :year, :next_before, :next, :at, :by)""")

_LAST_CHANGE = sql(
    f"SELECT next FROM number_change WHERE {_OF_SERIES} ORDER BY changed_at DESC LIMIT 1",
    _NextRow,
)

_COUNTERS = sql(
    f"""
    SELECT {columns(CounterRow)} FROM correlative
    WHERE company_id = :company ORDER BY branch_code, pos_code, doc_type, year""",
    CounterRow,
)

_COUNTERS_PAGE = sql(
    f"""
    SELECT {columns(CounterRow)} FROM correlative
    WHERE company_id = :company
      AND (year < :year OR (year = :year AND (branch_code, pos_code, doc_type) > (:branch, :pos, :doc_type)))
    ORDER BY year DESC, branch_code, pos_code, doc_type LIMIT :most""",
    CounterRow,
)
_REFUSED_COUNTERS = sql(
    f"""
    SELECT {columns(CounterRow)} FROM correlative
    WHERE company_id = :company AND taken > 0 ORDER BY year DESC, branch_code, pos_code, doc_type""",
    CounterRow,
)

# Numbers of a series have one form, so that their order as text is their order as numbers in every collation.
_LAST_DOCUMENT = sql(
    f"""
    SELECT {columns(LastDocumentRow)} FROM document
    WHERE company_id = :company AND control_number >= :lowest AND control_number <= :highest AND year = :year
    ORDER BY control_number DESC LIMIT 1""",
    LastDocumentRow,
)


def next_number(company_id: int, series: Series) -> Transaction[int]:
    """Takes the next correlative of a series; the number is used only if the whole transaction is kept.

    Raises NumbersUnconfirmedError.
    """
    taken = yield from one(_NEXT(company=company_id, **series.key))
    require_confirmed(taken.unconfirmed_since)
    return taken.last


def next_after_refused(company_id: int, refused: str, series: Series, now: str) -> Transaction[TakenInPlace]:
    """Takes the next correlative in place of a control number that MH refused, and records the refusal (decision 0015).

    The refusal is not recorded for a number from before the counter was last set. Raises NumbersUnconfirmedError.
    """
    change = yield from first(_LAST_CHANGE(company=company_id, **series.key))
    if change is not None and parse_control_number(refused).correlative < change.next:
        return TakenInPlace((yield from next_number(company_id, series)), is_behind=False)
    taken = yield from one(_NEXT_AFTER_REFUSED(company=company_id, **series.key, now=now))
    require_confirmed(taken.unconfirmed_since)
    return TakenInPlace(taken.last, is_behind=True)


def peek_number(company_id: int, series: Series) -> Transaction[int]:
    """The correlative that the next document of a series would get, without taking it."""
    row = yield from first(_PEEK(company=company_id, **series.key))
    return row.last + 1 if row is not None else 1


def counters_of(company_id: int) -> Transaction[list[Counter]]:
    """The counters of a company, by point of sale, type and year."""
    return (yield from _with_documents(company_id, (yield from every(_COUNTERS(company=company_id)))))


def counters_page(company_id: int, after: Series | None, most: int) -> Transaction[list[Counter]]:
    """Counters of a company behind a series, by year from the last, point of sale and type."""
    behind = after or Series("", "", "", _AFTER_EVERY_YEAR)
    rows = yield from every(
        _COUNTERS_PAGE(
            company=company_id,
            year=behind.year,
            branch=behind.branch_code,
            pos=behind.pos_code,
            doc_type=behind.doc_type,
            most=most,
        )
    )
    return (yield from _with_documents(company_id, rows))


def refused_counters(company_id: int) -> Transaction[list[CounterRow]]:
    """The counters of a company whose numbers MH has refused, because other documents bear them."""
    return (yield from every(_REFUSED_COUNTERS(company=company_id)))


def _with_documents(company_id: int, rows: Sequence[CounterRow]) -> Transaction[list[Counter]]:
    counters: list[Counter] = []
    for row in rows:
        series = Series(row.doc_type, row.branch_code, row.pos_code, row.year)
        # No document has a number above its counter; without this bound the search would pass by those of other years.
        counters.append(Counter(row, (yield from _last_document(company_id, series, row.last))))
    return counters


def counter_rows(company_id: int) -> Transaction[list[CounterRow]]:
    """The counters of a company without their documents, by point of sale, type and year."""
    return (yield from every(_COUNTERS(company=company_id)))


def set_next_number(company_id: int, wanted: WantedNumber) -> Transaction[NumberSet]:
    """Sets the number of the next document of a series, and records who did.

    A refusal of MH that was recorded for the counter is forgotten. Raises NumberGivenOutError.
    """
    series = wanted.series
    held = yield from one(_HOLD(company=company_id, **series.key))
    document = yield from last_document(company_id, series)
    if document is not None and wanted.next <= document.correlative:
        raise NumberGivenOutError(document)
    yield _SET(company=company_id, **series.key, last=wanted.next - 1)
    yield from _record(company_id, wanted, held.last + 1)
    return NumberSet(held.last + 1, document)


def begin_series(company_id: int, numbers: Sequence[WantedNumber]) -> Transaction[tuple[WantedNumber, ...]]:
    """Sets the first number of each series that never had a counter, in no year; returns those."""
    begun: list[WantedNumber] = []
    for wanted in numbers:
        if (yield from latest_year(company_id, wanted.series)) is not None:
            continue
        # Nothing is written when a sale has begun the series in the meantime.
        if (yield from first(_BEGIN(company=company_id, **wanted.series.key, last=wanted.next - 1))) is not None:
            yield from _record(company_id, wanted, 1)
            begun.append(wanted)
    return tuple(begun)


def latest_year(company_id: int, series: Series) -> Transaction[int | None]:
    """The latest year in which type and point of sale of a series have a counter; None when they never had one."""
    where = {name: value for name, value in series.key.items() if name != "year"}
    row = yield from first(_LATEST_YEAR(company=company_id, **where))
    return row.year if row is not None else None


def last_document(company_id: int, series: Series) -> Transaction[LastDocumentRow | None]:
    """The document with the highest number of a series."""
    return (yield from _last_document(company_id, series, LARGEST_CORRELATIVE))


def _last_document(company_id: int, series: Series, most: int) -> Transaction[LastDocumentRow | None]:
    """The document with the highest number of a series, up to a number."""
    if most < 1:
        return None
    return (
        yield from first(
            _LAST_DOCUMENT(
                company=company_id,
                lowest=series.control_number(1),
                highest=series.control_number(most),
                year=series.year,
            )
        )
    )


def _record(company_id: int, wanted: WantedNumber, next_before: int) -> Transaction[None]:
    yield _RECORD(
        id=str(uuid4()),
        company=company_id,
        **wanted.series.key,
        next_before=next_before,
        next=wanted.next,
        at=wanted.at,
        by=wanted.by,
    )
