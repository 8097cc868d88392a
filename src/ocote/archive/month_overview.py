"""The state of a month before its books are made: what was issued, what is missing, when it is due."""

from collections.abc import Collection, Iterable
from datetime import date

from msgspec import Struct

from ocote.archive.activity import Activity, month_of
from ocote.archive.bookkeeping import Month
from ocote.archive.sums import Slice
from ocote.books.due import DueDates, due_dates
from ocote.clock import Clock, local_date
from ocote.documents.searches import refusing_searches
from ocote.store.activity import InvalidatedCount, invalidated_counts
from ocote.store.engine.store import Store


class TypeCount(Struct, frozen=True):
    """The documents of one type: in all, stamped by MH, waiting for MH, and refused by MH."""

    doc_type: str
    documents: int
    stamped: int
    waiting: int
    rejected: int


class MonthOverview(Struct, frozen=True):
    """A month on one page: its documents by type and state, the invalidations stamped in it, and the days it is due."""

    month: Month
    due: DueDates
    counts: tuple[TypeCount, ...]
    invalidated: tuple[InvalidatedCount, ...]
    today: date

    @property
    def is_over(self) -> bool:
        """Whether the month has ended, so that no more documents come."""
        return (self.today.year, self.today.month) > (self.month.year, self.month.number)

    @property
    def waiting(self) -> int:
        """The documents that MH has neither stamped nor refused."""
        return sum(each.waiting for each in self.counts)

    @property
    def rejected(self) -> int:
        """The documents that MH has refused and nobody has corrected."""
        return sum(each.rejected for each in self.counts)


class MonthOverviews:
    """Tells the state of months of every company of a store; each call sees those of one company."""

    def __init__(self, store: Store, activity: Activity, clock: Clock, holidays: Collection[date]) -> None:
        self._store = store
        self._activity = activity
        self._clock = clock
        self._holidays = holidays

    async def of(self, company_id: int, month: Month) -> MonthOverview:
        """The state of a month, counted from sums of its days. Raises Refused when a search finds no turn.

        Documents count in the month in which they were first posted, invalidations in that of their own stamp.
        """
        begins, ends = month.span()
        slices = await self._activity.posted(company_id, month_of(date(month.year, month.number, 1)))
        with refusing_searches():
            invalidated = await self._store.search(invalidated_counts, company_id, begins, ends)
        return MonthOverview(
            month=month,
            due=due_dates(month.year, month.number, self._holidays),
            counts=tuple(type_counts(slices)),
            invalidated=tuple(invalidated),
            today=local_date(self._clock()),
        )


def type_counts(slices: Iterable[Slice]) -> list[TypeCount]:
    """The documents of slices by type and state; an invalidated document was stamped."""
    counts: dict[str, TypeCount] = {}
    for each in slices:
        before = counts.get(each.doc_type, TypeCount(each.doc_type, 0, 0, 0, 0))
        counts[each.doc_type] = TypeCount(
            each.doc_type,
            before.documents + each.documents,
            before.stamped + (each.documents if each.status in ("stamped", "cancelled") else 0),
            before.waiting + (each.documents if each.status in ("registered", "contingency") else 0),
            before.rejected + (each.documents if each.status == "rejected" else 0),
        )
    return sorted((count for count in counts.values() if count.documents), key=lambda count: count.doc_type)
