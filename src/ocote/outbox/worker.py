"""Sends what the outbox holds, lane by lane, so that one that stalls or fails never holds up another.

Whoever takes a row owns it until its lease ends, and writes down what became of it at once. If it dies in between, the
row is taken again by another: what had been handed over just then is handed over twice, under the same Message-ID or
``webhook-id``, for neither SMTP nor HTTP tells whether it arrived.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog

from ocote.clock import Clock
from ocote.metrics import OUTBOX, OUTBOX_WAITING
from ocote.outbox.lanes import Lanes
from ocote.outbox.outcome import Failed, Outcome, Sent
from ocote.outbox.schedule import PATIENCE, answer
from ocote.store import outbox as rows
from ocote.store.engine.store import Row, Store, StoreUnavailableError
from ocote.store.engine.values import moment, moment_text
from ocote.store.outbox import Attempted, Channel

_log = structlog.get_logger(__name__)

LEASE: Final = timedelta(minutes=3)
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

    async def attempt(self, row: Row) -> Outcome:
        """Tries once. What it raises counts as an attempt that failed."""


class Outbox:
    """Takes what is due and has it carried. ``run_once`` is a round of the background work."""

    def __init__(self, store: Store, couriers: Mapping[Channel, Courier], clock: Clock) -> None:
        self._store = store
        self._couriers = couriers
        self._clock = clock
        self._lanes = Lanes()
        self._under_way: set[asyncio.Task[None]] = set()
        self._count_at = self._forget_at = datetime.min.replace(tzinfo=UTC)

    async def run_once(self) -> int:
        """Takes what is due where there is room, and waits a moment for what is under way.

        Returns how much is or was in hand. What takes longer goes on, and the next round finds its place taken.
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
        """Waits for what is under way. What is due is left to others, or to the next start."""
        if self._under_way:
            done, _ = await asyncio.wait(self._under_way)
            self._let_go(done)

    def _let_go(self, done: set[asyncio.Task[None]]) -> None:
        self._under_way -= done
        for task in done:
            task.result()

    async def _take(self, now: datetime) -> int:
        taken = 0
        due = await self._store.read(rows.due_lanes, moment_text(now))
        for lane in self._lanes.in_turn(due, now):
            room = self._lanes.room(lane)
            if room <= 0:
                break
            until = moment_text(now + LEASE)
            for row in await self._store.write(rows.claim, lane, moment_text(now), until, room):
                self._lanes.begin(lane)
                self._under_way.add(asyncio.create_task(self._send(row)))
                taken += 1
        return taken

    async def _send(self, row: Row) -> None:
        lane, channel = row["lane"], row["channel"]
        try:
            try:
                outcome = await self._couriers[channel].attempt(row)
            except Exception as error:  # noqa: BLE001 - a fault of ours ends one attempt, and shows in row and log
                _log.error("outbox_attempt_broke", outbox_id=row["id"], channel=channel, exc_info=error)
                outcome = Failed(None, f"internal fault: {type(error).__name__}")
            now = self._clock()
            if isinstance(outcome, Failed) and outcome.is_about_the_lane:
                self._lanes.pause(lane, now)
            elif isinstance(outcome, Sent):
                self._lanes.resume(lane)
            found = answer(channel, outcome, moment(row["begun_at"]), int(row["attempts"]), now)
            await self._record(row, found)
        finally:
            self._lanes.end(lane)

    async def _record(self, row: Row, found: Attempted) -> None:
        """Writes down what became of a row; while the database is away, for as long as the row is ours."""
        told = {"outbox_id": row["id"], "channel": row["channel"], "state": found.state, "status": found.status}
        while True:
            now = self._clock()
            try:
                kept = await self._store.write(rows.record, row, found, moment_text(now))
            except StoreUnavailableError as error:
                if now < moment(row["due_at"]):
                    await asyncio.sleep(_RECORD_AGAIN_S)
                    continue
                _log.error("outbox_not_recorded", reason=str(error), **told)
                return
            break
        if not kept:
            _log.warning("outbox_taken_over", **told)
            return
        OUTBOX.labels(row["channel"], found.state).inc()
        if found.state in {"refused", "expired"}:
            # What the other side said may hold an address; it is in the table.
            _log.warning("outbox_given_up", attempts=row["attempts"], **told)

    async def _count(self, now: datetime) -> None:
        if now < self._count_at:
            return
        self._count_at = now + _COUNT_EVERY
        waiting = await self._store.read(rows.waiting)
        for channel in PATIENCE:
            OUTBOX_WAITING.labels(channel).set(waiting.get(channel, 0))

    async def _forget_old(self, now: datetime) -> None:
        if now < self._forget_at:
            return
        if await self._store.write(rows.forget, moment_text(now - KEPT_FOR), _FORGET_AT_ONCE) < _FORGET_AT_ONCE:
            self._forget_at = now + _FORGET_EVERY
