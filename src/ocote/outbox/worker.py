"""Sends the rows of the outbox lane by lane, so that a slow or failing lane never delays another.

A worker owns the rows that it takes until their lease ends. It renews the lease as long as the attempt lives, which may
wait for a PDF for any time, and records the outcome of the attempt at once. If the worker dies in between, another
worker takes the row: a message that was handed over just before is handed over twice, under one Message-ID or
``webhook-id``, because neither SMTP nor HTTP shows whether it arrived.
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
from ocote.store.outbox import (
    Attempted,
    claim_due_in_lane,
    due_lanes,
    forget_announcements,
    record_attempt,
    renew_lease,
)
from ocote.store.sending_reason import SendingReason
from ocote.store.sendings import GIVEN_UP, Channel, SendingRow, waiting

_log = structlog.get_logger(__name__)

SENDING_LEASE: Final = timedelta(minutes=3)
"""The time after which another worker takes the rows of a worker that does not renew them because it died."""

KEPT_FOR: Final = timedelta(days=90)
"""The time after which an announcement can no longer be seen or replayed."""

_PATIENCE_S: Final = 1.0
_COUNT_EVERY: Final = timedelta(seconds=15)
_FORGET_EVERY: Final = timedelta(hours=1)
_FORGET_AT_ONCE: Final = 1000
_RECORD_AGAIN_S: Final = 1.0
_RENEW_EVERY_S: Final = 5.0


class Courier(Protocol):
    """Sends the rows of one channel."""

    async def attempt(self, row: SendingRow) -> AttemptOutcome:
        """Tries once to send a row. An exception counts as a failed attempt."""


class _Held:
    """A row that this worker has; the end of its lease moves with each renewal."""

    def __init__(self, row: SendingRow, until: datetime) -> None:
        self.row = row
        self.until = until


class Outbox:
    """Takes the rows that are due and sends them. ``run_once`` is a round of the background work."""

    def __init__(self, store: Store, couriers: Mapping[Channel, Courier], clock: Clock) -> None:
        self._store = store
        self._couriers = couriers
        self._clock = clock
        self._lanes = Lanes()
        self._under_way: set[asyncio.Task[None]] = set()
        self._count_at = self._forget_at = datetime.min.replace(tzinfo=UTC)

    async def run_once(self) -> int:
        """Takes due rows of lanes with room, and gives the attempts under way a moment to end.

        Returns the number of rows under way in this round. Longer attempts continue and keep their places in the next
        round.
        """
        now = self._clock()
        await self._count(now)
        await self._forget_old(now)
        taken = await self._take(now)
        if not self._under_way:
            return taken
        done, going_on = await asyncio.wait(self._under_way, timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        self._collect(done)
        return len(done) + len(going_on)

    async def close(self) -> None:
        """Lets the attempts under way end. Other workers, or the next start, send the remaining rows."""
        if self._under_way:
            done, _ = await asyncio.wait(self._under_way)
            self._collect(done)

    def _collect(self, done: set[asyncio.Task[None]]) -> None:
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
            until = now + SENDING_LEASE
            for row in await self._store.write(claim_due_in_lane, lane, moment_text(now), moment_text(until), room):
                self._lanes.begin(lane)
                self._under_way.add(asyncio.create_task(self._send(_Held(row, until))))
                taken += 1
        return taken

    async def _send(self, held: _Held) -> None:
        row = held.row
        try:
            outcome = await self._attempt(held)
            if outcome is None:
                return
            now = self._clock()
            if isinstance(outcome, Failed) and outcome.is_about_the_lane:
                self._lanes.pause(row.lane, now)
            elif isinstance(outcome, Sent):
                self._lanes.resume(row.lane)
            await self._record(held, attempted(row.channel, outcome, moment(row.begun_at), row.attempts, now))
        finally:
            self._lanes.end(row.lane)

    async def _attempt(self, held: _Held) -> AttemptOutcome | None:
        """The outcome of an attempt, during which the lease is renewed; None when another worker has the row."""
        row = held.row
        attempt = asyncio.create_task(self._couriers[row.channel].attempt(row))
        try:
            while not attempt.done():
                await asyncio.wait({attempt}, timeout=_RENEW_EVERY_S)
                if not attempt.done() and not await self._renew(held):
                    attempt.cancel()
                    await asyncio.wait({attempt})
                    _log.warning("outbox_taken_over", outbox_id=row.id, channel=row.channel, state="sending")
                    return None
            return attempt.result()
        except Exception as error:  # noqa: BLE001 - a fault of this program ends one attempt only
            _log.error("outbox_attempt_broke", outbox_id=row.id, channel=row.channel, exc_info=error)
            return Failed(None, SendingReason("internal_fault", type(error).__name__))
        finally:
            attempt.cancel()

    async def _renew(self, held: _Held) -> bool:
        """Prolongs the lease of a row; False when another worker has the row."""
        until = self._clock() + SENDING_LEASE
        try:
            is_ours = await self._store.write(renew_lease, held.row, moment_text(until))
        except StoreUnavailableError as error:
            _log.warning("outbox_lease_not_renewed", outbox_id=held.row.id, reason=str(error))
            return True
        held.until = until
        return is_ours

    async def _record(self, held: _Held, found: Attempted) -> None:
        """Records the outcome of a row. Without a database, tries again until the lease of the row ends."""
        row = held.row
        facts = {"outbox_id": row.id, "channel": row.channel, "state": found.state, "status": found.status}
        while True:
            now = self._clock()
            try:
                kept = await self._store.write(record_attempt, row, found, moment_text(now))
            except StoreUnavailableError as error:
                if now < held.until:
                    await asyncio.sleep(_RECORD_AGAIN_S)
                    continue
                _log.error("outbox_not_recorded", reason=str(error), **facts)
                return
            break
        if not kept:
            _log.warning("outbox_taken_over", **facts)
            return
        OUTBOX.labels(row.channel, found.state).inc()
        if found.state in GIVEN_UP:
            # The receiver's answer may hold an address, so it is stored in the table and not logged.
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
        forgotten = await self._store.write(forget_announcements, before, _FORGET_AT_ONCE)
        if unsent := sum(state != "sent" for state in forgotten):
            _log.warning("announcements_forgotten_unsent", announcements=unsent, made_before=before)
        if len(forgotten) < _FORGET_AT_ONCE:
            self._forget_at = now + _FORGET_EVERY
