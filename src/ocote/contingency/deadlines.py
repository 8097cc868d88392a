"""The legal deadlines of a contingency and of its documents, and the alarms when a deadline comes near.

The law gives 24 hours from the end of the cause to the event, 24 hours from MH's refusal of an event to its correction,
and 72 hours from the event's stamp to its documents (rules.md 4). A document that misses them counts as not issued.
"""

import asyncio
from datetime import datetime, timedelta
from math import inf
from typing import Literal

import structlog
from msgspec import Struct

from ocote.clock import Clock, pause
from ocote.contingency.refusals import REFUSED, event_was_refused
from ocote.dte.deadlines import (
    CONTINGENCY_DOCUMENTS_WITHIN,
    CONTINGENCY_EVENT_WITHIN,
    CONTINGENCY_WITHOUT_TECHNICAL_REPORT,
)
from ocote.metrics import CONTINGENCIES_REFUSED, CONTINGENCY_DEADLINE_S, CONTINGENCY_DOCUMENTS
from ocote.store.contingency.overview import overview
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment

_log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(seconds=30)
_ONE_HOUR = timedelta(hours=1)


class LegalDeadline(Struct, frozen=True):
    """The moment (an aware UTC instant) by which MH must have the event, its correction, or the reported documents."""

    at: datetime
    of: Literal["event", "correction", "documents"]

    @property
    def span(self) -> timedelta:
        """The whole time that the law gives for this deadline."""
        return CONTINGENCY_DOCUMENTS_WITHIN if self.of == "documents" else CONTINGENCY_EVENT_WITHIN


def document_deadline(ended_at: str | None, reported_at: str | None) -> LegalDeadline | None:
    """The deadline of a waiting document; None while the cause lasts, because no deadline runs yet.

    ``ended_at``: when the cause ended; ``reported_at``: when MH took the document's event; both are stored text. The
    deadline of an unreported document always counts from the end of the cause, also after a refusal of an event.
    """
    if reported_at is not None:
        return LegalDeadline(moment(reported_at) + CONTINGENCY_DOCUMENTS_WITHIN, "documents")
    if ended_at is not None:
        return LegalDeadline(moment(ended_at) + CONTINGENCY_EVENT_WITHIN, "event")
    return None


def nearest_deadline(row: ContingencyOverview, now: datetime) -> LegalDeadline | None:
    """The nearest deadline of a whole contingency, in which some documents may be reported and others not."""
    deadlines: list[LegalDeadline] = []
    if row.unreported and row.ended_at is not None:
        deadlines.append(_event_deadline(row.ended_at, row.refused_at, now))
    if row.reported_at is not None:
        deadlines.append(LegalDeadline(moment(row.reported_at) + CONTINGENCY_DOCUMENTS_WITHIN, "documents"))
    return min(deadlines, key=lambda deadline: deadline.at, default=None)


def _event_deadline(ended_at: str, refused_at: str | None, now: datetime) -> LegalDeadline:
    """24 hours from the end of the cause; when they are over and MH refused an event, 24 hours from the first refusal.

    The end of the cause comes first because no source says that MH's check of the event's date allows corrections.
    """
    event = LegalDeadline(moment(ended_at) + CONTINGENCY_EVENT_WITHIN, "event")
    if refused_at is None or now <= event.at:
        return event
    return LegalDeadline(moment(refused_at) + CONTINGENCY_EVENT_WITHIN, "correction")


def needs_technical_report(row: ContingencyOverview, now: datetime) -> bool:
    """Whether the cause lasted so long that MH wants a technical report before the event (protocol.md 6.6)."""
    ended_at = moment(row.ended_at) if row.ended_at is not None else now
    return ended_at - moment(row.began_at) > CONTINGENCY_WITHOUT_TECHNICAL_REPORT


def alarm(deadline: LegalDeadline, now: datetime) -> int:
    """The urgency of a deadline: 0 not yet, 1 half of the time is gone, 2 an hour is left, 3 it has passed."""
    left = deadline.at - now
    if left < timedelta():
        return 3
    if left <= _ONE_HOUR:
        return 2
    return 1 if left <= deadline.span / 2 else 0


class ContingencyWatch:
    """Measures and announces how near the deadlines are. Each alarm is logged once by each process that watches."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._levels: dict[tuple[str, LegalDeadline], int] = {}
        self._announced_lengths: set[str] = set()
        self._next: datetime | None = None

    async def measure(self) -> list[ContingencyOverview]:
        """Sets the gauges; returns the contingencies that are not done."""
        now = self._clock()
        rows = await self._store.read(overview)
        for environment in ("00", "01"):
            here = [row for row in rows if row.environment == environment]
            left_s = [(deadline.at - now).total_seconds() for row in here if (deadline := nearest_deadline(row, now))]
            CONTINGENCY_DEADLINE_S.labels(environment).set(min(left_s, default=inf))
            CONTINGENCY_DOCUMENTS.labels(environment).set(sum(row.waiting for row in here))
            refused = [row.last_event for row in here if event_was_refused(row)]
            for why in REFUSED:
                CONTINGENCIES_REFUSED.labels(environment, why).set(refused.count(why))
        return rows

    async def keep_measuring(self, stop: asyncio.Event) -> None:
        """Keeps the gauges current in a process that serves metrics and does no background work."""
        while not stop.is_set():
            try:
                await self.measure()
            except StoreUnavailableError as error:
                _log.error("deadlines_not_measured", reason=str(error))
            await pause(LOOK_EVERY.total_seconds(), stop)

    async def run_once(self) -> int:
        """Measures now and then, and logs new alarms; a round of the background work that takes no work."""
        now = self._clock()
        if self._next is None or now >= self._next:
            self._next = now + LOOK_EVERY
            self._announce(await self.measure(), now)
        return 0

    def _announce(self, rows: list[ContingencyOverview], now: datetime) -> None:
        before, self._levels = self._levels, {}
        for row in rows:
            self._announce_length(row, now)
            deadline = nearest_deadline(row, now)
            if deadline is None:
                continue
            level = alarm(deadline, now)
            if level > before.get((row.id, deadline), 0):
                _log_alarm(row, deadline, level, now)
            self._levels[row.id, deadline] = level

    def _announce_length(self, row: ContingencyOverview, now: datetime) -> None:
        if row.id not in self._announced_lengths and needs_technical_report(row, now):
            self._announced_lengths.add(row.id)
            _log.warning("contingency_needs_technical_report", contingency_id=row.id, began_at=row.began_at)


def _log_alarm(row: ContingencyOverview, deadline: LegalDeadline, level: int, now: datetime) -> None:
    facts = {
        "contingency_id": row.id,
        "of": deadline.of,
        "deadline": deadline.at.isoformat(timespec="seconds"),
        "documents": row.waiting,
    }
    if level == 3:
        _log.error("contingency_deadline_missed", **facts)
    else:
        _log.warning("contingency_deadline_near", hours_left=round((deadline.at - now) / _ONE_HOUR, 1), **facts)
