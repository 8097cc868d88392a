"""Reads a journal, replays it, and says whether it reaches to the last document."""

from pathlib import Path
from typing import Final

import msgspec

from ocote import audit
from ocote.clock import Clock
from ocote.companies.registry import Companies
from ocote.continuity import replay_reach as reach
from ocote.continuity.journal_index import JournalIndex
from ocote.continuity.replay import JournalReplay, Progressed
from ocote.continuity.replay_reach import LostTime
from ocote.continuity.replay_report import Moved, NumberGap, ReplayReport, Shortfall
from ocote.journal.reading import JournalReading, bytes_to_read, read_journal
from ocote.mh.hosts import MhHosts
from ocote.store import installation as installations
from ocote.store import journal_segments as segments
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.journal_segments import JournalSegmentRow
from ocote.store.replayed_numbers import numbers_between
from ocote.store.replaying import has_documents_before

BY_JOURNAL: Final = "journal"
"""Who confirms the numbers of a database into which a journal was replayed to its end."""


class Replaying:
    """The whole of a replay, for a command. No other process may work with the database meanwhile."""

    def __init__(self, store: Store, companies: Companies, hosts: MhHosts, clock: Clock) -> None:
        self._store = store
        self._opened = companies
        self._hosts = hosts
        self._clock = clock

    async def replay(self, folder: Path, moved: Progressed) -> ReplayReport:
        """Replays the journal in a folder into the database; ``moved`` receives how far the replay has come.

        Numbers may be given out again when the journal reaches to the last document. Whatever ends the replay before
        its end, it can be repeated. Raises OSError, DamagedLineError, NewerJournalError and StoreUnavailableError.
        """
        installation = await self._store.read(installations.installation)
        in_database = await self._store.read(segments.journal_segments)
        known = {row.id for row in in_database if row.closed_at is not None}
        total, done = bytes_to_read(folder, installation.id, known), 0

        def passed(count: int) -> None:
            nonlocal done
            done += count
            moved(Moved("reading", done, total))

        index = JournalIndex()
        reading = read_journal(folder, installation.id, known, index.take, passed)
        try:
            index.forget_undone(reading)
            replay = JournalReplay(self._store, self._opened, self._hosts, self._clock, index)
            replay.counted.undone = index.undone
            await replay.write(reading, moved)
            lost = LostTime.before(installation.unconfirmed_since, reading.segments, in_database)
            report = await self._report(folder, lost, index, replay)
            if report.reaches:
                report = msgspec.structs.replace(report, was_confirmed=await self._confirm(reading))
        finally:
            reading.close()
        read = [segment for segment in reading.segments if segment.was_read]
        report.counted.torn = sum(segment.is_torn for segment in read)
        audit.record("journal_replayed", documents=report.counted.documents, reaches=report.reaches)
        return msgspec.structs.replace(report, segments=len(read), foreign=len(reading.foreign))

    async def _report(self, folder: Path, lost: LostTime, index: JournalIndex, replay: JournalReplay) -> ReplayReport:
        """The report of all that was written, with the reasons why the journal may not reach to the last document."""
        opened_first = min((segment.opened_at for segment in lost.found if segment.opened_at), default="")
        plan, companies = replay.plan, replay.companies
        gaps = await self._gaps(index, replay)
        reasons: dict[Shortfall, object] = {
            "no_journal_before": not lost.known and await self._store.read(has_documents_before, opened_first),
            "company_missing": companies.missing,
            "number_open": plan.open_numbers,
            "displaced": plan.displaced,
            "text_missing": replay.texts_missing,
            "numbers_missing": gaps,
        }
        shortfalls = {name for name, reason in reasons.items() if reason}
        return ReplayReport(
            folder=folder,
            counted=replay.counted,
            shortfalls=frozenset(shortfalls | reach.segment_shortfalls(lost)),
            missing=reach.missing_segments(lost),
            damaged=tuple(segment.number for segment in lost.found if segment.damaged),
            copied=reach.copied_segments(lost),
            doubled=reach.doubled_numbers(lost),
            companies=companies.missing,
            displaced=tuple(plan.displaced),
            open_numbers=tuple(sorted(plan.open_numbers)),
            texts_missing=tuple(sorted(replay.texts_missing)),
            gaps=gaps,
        )

    async def _gaps(self, index: JournalIndex, replay: JournalReplay) -> tuple[NumberGap, ...]:
        """The numbers between those of the database and the last one of the journal that neither has."""
        lines = [
            (company_id, line)
            for versions in index.versions.values()
            for line in versions
            if (company_id := replay.companies.id_of(line.owner)) is not None and line.id not in replay.plan.left_out
        ]
        gaps: list[NumberGap] = []
        for series, given in reach.given_numbers(lines).items():
            company_id, doc_type, branch_code, pos_code, year = series
            lowest = max(min(given) - 1, 1)
            known = await self._store.read(numbers_between, company_id, series[1:], lowest, max(given))
            gaps += [
                NumberGap(replay.companies.nit_of(company_id), doc_type, branch_code + pos_code, year, first, last)
                for first, last in reach.gaps_between(given, known)
            ]
        return tuple(gaps)

    async def _confirm(self, reading: JournalReading) -> bool:
        """Writes down that the database has every segment, and lets numbers be given out again."""
        now = moment_text(self._clock())
        complete = [
            JournalSegmentRow(segment.number, segment.id, segment.opened_at, now)
            for segment in reading.segments
            if segment.was_read and segment.id
        ]
        await self._store.write(segments.know_segments, complete)
        since = (await self._store.read(installations.installation)).unconfirmed_since
        return since is not None and await self._store.write(installations.confirm_numbers, since, now, BY_JOURNAL)
