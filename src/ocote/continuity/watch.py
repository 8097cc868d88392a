"""Notices a database that has gone back: an old copy of its file, a restored dump, a replica that lacked some sales.

What was seen of the database stays in a file of this machine (``ocote.continuity.seen``). A document that was seen
and is missing now, or a counter's change that is missing, is the proof; a counter that a person has set back is none.
"""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog
from msgspec import Struct
from msgspec.structs import replace

from ocote.clock import Clock, local, pause
from ocote.continuity.seen import (
    Installations,
    SeenFile,
    SeenInstallation,
    SeenSeries,
    SeriesName,
    UnreadableSeenError,
    joined,
)
from ocote.dte.control_number import parse_control_number
from ocote.metrics import NUMBERS_UNCONFIRMED
from ocote.store import installation as rows
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.known_numbers import (
    KnownCounterRow,
    KnownNumbers,
    document_exists,
    known_numbers,
    newest_document,
)

_log = structlog.get_logger(__name__)

_LOOK_EVERY_S: Final = 5.0
_MOST_NAMED: Final = 5


class GoneBack(Struct, frozen=True):
    """The proof that a database has gone back: documents that were seen in it are missing, by control number.

    Without documents, changes of counters are missing. ``seen_at`` (stored text) is when they were seen last.
    """

    seen_at: str
    missing: tuple[str, ...]


async def proof_of_going_back(
    store: Store, known: KnownNumbers, seen: SeenInstallation | None, names: Collection[str] | None = None
) -> GoneBack | None:
    """Compares a database with what was seen of it; None when nothing is missing.

    ``names`` are the series to compare, all when None. What was seen before the numbers were last confirmed counts for
    nothing: whoever confirmed them knew that documents are missing. Raises StoreUnavailableError.
    """
    if seen is None or seen.is_before(known.installation.confirmed_at):
        return None
    missing: list[str] = []
    for text in seen.series if names is None else names:
        newest = seen.series.get(text)
        if newest is None or newest.document is None:
            continue
        series = SeriesName.read(text)
        if not await store.read(document_exists, series.nit, series.environment, newest.document):
            missing.append(series.control_number(newest.number))
    if missing or known.changes < seen.changes:
        return GoneBack(seen.seen_at, tuple(missing))
    return None


class NumbersWatch:
    """Compares the database with the file of this machine, and brings the file up to date.

    Every process looks when it starts, every few seconds, and when it ends. The first look compares every series; the
    later ones those whose counters have moved, and those that had moved before, because a database that goes back
    loses its newest documents.
    """

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        self._store = store
        self._clock = clock
        self._file = SeenFile(folder)
        self._known: KnownNumbers | None = None
        self._seen: dict[str, SeenInstallation] = {}
        self._fresh: frozenset[str] | None = None
        self._complaints: set[str] = set()
        self._announced: str | None = None

    async def look(self) -> None:
        """Compares once: refuses numbers when the database has gone back, else remembers what is in it.

        While numbers are unconfirmed the memory stays as it is, for it may hold numbers that the operator looks for.
        Raises StoreUnavailableError.
        """
        known = await self._store.read(known_numbers, self._first_year())
        if known.installation.unconfirmed_since is None:
            known = await self._compare(known)
        self._announce(known.installation)

    async def keep_looking(self, stop: asyncio.Event) -> None:
        """Looks again and again until ``stop``, and a last time after the last document."""
        while not stop.is_set():
            await pause(_LOOK_EVERY_S, stop)
            with suppress(StoreUnavailableError):  # whatever else works with the database says so
                await self.look()

    async def _compare(self, known: KnownNumbers) -> KnownNumbers:
        """Compares the database with the memory; returns what is known afterwards."""
        name = known.installation.id
        seen = self._seen.get(name)
        in_file: Installations = {}
        if known != self._known:
            in_file = await asyncio.to_thread(self._read)
            seen = joined(in_file.get(name), seen)
        proof = await proof_of_going_back(self._store, known, seen, self._names_to_compare(known, seen))
        if proof is not None:
            await self._doubt(known, proof)
            return await self._store.read(known_numbers, self._first_year())
        if known != self._known:
            await self._remember(known, seen, in_file)
        return known

    def _first_year(self) -> int:
        """The year before this one: numbers begin anew each year, and the last of them may be those of yesterday."""
        return local(self._clock()).year - 1

    def _names_to_compare(self, known: KnownNumbers, seen: SeenInstallation | None) -> Collection[str] | None:
        """The series whose newest document is looked up; None means all."""
        if self._fresh is None or seen is None or known == self._known:
            return self._fresh
        last = {str(series_name_of(counter)): counter.last for counter in known.counters}
        return self._fresh | {text for text, series in seen.series.items() if last.get(text) != series.last}

    async def _doubt(self, known: KnownNumbers, proof: GoneBack) -> None:
        now = moment_text(self._clock())
        if await self._store.write(rows.doubt_numbers, "gone_back", now):
            _log.error(
                "database_has_gone_back",
                installation=known.installation.id,
                seen_at=proof.seen_at,
                missing=proof.missing[:_MOST_NAMED],
                series=len(proof.missing),
            )

    async def _remember(self, known: KnownNumbers, seen: SeenInstallation | None, in_file: Installations) -> None:
        """Looks up the newest document of every series whose counter has moved, and writes what is new."""
        name, confirmed_at = known.installation.id, known.installation.confirmed_at
        if seen is not None and seen.is_before(confirmed_at):
            seen = None
        before: Mapping[str, SeenSeries] = {} if seen is None else seen.series
        series = {str(series_name_of(counter)): await self._newest(counter, before) for counter in known.counters}
        now_seen = SeenInstallation(moment_text(self._clock()), known.changes, series, confirmed_at)
        fresh = frozenset(text for text, each in series.items() if before.get(text) != each)
        if seen is None:
            self._fresh = frozenset()  # all are new to a new file, and the old ones among them prove nothing more
        elif fresh or self._fresh is None:
            self._fresh = fresh
        self._seen = {name: now_seen}
        is_written = not _is_news(in_file.get(name), now_seen) or await asyncio.to_thread(self._write, name, now_seen)
        self._known = known if is_written else None

    async def _newest(self, counter: KnownCounterRow, before: Mapping[str, SeenSeries]) -> SeenSeries:
        seen = before.get(str(series_name_of(counter)))
        if seen is not None and seen.last == counter.last:
            return seen
        newest = await self._store.read(newest_document, counter)
        if newest is None:
            return SeenSeries(counter.last)
        return SeenSeries(counter.last, parse_control_number(newest.control_number).correlative, newest.id)

    def _read(self) -> Installations:
        """The content of the file; nothing for a file that cannot be read, which gets another name."""
        try:
            return self._file.read()
        except UnreadableSeenError as error:
            self._complain("numbers_seen_unreadable", error)
        with suppress(OSError):
            self._file.set_aside()
        return {}

    def _write(self, name: str, now_seen: SeenInstallation) -> bool:
        """Writes what was seen, together with what other processes have written; False when the file cannot be."""
        try:
            latest = dict(self._file.read())
            latest[name] = joined(now_seen, _still_counting(latest.get(name), self._first_year())) or now_seen
            self._file.write(latest)
        except (OSError, UnreadableSeenError) as error:
            self._complain("numbers_seen_not_written", error)
            return False
        self._complaints.clear()
        return True

    def _complain(self, event: str, error: Exception) -> None:
        """Logs each fault of the file once, until the file can be written again."""
        if event not in self._complaints:
            self._complaints.add(event)
            _log.warning(event, file=str(self._file.path), reason=str(error))

    def _announce(self, installation: rows.InstallationRow) -> None:
        """Sets the metric, and logs once in each process that numbers are refused, and that they are given again."""
        since = installation.unconfirmed_since
        NUMBERS_UNCONFIRMED.set(0 if since is None else 1)
        if since != self._announced:
            self._announced = since
            if since is not None:
                _log.error("numbers_unconfirmed", since=since, because=installation.unconfirmed_because)
            else:
                _log.info("numbers_confirmed", at=installation.confirmed_at, by=installation.confirmed_by)


def series_name_of(counter: KnownCounterRow) -> SeriesName:
    """The series of a counter, as the file names it."""
    return SeriesName(
        counter.nit, counter.environment, counter.doc_type, counter.branch_code, counter.pos_code, counter.year
    )


def _still_counting(seen: SeenInstallation | None, first_year: int) -> SeenInstallation | None:
    """The memory without the series of years that are over."""
    if seen is None:
        return None
    series = {text: each for text, each in seen.series.items() if SeriesName.read(text).year >= first_year}
    return replace(seen, series=series)


def _is_news(before: SeenInstallation | None, now: SeenInstallation) -> bool:
    """Whether the file lacks something of what is seen now; the moment alone is no news."""
    after = joined(now, before)
    return (
        before is None
        or after is None
        or (after.changes, after.confirmed_at, after.series)
        != (
            before.changes,
            before.confirmed_at,
            before.series,
        )
    )
