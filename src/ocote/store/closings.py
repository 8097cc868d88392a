"""The Z cuts of points of sale, and the documents between two of them."""

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from ocote.store.document_row import State
from ocote.store.engine.statement import StoredRow, Transaction, every, first, sql, text_list
from ocote.store.numbers import Series


class ClosingRow(StoredRow, frozen=True):
    """A Z cut; ``series``, ``counted`` and ``totals`` are JSON. ``person`` is the name of whoever closed."""

    branch_code: str
    pos_code: str
    number: int
    person_id: int
    person: str
    began_at: str
    closed_at: str
    series: str
    counted: str
    totals: str


class NewClosing(Struct, frozen=True):
    """A Z cut to store, which has the number after the one before it."""

    company_id: int
    branch_code: str
    pos_code: str
    number: int
    person_id: int
    began_at: str
    closed_at: str
    series: str
    counted: str
    totals: str


class PointNumberRow(StoredRow, frozen=True):
    """The last number that was given out of a type and year at a point of sale."""

    doc_type: str
    year: int
    last: int


class CutDocumentRow(StoredRow, frozen=True):
    """A document of a cut, with its signed text. ``is_invalidated``: an event had cancelled it by then."""

    id: str
    doc_type: str
    year: int
    control_number: str
    state: State
    is_invalidated: bool
    payable_cents: int
    jws: str


class CutSpan(Struct, frozen=True):
    """The documents of a series behind a number, up to another; ``since`` leaves out those posted before it."""

    series: Series
    after: str
    until: str
    since: str


_CLOSING: Final = """
    SELECT closing.branch_code, closing.pos_code, closing.number, closing.person_id, person.name AS person,
           closing.began_at, closing.closed_at, closing.series, closing.counted, closing.totals
    FROM closing JOIN person ON person.id = closing.person_id
    WHERE closing.company_id = :company"""
_LAST: Final = sql(
    f"{_CLOSING} AND branch_code = :branch AND pos_code = :pos ORDER BY closing.number DESC LIMIT 1", ClosingRow
)
_ONE: Final = sql(f"{_CLOSING} AND branch_code = :branch AND pos_code = :pos AND closing.number = :number", ClosingRow)
_PAGE: Final = sql(
    f"""{_CLOSING} AND (closing.branch_code || closing.pos_code) IN (:...points)
      AND (closing.closed_at, closing.branch_code, closing.pos_code) < (:at, :branch, :pos)
    ORDER BY closing.closed_at DESC, closing.branch_code DESC, closing.pos_code DESC LIMIT :most""",
    ClosingRow,
)
_NUMBERS: Final = sql(
    """
    SELECT doc_type, year, last FROM correlative
    WHERE company_id = :company AND branch_code = :branch AND pos_code = :pos AND last > 0
    ORDER BY doc_type, year""",
    PointNumberRow,
)
_CUT: Final = """
    SELECT id, doc_type, year, control_number, state,
           COALESCE(invalidated_by = 'event' AND invalidated_at <= :at, 1 = 0) AS is_invalidated, payable_cents, jws
    FROM document
    WHERE company_id = :company"""
_DOCUMENTS: Final = sql(
    f"""{_CUT} AND control_number > :after AND control_number <= :until AND year = :year
      AND posted_at >= :since
    ORDER BY control_number LIMIT :most""",
    CutDocumentRow,
)
_BY_ID: Final = sql(f"{_CUT} AND id IN (:...ids) ORDER BY control_number", CutDocumentRow)
# The index of cancellations holds few documents since a cut; that of the point of sale would lead to all of it.
_CANCELLED: Final = sql(
    f"""{_CUT} AND branch_code || '' = :branch AND pos_code || '' = :pos
      AND invalidated_by IS NOT NULL AND invalidated_by || '' = 'event'
      AND invalidated_at > :since AND invalidated_at <= :at
    ORDER BY control_number || ''""",
    CutDocumentRow,
)
_INSERT: Final = sql(f"""
    INSERT INTO closing ({", ".join(NewClosing.__struct_fields__)})
    VALUES ({", ".join(f":{name}" for name in NewClosing.__struct_fields__)})""")


class PointState(Struct, frozen=True):
    """A point of sale at one moment: its last cut, None before the first, and the last number of each series."""

    last: ClosingRow | None
    numbers: Sequence[PointNumberRow]


def state_of_point(company_id: int, branch_code: str, pos_code: str) -> Transaction[PointState]:
    """The last cut and the last numbers, as of one moment: whatever is numbered later belongs to the next cut."""
    last = yield from first(_LAST(company=company_id, branch=branch_code, pos=pos_code))
    return PointState(last, (yield from every(_NUMBERS(company=company_id, branch=branch_code, pos=pos_code))))


def documents_by_id(company_id: int, ids: Collection[str], at: str) -> Transaction[Sequence[CutDocumentRow]]:
    """The documents with these ids, as they are now."""
    return (yield from every(_BY_ID(company=company_id, ids=text_list(ids), at=at)))


def cancelled_since(
    company_id: int, point: tuple[str, str], since: str, at: str
) -> Transaction[Sequence[CutDocumentRow]]:
    """The documents of a point of sale that an event has cancelled after a moment."""
    branch, pos = point
    return (yield from every(_CANCELLED(company=company_id, branch=branch, pos=pos, since=since, at=at)))


def documents_of_cut(company_id: int, span: CutSpan, at: str, most: int) -> Transaction[Sequence[CutDocumentRow]]:
    """The first documents of a span, by their numbers."""
    return (
        yield from every(
            _DOCUMENTS(
                company=company_id,
                after=span.after,
                until=span.until,
                year=span.series.year,
                since=span.since,
                at=at,
                most=most,
            )
        )
    )


def insert_closing(new: NewClosing) -> Transaction[None]:
    """Stores a cut; the store raises UniqueError when another cut has the number."""
    yield _INSERT(**{name: getattr(new, name) for name in NewClosing.__struct_fields__})


def closing_of(company_id: int, branch_code: str, pos_code: str, number: int) -> Transaction[ClosingRow | None]:
    """The cut of a point of sale with a number, or None."""
    return (yield from first(_ONE(company=company_id, branch=branch_code, pos=pos_code, number=number)))


def closings_page(
    company_id: int, points: Collection[str], before: tuple[str, str, str], most: int
) -> Transaction[Sequence[ClosingRow]]:
    """Cuts of some points of sale, the newest first, behind (closed_at, branch, point of sale)."""
    at, branch, pos = before
    return (
        yield from every(_PAGE(company=company_id, points=text_list(points), at=at, branch=branch, pos=pos, most=most))
    )
