"""Walks the archive of a company, page after page, and changes nothing in the database.

Each page is one statement and therefore one moment, so that a gateway that sells meanwhile is never seen halfway. What
spans several pages is read in an order in which a sale in between explains itself: counters before the numbers that
they gave out, counters again after the numbers, and reasons for a gap after the gap.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final, TypeVar

from ocote.archive.walking.adjusted import AdjustedLists, lists_of_notes
from ocote.archive.walking.company import Verdicts, WalkedCompany
from ocote.archive.walking.documents import EarlierTexts, judge_document
from ocote.archive.walking.events import judge_invalidation, judge_report
from ocote.archive.walking.fault import Named
from ocote.archive.walking.numbering import (
    Explanations,
    MissingNumbers,
    NumberWalk,
    Reached,
    RepeatedNumber,
    series_of_counter,
)
from ocote.archive.walking.position import DoubtfulTexts, WalkPosition
from ocote.archive.walking.stamps import StampLog, is_among
from ocote.dte.types import CREDIT_NOTE
from ocote.store import verifying as pages
from ocote.store.engine.store import Store, Transaction
from ocote.store.numbers import Series
from ocote.store.verifying import ArchivedInvalidation, ArchivedReport

_T = TypeVar("_T")
_Event = TypeVar("_Event", ArchivedInvalidation, ArchivedReport)

_PAGE: Final = 32
"""Texts read at once. A document of 2,000 lines takes about 1 MB, so that every page stays small."""

_EARLIER: Final = 16
_NUMBERS: Final = 2_000
_STAMPS: Final = 500

_POLITENESS: Final = 10
"""How far the thread that checks signatures steps back behind a gateway on the same machine (``nice``)."""

OnPiece = Callable[[int], None]
"""A function that is called after each page, when the position is complete, with the documents and events in it."""


@asynccontextmanager
async def open_walk(store: Store, stamps: StampLog, on_piece: OnPiece) -> AsyncIterator["ArchiveWalk"]:
    """A walk through the archive of a store, with the thread that does its arithmetic."""
    with ThreadPoolExecutor(1, "verify", initializer=_step_back) as thread:
        yield ArchiveWalk(store, stamps, on_piece, thread)


def _step_back() -> None:
    """Lets every other thread of the machine go first; on Linux this concerns the calling thread alone."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _POLITENESS)


class ArchiveWalk:
    """Compares everything that is kept of a company, from a position on."""

    def __init__(self, store: Store, stamps: StampLog, on_piece: OnPiece, thread: ThreadPoolExecutor) -> None:
        self._store = store
        self._stamps = stamps
        self._on_piece = on_piece
        self._thread = thread

    async def walk(self, company: WalkedCompany, position: WalkPosition) -> None:
        """Walks the rest of a company's archive; nothing is left to do in a company that was walked before.

        The position is complete after each page. Raises StoreUnavailableError.
        """
        if position.enter(company.id):
            self._stamps.clear()
        elif position.company_id != company.id or position.stage == "done":
            return
        if position.stage == "documents":
            await self._documents(company, position)
        if position.stage == "stamps":
            await self._repeated_stamps(company, position)
        if position.stage == "numbers":
            await self._numbers(company, position)
        if position.stage == "invalidations":
            await self._invalidations(company, position)
        if position.stage == "reports":
            await self._reports(company, position)

    async def _documents(self, company: WalkedCompany, position: WalkPosition) -> None:
        while rows := await self._store.search(pages.archived_page, company.id, position.after, _PAGE):
            verdicts = Verdicts(company, position.history)
            judge = partial(judge_document, lists=await self._lists(company, rows, position))
            await self._in_thread(_judge_all, judge, rows, verdicts)
            for row in rows:
                if row.version > 1:
                    await self._earlier_texts(company, row, verdicts)
            self._stamps.add(verdicts.stamps)
            position.stamps += len(verdicts.stamps)
            position.found.documents += len(rows)
            self._absorb(verdicts, position)
            position.after = rows[-1].posted_at, rows[-1].id
            self._on_piece(len(rows))
        position.go_to("stamps")

    async def _lists(
        self, company: WalkedCompany, rows: Sequence[pages.ArchivedRow], position: WalkPosition
    ) -> AdjustedLists:
        """The lists of the notes in a page; twice as many documents, because some may have come between since."""
        if not any(row.doc_type == CREDIT_NOTE.code for row in rows):
            return {}
        adjusted = await self._store.search(pages.adjusted_page, company.id, position.after, 2 * _PAGE)
        return lists_of_notes(adjusted)

    async def _earlier_texts(self, company: WalkedCompany, row: pages.ArchivedRow, verdicts: Verdicts) -> None:
        earlier = EarlierTexts(row)
        while texts := await self._store.search(pages.superseded_before, company.id, row.id, earlier.below, _EARLIER):
            await self._in_thread(earlier.judge, texts, verdicts)
        earlier.end(verdicts)

    async def _repeated_stamps(self, company: WalkedCompany, position: WalkPosition) -> None:
        digests = await self._in_thread(self._stamps.repeated)
        verdicts = Verdicts(company, position.history)
        bearers: dict[str, list[str]] = {}
        after = ("", "")
        while digests and (rows := await self._store.search(pages.stamps_page, company.id, after, _STAMPS)):
            after = rows[-1].posted_at, rows[-1].id
            for row in rows:
                if row.stamp is not None and is_among(row.stamp, digests):
                    bearers.setdefault(row.stamp, []).append(row.control_number)
        for numbers in bearers.values():
            for number in numbers[1:]:
                verdicts.fault("stamp_twice", Named("document", number), other=numbers[0])
        self._absorb(verdicts, position)
        position.go_to("numbers")
        self._on_piece(0)

    async def _numbers(self, company: WalkedCompany, position: WalkPosition) -> None:
        if position.counters is None:
            position.counters = await self._counters(company)
        walk = NumberWalk(position.reached)
        after = (position.after[0], int(position.after[1] or 0))
        while rows := await self._store.search(pages.numbers_page, company.id, after, _NUMBERS):
            verdicts = Verdicts(company, position.history)
            await self._judge_numbers(walk.take(rows), verdicts)
            after = rows[-1].control_number, rows[-1].year
            position.reached = walk.reached
            self._absorb(verdicts, position)
            position.after = after[0], str(after[1])
            self._on_piece(0)
        verdicts = Verdicts(company, position.history)
        await self._judge_numbers(walk.end(position.counters), verdicts)
        for reached, counter in walk.above(await self._counters(company)):
            verdicts.fault("counter_too_low", _of(reached.series), counter=str(counter), last=str(reached.last))
        self._absorb(verdicts, position)
        position.found.series += len(walk.reached)
        position.go_to("invalidations")
        self._on_piece(0)

    async def _judge_numbers(self, found: Iterable[MissingNumbers | RepeatedNumber], verdicts: Verdicts) -> None:
        explanations: Explanations | None = None
        for one in found:
            if isinstance(one, RepeatedNumber):
                verdicts.fault("number_twice", _of(one.series), number=str(one.number))
                continue
            if explanations is None:
                explanations = await self._explanations(verdicts.company)
            for part in explanations.unexplained(one):
                verdicts.fault("number_gap", _of(one.series), first=str(part.first), last=str(part.last))

    async def _explanations(self, company: WalkedCompany) -> Explanations:
        explanations = Explanations(await self._store.search(pages.number_changes, company.id))
        after = ("", 0)
        while rows := await self._store.search(pages.left_numbers_page, company.id, after, _PAGE):
            after = rows[-1].document_id, rows[-1].version
            await self._in_thread(explanations.add_left, rows)
        return explanations

    async def _counters(self, company: WalkedCompany) -> tuple[Reached, ...]:
        rows = await self._store.search(pages.last_numbers, company.id)
        return tuple(Reached(series_of_counter(row), row.last) for row in rows)

    async def _invalidations(self, company: WalkedCompany, position: WalkPosition) -> None:
        await self._judge_events(pages.invalidations_page, judge_invalidation, company, position)
        position.go_to("reports")

    async def _reports(self, company: WalkedCompany, position: WalkPosition) -> None:
        await self._judge_events(pages.reports_page, judge_report, company, position)
        history = position.history
        if history.doubtful:
            position.found.doubtful.append(
                DoubtfulTexts(
                    company.nit, company.environment, history.doubtful, history.doubtful_from, history.doubtful_until
                )
            )
        position.found.companies += 1
        position.go_to("done")
        self._on_piece(0)

    async def _judge_events(
        self,
        page: Callable[[int, str, int], Transaction[list[_Event]]],
        judge: Callable[[_Event, Verdicts], None],
        company: WalkedCompany,
        position: WalkPosition,
    ) -> None:
        """Judges all events of one kind of a company, page after page."""
        while rows := await self._store.search(page, company.id, position.after[0], _PAGE):
            verdicts = Verdicts(company, position.history)
            await self._in_thread(_judge_all, judge, rows, verdicts)
            self._absorb(verdicts, position)
            position.found.events += len(rows)
            position.after = rows[-1].id, ""
            self._on_piece(len(rows))

    def _absorb(self, verdicts: Verdicts, position: WalkPosition) -> None:
        """Takes the verdicts on a finished page into the position, without waiting for anything in between."""
        position.history = verdicts.history
        position.found.texts += verdicts.texts
        position.found.declared += verdicts.declared
        position.found.add(verdicts.faults)

    async def _in_thread(self, work: Callable[..., _T], *args: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)


_Row = TypeVar("_Row")


def _judge_all(judge: Callable[[_Row, Verdicts], None], rows: Iterable[_Row], verdicts: Verdicts) -> None:
    for row in rows:
        judge(row, verdicts)


def _of(series: Series) -> Named:
    """A series, with the options that name it in ``ocote number set``."""
    place = {"doc_type": series.doc_type, "pos": series.point, "year": str(series.year)}
    return Named("series", f"{series.doc_type} {series.point} {series.year}", place)
