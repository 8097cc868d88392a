"""Sends what the outbox holds, lane by lane, so that a lane that stalls or fails never holds up another.

A worker owns the rows that it takes until their lease ends, and records at once how the attempt ended. If the worker
dies in between, another worker takes the row: a message that was handed over just before is handed over twice, under
one Message-ID or ``webhook-id``, because neither SMTP nor HTTP shows whether it arrived.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog

from ocote.clock import Clock
from ocote.metrics import OUTBOX, OUTBOX_WAITING
from ocote.outbox.lanes import Lanes
from ocote.outbox.outcome import AttemptOutcome, Failed, Sent
from ocote.outbox.schedule import PATIENCE, attempted
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment, moment_text
from ocote.store.outbox import Attempted, claim_due_in_lane, due_lanes, forget_announcements, record_attempt
from ocote.store.sending_reason import SendingReason
from ocote.store.sendings import Channel, SendingRow, waiting

_log = structlog.get_logger(__name__)

SENDING_LEASE: Final = timedelta(minutes=3)
"""Longer than any attempt can take: a mail server may use four times its time-out, and a PDF is typeset first."""

KEPT_FOR: Final = timedelta(days=90)
"""How long announcements can be seen and replayed after they were made."""

_PATIENCE_S: Final = 1.0
_COUNT_EVERY: Final = timedelta(seconds=15)
_FORGET_EVERY: Final = timedelta(hours=1)
_FORGET_AT_ONCE: Final = 1000
_RECORD_AGAIN_S: Final = 1.0


class Courier(Protocol):
    """Carries the rows of one channel."""

    async def attempt(self, row: SendingRow) -> AttemptOutcome:
        """Tries once. An exception counts as a failed attempt."""


class Outbox:
    """Takes the rows that are due and has them carried. ``run_once`` is a round of the background work."""

    def __init__(self, store: Store, couriers: Mapping[Channel, Courier], clock: Clock) -> None:
        self._store = store
        self._couriers = couriers
        self._clock = clock
        self._lanes = Lanes()
        self._under_way: set[asyncio.Task[None]] = set()
        self._count_at = self._forget_at = datetime.min.replace(tzinfo=UTC)

    async def run_once(self) -> int:
        """Takes what is due where there is room, and gives what is under way a moment to end.

        Returns how many rows are or were in hand. Longer attempts go on and keep their places in the next round.
        """
        now = self._clock()
        await self._count(now)
        await self._forget_old(now)
        taken = await self._take(now)
        if not self._under_way:
            return taken
        done, going_on = await asyncio.wait(self._under_way, timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        self._let_go(done)
        return len(done) + len(going_on)

    async def close(self) -> None:
        """Lets the attempts under way end. Rows that are due are left to other workers, or to the next start."""
        if self._under_way:
            done, _ = await asyncio.wait(self._under_way)
            self._let_go(done)

    def _let_go(self, done: set[asyncio.Task[None]]) -> None:
        self._under_way -= done
        for task in done:
            task.result()

    async def _take(self, now: datetime) -> int:
        taken = 0
        due = await self._store.read(due_lanes, moment_text(now))
        for lane in self._lanes.in_turn(due, now):
            room = self._lanes.room(lane)
            if room <= 0:
                break
            until = moment_text(now + SENDING_LEASE)
            for row in await self._store.write(claim_due_in_lane, lane, moment_text(now), until, room):
                self._lanes.begin(lane)
                self._under_way.add(asyncio.create_task(self._send(row)))
                taken += 1
        return taken

    async def _send(self, row: SendingRow) -> None:
        try:
            try:
                outcome = await self._couriers[row.channel].attempt(row)
            except Exception as error:  # noqa: BLE001 - a fault of ours ends one attempt, and shows in row and log
                _log.error("outbox_attempt_broke", outbox_id=row.id, channel=row.channel, exc_info=error)
                outcome = Failed(None, SendingReason("internal_fault", type(error).__name__))
            now = self._clock()
            if isinstance(outcome, Failed) and outcome.is_about_the_lane:
                self._lanes.pause(row.lane, now)
            elif isinstance(outcome, Sent):
                self._lanes.resume(row.lane)
            await self._record(row, attempted(row.channel, outcome, moment(row.begun_at), row.attempts, now))
        finally:
            self._lanes.end(row.lane)

    async def _record(self, row: SendingRow, found: Attempted) -> None:
        """Writes down what became of a row; while the database is away, until the lease of the row ends."""
        facts = {"outbox_id": row.id, "channel": row.channel, "state": found.state, "status": found.status}
        while True:
            now = self._clock()
            try:
                kept = await self._store.write(record_attempt, row, found, moment_text(now))
            except StoreUnavailableError as error:
                if row.due_at is not None and now < moment(row.due_at):
                    await asyncio.sleep(_RECORD_AGAIN_S)
                    continue
                _log.error("outbox_not_recorded", reason=str(error), **facts)
                return
            break
        if not kept:
            _log.warning("outbox_taken_over", **facts)
            return
        OUTBOX.labels(row.channel, found.state).inc()
        if found.state in {"refused", "expired"}:
            # The answer of the other side may hold an address: it is in the table alone.
            _log.warning("outbox_given_up", attempts=row.attempts, **facts)

    async def _count(self, now: datetime) -> None:
        if now < self._count_at:
            return
        self._count_at = now + _COUNT_EVERY
        rows = await self._store.read(waiting)
        for channel in PATIENCE:
            OUTBOX_WAITING.labels(channel).set(rows.get(channel, 0))

    async def _forget_old(self, now: datetime) -> None:
        if now < self._forget_at:
            return
        before = moment_text(now - KEPT_FOR)
        if await self._store.write(forget_announcements, before, _FORGET_AT_ONCE) < _FORGET_AT_ONCE:
            self._forget_at = now + _FORGET_EVERY
