"""The contingencies of one company: as its people see them, and what an operator does to them from the panel."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from msgspec import Struct

from ocote.audit import Author
from ocote.contingency.by_hand import ContingencyOperator
from ocote.documents.view import Refused
from ocote.dte.sale import Contingency
from ocote.store.contingency.events import EventRow, events_of
from ocote.store.contingency.overview import (
    DoneContingency,
    LotOverview,
    SettledDocument,
    WaitingDocument,
    contingency_of,
    done_page,
    lots_of,
    settled_documents,
    unfinished_of,
    waiting_documents,
)
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.store import Store

_PAGE: Final = 25
_WAITING: Final = 50
_SETTLED: Final = 100
_LONGEST_S: Final = 8.0
"""Work on a contingency that one request waits for; the background work does the rest."""

LATEST: Final = ("\uffff", "")
"""The position before the latest contingency."""

StoredPlace = tuple[str, str]
"""A position in a list: a moment and an id."""


class ContingencyPage(Struct, frozen=True):
    """The contingencies that are not done, and a page of those that are; ``older`` is where the next page begins."""

    unfinished: tuple[ContingencyOverview, ...]
    done: tuple[DoneContingency, ...]
    older: StoredPlace | None


class ContingencyDetails(Struct, frozen=True):
    """One contingency with its events, its lots, a page of its waiting documents and some that have MH's answer."""

    row: ContingencyOverview
    events: tuple[EventRow, ...]
    lots: tuple[LotOverview, ...]
    waiting: tuple[WaitingDocument, ...]
    later: StoredPlace | None
    settled: tuple[SettledDocument, ...]


class CompanyContingencies:
    """Shows the contingencies of a company. Raises Refused for one of another company."""

    def __init__(self, store: Store, operator: ContingencyOperator) -> None:
        self._store = store
        self._operator = operator

    async def page(self, company_id: int, before: StoredPlace | None) -> ContingencyPage:
        """The unfinished contingencies and a page of the others, behind a position."""
        unfinished = await self._store.read(unfinished_of, company_id)
        done = await self._store.read(done_page, company_id, before or LATEST, _PAGE + 1)
        shown = done[:_PAGE]
        older = (shown[-1].began_at, shown[-1].id) if len(done) > _PAGE else None
        return ContingencyPage(tuple(unfinished), tuple(shown), older)

    async def details(self, company_id: int, contingency_id: str, after: StoredPlace | None) -> ContingencyDetails:
        """One contingency in full; ``after`` is the position of the page of its waiting documents."""
        row = await self._row(company_id, contingency_id)
        key = (company_id, row.id)
        waiting = await self._store.read(waiting_documents, *key, _WAITING + 1, after or ("", ""))
        shown = waiting[:_WAITING]
        return ContingencyDetails(
            row=row,
            events=tuple(await self._store.read(events_of, *key)),
            lots=tuple(await self._store.read(lots_of, *key)),
            waiting=tuple(shown),
            later=(shown[-1].posted_at, shown[-1].id) if len(waiting) > _WAITING else None,
            settled=tuple(
                sorted(await self._store.read(settled_documents, *key, _SETTLED), key=lambda each: each.posted_at)
            ),
        )

    async def correct_cause(self, company_id: int, contingency_id: str, cause: Contingency, by: Author) -> int:
        """Gives a contingency another cause; returns how many documents were signed again. Raises ContingencyError."""
        row = await self._row(company_id, contingency_id)
        return await self._operator.correct_cause(row.id, cause, by)

    async def take_in_hand(
        self, company_id: int, contingency_id: str, by: Author, *, report_again: bool = False
    ) -> ContingencyOverview:
        """Does the next work now, for some seconds at most; with ``report_again`` a new event after a refused one.

        Returns the contingency as it is then. Raises ContingencyError.
        """
        row = await self._row(company_id, contingency_id)
        work = self._operator.report_again(row.id, by) if report_again else self._operator.go_on(row.id, by)
        return await _some_of(work) or row

    async def _row(self, company_id: int, contingency_id: str) -> ContingencyOverview:
        row = await self._store.read(contingency_of, company_id, contingency_id)
        if row is None:
            raise Refused("page_not_found")
        return row


async def _some_of(work: AsyncGenerator[ContingencyOverview, None]) -> ContingencyOverview | None:
    """Follows the work from piece to piece for a while; returns the contingency after the last piece."""
    ends = time.monotonic() + _LONGEST_S
    last = None
    async with aclosing(work) as pieces:
        async for moved in pieces:
            last = moved
            if time.monotonic() > ends:
                break
    return last
