"""The condition of the whole gateway, as its operator's page shows it: what lives, what waits, what MH answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, TypeVar

from msgspec import Struct

from ocote import __version__
from ocote.clock import Clock
from ocote.documents.reasons import attempt_in_own_words
from ocote.health.backup import backup_age
from ocote.health.counters import taken_numbers
from ocote.health.disk import disk_space
from ocote.health.finding import Finding, failed, warning, well
from ocote.health.journal import journal_folder
from ocote.health.numbers import doubted_numbers
from ocote.health.sendings import FAILING_AFTER, LATELY, OVERDUE_AFTER, lanes, sendings
from ocote.health.tls_file import certificate_file
from ocote.mh.hosts import MhHosts
from ocote.settings import Settings
from ocote.store import gateway_state as rows
from ocote.store.copying.recording import BackupRow, latest_backups
from ocote.store.engine.location import locate
from ocote.store.engine.opening import NEWEST
from ocote.store.engine.store import SearchTooLongError, Store, Transaction
from ocote.store.engine.values import moment, moment_text
from ocote.store.gateway_state import AnswersOfHour, EnvironmentState, WaitingMessages, WorkState
from ocote.store.installation import installation
from ocote.store.journal_segments import JournalSegmentRow, latest_segment
from ocote.store.processes import ProcessRow, all_processes
from ocote.store.renumbering import taken_counters
from ocote.store.sendings import Channel, Trouble, trouble
from ocote.store.stuck_lanes import StuckLane, stuck_lanes
from ocote.work.heartbeat import BEATS_EVERY

T = TypeVar("T")

Troubles = tuple[dict[Channel, Trouble], list[StuckLane]]
"""The messages that do not get through, by channel, and the lanes through which nothing gets."""

ProcessLife = Literal["alive", "silent", "ended"]

MOST_DOCUMENTS: Final = 100_000
"""Documents of a day whose answers are counted for one page; with more of them the metrics tell."""

_SILENT_AFTER: Final = BEATS_EVERY * 4
_SHOWN_BACKUPS: Final = 10
_DAY: Final = timedelta(days=1)
_GATEWAY: Final = 0
_PATIENCE_S: Final = 4.0
"""Seconds for a look at folders, of which one may lie on another machine."""


class ProcessCondition(Struct, frozen=True):
    """A process of the last days. ``is_other``: its program is of another version than the one that looks."""

    row: ProcessRow
    life: ProcessLife
    is_other: bool


class MhCondition(Struct, frozen=True):
    """MH in an environment. ``is_down`` is what this process knows; the counts are those of the database."""

    state: EnvironmentState
    is_down: bool


class DatabaseCondition(Struct, frozen=True):
    """The database: its kind, its size in bytes and the version of its tables."""

    kind: Literal["SQLite", "PostgreSQL"]
    bytes: int
    tables_version: str


class GatewayCondition(Struct, frozen=True):
    """Everything that the page shows. What could not be read in time is None.

    ``answers`` is None also when there are more documents than are counted for a page; ``journal`` is None without a
    journal.
    """

    now: datetime
    findings: tuple[Finding, ...]
    processes: tuple[ProcessCondition, ...]
    work: tuple[WorkState, ...] | None
    waiting: Mapping[Channel, WaitingMessages] | None
    given_up: Mapping[Channel, int] | None
    environments: tuple[MhCondition, ...] | None
    answers: tuple[AnswersOfHour, ...] | None
    backups: tuple[BackupRow, ...]
    database: DatabaseCondition
    journal: JournalSegmentRow | None


class GatewayHealth:
    """Looks at a gateway from inside one of its processes. Long readings run as searches, which delay no sale."""

    def __init__(
        self, store: Store, configured: Settings, hosts: MhHosts, clock: Clock, seen_from: tuple[str, Path | None]
    ) -> None:
        """``seen_from``: the name of this process in the store, and the file of its TLS certificate if it has one."""
        self._store = store
        self._configured = configured
        self._hosts = hosts
        self._clock = clock
        self._process_id, self._tls_cert = seen_from

    async def look(self) -> GatewayCondition:
        """The condition at this moment. Raises StoreUnavailableError."""
        now = self._clock()
        work = await _in_time(lambda: self._store.search(rows.work_state, _GATEWAY, *_moments(now)))
        found = await _in_time(lambda: self._troubles(now))
        environments = await _in_time(lambda: self._store.search(rows.environment_states, _GATEWAY))
        processes = await self._processes(now)
        return GatewayCondition(
            now=now,
            findings=(*await self._findings(now), *_work_finding(work, now), *_sending_findings(found)),
            processes=processes,
            work=tuple(work) if work is not None else None,
            waiting=await _in_time(lambda: self._store.search(rows.waiting_messages, _GATEWAY)),
            given_up=await _in_time(
                lambda: self._store.search(rows.messages_given_up, _GATEWAY, moment_text(now - _DAY))
            ),
            environments=None
            if environments is None
            else tuple(MhCondition(each, self._hosts.of(each.environment).is_down) for each in environments),
            answers=await self._answers(now),
            backups=tuple(await self._store.read(latest_backups, _SHOWN_BACKUPS)),
            database=await self._database(),
            journal=await self._store.read(latest_segment) if self._configured.journal_dir is not None else None,
        )

    async def _findings(self, now: datetime) -> list[Finding]:
        """The findings about the installation itself, with the judgements of ``ocote doctor``."""
        of_now = await self._store.read(installation)
        doubted = doubted_numbers(of_now)
        return [
            *([doubted] if doubted is not None else []),
            backup_age(of_now.backed_up_at, now),
            await _outside("Disco", lambda: disk_space(self._configured)),
            await _outside("Diario", lambda: journal_folder(self._configured)),
            *([await _outside("Certificado TLS", self._certificate)] if self._tls_cert is not None else []),
            *taken_numbers(await self._store.read(taken_counters)),
        ]

    def _certificate(self) -> Finding:
        return certificate_file(self._tls_cert or Path(), self._clock())

    async def _processes(self, now: datetime) -> tuple[ProcessCondition, ...]:
        found = await self._store.read(all_processes)
        return tuple(ProcessCondition(row, self._life(row, now), row.version != __version__) for row in found)

    def _life(self, row: ProcessRow, now: datetime) -> ProcessLife:
        if row.id == self._process_id:
            return "alive"
        if row.ended_at is not None:
            return "ended"
        return "alive" if now - moment(row.seen_at) <= _SILENT_AFTER else "silent"

    async def _troubles(self, now: datetime) -> Troubles:
        since, overdue, failing = (moment_text(now - span) for span in (LATELY, OVERDUE_AFTER, FAILING_AFTER))

        def troubles(_gateway: int) -> Transaction[Troubles]:
            found = yield from trouble(since, overdue, failing)
            return found, (yield from stuck_lanes(failing))

        return await self._store.search(troubles, _GATEWAY)

    async def _answers(self, now: datetime) -> tuple[AnswersOfHour, ...] | None:
        since = moment_text(now - _DAY)
        found = await _in_time(lambda: self._store.search(rows.answers_by_hour, _GATEWAY, since, MOST_DOCUMENTS + 1))
        if found is None:
            return None
        counted = sum(each.at_once + each.later + each.refused + each.unanswered for each in found)
        return tuple(found) if counted <= MOST_DOCUMENTS else None

    async def _database(self) -> DatabaseCondition:
        is_file = locate(self._configured.database_url).sqlite_path is not None
        return DatabaseCondition(
            "SQLite" if is_file else "PostgreSQL", await self._store.read(rows.database_bytes), NEWEST
        )


def _moments(now: datetime) -> tuple[str, str]:
    return moment_text(now), moment_text(now - OVERDUE_AFTER)


def _work_finding(work: list[WorkState] | None, now: datetime) -> list[Finding]:
    """The finding about work that was due long ago and that no process has taken."""
    if work is None:
        return []
    late = sum(each.overdue for each in work)
    if not late:
        return [well("Trabajo de fondo", "nada espera más de 10 minutos después de su hora")]
    oldest = min(each.oldest for each in work if each.oldest is not None)
    minutes = int((now - moment(oldest)) / timedelta(minutes=1))
    return [
        failed(
            "Trabajo de fondo",
            f"{late} trabajos esperan desde hace más de 10 minutos, el más antiguo desde hace {minutes} minutos",
            "Ponga en marcha «ocote serve» u «ocote worker»: son los que terminan el trabajo con Hacienda. Si están en "
            "marcha, lea su registro.",
        )
    ]


def _sending_findings(found: Troubles | None) -> list[Finding]:
    """The findings about messages, without words of others: the page's reader may have a role in no company."""
    return [] if found is None else [*sendings(found[0]), *lanes(found[1], attempt_in_own_words)]


async def _outside(subject: str, look: Callable[[], Finding]) -> Finding:
    """A finding about files, looked at in a thread: a share whose machine is away keeps nobody waiting."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(look), _PATIENCE_S)
    except TimeoutError:
        return warning(
            subject, f"no se pudo mirar en {_PATIENCE_S:.0f} segundos", "Revise el disco o la carpeta compartida."
        )


async def _in_time(read: Callable[[], Awaitable[T]]) -> T | None:
    """The rows of a reading; None when it took too long."""
    try:
        return await read()
    except SearchTooLongError:
        return None
