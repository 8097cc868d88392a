"""Bringing the documents of a reported contingency to MH: few of them one by one, many in lots (protocol.md 4.2)."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from ocote.clock import Clock
from ocote.companies.company import Company
from ocote.contingency.step import Step, WorkLimits, each, onward, silence
from ocote.documents.records import view
from ocote.documents.settling import Settling
from ocote.dte import generation_code
from ocote.dte.editions import version_of
from ocote.mh import (
    Envelope,
    Lot,
    LotReceived,
    LotRefused,
    LotResults,
    Outcome,
    Rejected,
    Stamped,
    Undetermined,
    event_answered_at,
)
from ocote.mh.hosts import MhHost
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency import events, lots
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Row, Store
from ocote.store.engine.values import moment_text

_log = structlog.get_logger(__name__)

_UPLOADS_AT_ONCE = 4
"""A lot is a third of a megabyte: over a slow line more of them together would not be taken in time."""
_UPLOADS_OF_A_LOT = 5
"""After so many answers that do not say whether MH took it, a lot is given up: something may be wrong with its size."""
_ALONE_IN_A_PIECE = 128
_POLLS_OF_A_LOT = 120
"""By then, three quarters of an hour later, MH has lost the lot: it takes one to three minutes (protocol.md 4.2)."""


class ContingencyDelivery:
    """The last part of a contingency, from the stamp of its events to the stamps of its documents."""

    def __init__(self, store: Store, settling: Settling, clock: Clock, limits: WorkLimits) -> None:
        self._store = store
        self._settling = settling
        self._clock = clock
        self._limits = limits

    async def deliver(self, row: Row, company: Company, host: MhHost) -> Step:
        """Sends what the events reported, follows the lots, and ends when nothing waits any more.

        MH works on what it was given while the next is sent: it is asked about lots only when none is left to send.
        """
        pause = await self.go_on(row, company, host)
        if pause is None:
            return silence(row)
        if not pause:
            return onward(row, "delivering")
        waiting = await self._store.read(rows.count_waiting, company.id, row["id"])
        if not waiting.documents:
            return onward(row, "done")
        return onward(row, "asking") if waiting.unreported else onward(row, "delivering", after=pause)

    async def go_on(self, row: Row, company: Company, host: MhHost) -> timedelta | None:
        """Does the next piece of what stamped events allow; returns after how long there is more, None for silence."""
        for part in (self._send_lots, self._fill_lots, self._ask_about_lots, self._send_few):
            done = await part(row, company, host)
            if done is None:
                return None
            if done:
                return timedelta()
        polls = min((lot["polls"] for lot in await self._in_hand(row, company)), default=_POLLS_OF_A_LOT)
        return poll_again(polls)

    async def _send_lots(self, row: Row, company: Company, host: MhHost) -> int | None:
        """Sends the lots that were made; returns how many there were, None when MH fell silent."""
        unsent = [lot for lot in await self._in_hand(row, company) if lot["state"] == "registered"]
        heard = await each(unsent, lambda lot: self._follow(lot, company, host), _UPLOADS_AT_ONCE)
        return len(unsent) if heard else None

    async def _fill_lots(self, row: Row, company: Company, _: MhHost) -> int:
        """Puts what the stamped events reported into lots, as many as MH may have in hand; returns how many it made."""
        room = self._limits.lots_at_once - len(await self._in_hand(row, company))
        made = 0
        for event in await self._reported(row, company):
            if len(await self._ready(event, company)) > self._limits.few:
                made += await self._fill_lots_of(event, company, room - made)
        return made

    async def _fill_lots_of(self, event: Row, company: Company, most: int) -> int:
        size, now = self._limits.documents_per_lot, moment_text(self._clock())
        for made in range(most):
            held = await self._store.write(lots.insert_lot, generation_code.new(), company.id, event["id"], size, now)
            if held < size:
                return made + bool(held)
        return max(most, 0)

    async def _ask_about_lots(self, row: Row, company: Company, host: MhHost) -> int | None:
        """Asks what became of the lots that MH has; there is nothing more to do about them now. None as above."""
        in_hand = await self._in_hand(row, company)
        return 0 if await each(in_hand, lambda lot: self._follow(lot, company, host)) else None

    async def _send_few(self, row: Row, company: Company, host: MhHost) -> int | None:
        """Sends documents that are too few for a lot, or that a lot did not settle.

        Returns how many MH judged, None when it fell silent. One about which it says nothing holds up no other.
        """
        few: list[Row] = []
        for event in await self._reported(row, company):
            ready = await self._ready(event, company)
            few += ready if len(ready) <= self._limits.few else []
            few += await self._store.read(lots.to_send_alone, company.id, event["id"], _ALONE_IN_A_PIECE)
        judged = 0

        async def send(one: Row) -> bool:
            nonlocal judged
            is_judged = await self._send_one(one, company, host)
            judged += is_judged
            return is_judged or not host.is_down

        return judged if await each(few, send) else None

    async def _in_hand(self, row: Row, company: Company) -> list[Row]:
        return await self._store.read(lots.open_lots, company.id, row["id"], self._limits.lots_at_once)

    async def _reported(self, row: Row, company: Company) -> list[Row]:
        made = await self._store.read(events.events_of, company.id, row["id"])
        return [event for event in made if event["state"] == "stamped"]

    async def _ready(self, event: Row, company: Company) -> list[Row]:
        return await self._store.read(lots.to_deliver, company.id, event["id"], self._limits.few + 1)

    async def _follow(self, lot: Row, company: Company, host: MhHost) -> bool:
        """Sends a lot, or asks what became of it and keeps each result. Whether MH answered."""
        documents = await self._store.read(lots.in_lot, company.id, lot["id"])
        if documents and lot["state"] == "registered":
            return await self._send_lot(lot, documents, company, host)
        if documents:
            found = await host.query_lot(company.credentials, lot["code"])
            if isinstance(found, LotResults):
                if not await self._settle_lot(documents, found, company, host):
                    return False
            elif host.is_down:
                return False
            documents = await self._store.read(lots.in_lot, company.id, lot["id"])
        if not documents:
            await self._store.write(lots.end_lot, company.id, lot["id"], "done")
        elif lot["polls"] >= _POLLS_OF_A_LOT:
            # They go by themselves; MH says so of those that it has after all.
            _log.error("lot_never_finished", lot_id=lot["id"], documents=len(documents))
            await self._store.write(lots.end_lot, company.id, lot["id"], "failed")
        else:
            await self._store.write(lots.lot_polled, company.id, lot["id"])
        return True

    async def _settle_lot(
        self, documents: Sequence[DocumentRow], found: LotResults, company: Company, host: MhHost
    ) -> bool:
        """Keeps MH's word on those documents of a lot that it has finished with. Whether it answered all questions."""
        plain: list[tuple[DocumentRow, Stamped | Rejected]] = []
        there: list[DocumentRow] = []
        for one in documents:
            outcome = found.outcomes.get(one["generation_code"])
            if outcome is not None and _is_there_already(outcome):
                there.append(one)
            elif outcome is not None:
                plain.append((one, outcome))
        await self._settling.settle_all(company.id, plain, company.listeners)
        return await each(there, lambda one: self._settle(one, found.outcomes[one["generation_code"]], company, host))

    async def _send_lot(self, lot: Row, documents: Sequence[Row], company: Company, host: MhHost) -> bool:
        texts = await self._store.read(lots.texts_in_lot, company.id, lot["id"])
        outcome = await host.send_lot(company.credentials, Lot(company.environment, lot["id"], tuple(texts)))
        if isinstance(outcome, LotReceived):
            await self._store.write(lots.lot_received, company.id, lot["id"], outcome.lot_code)
        elif isinstance(outcome, LotRefused):
            _log.error("lot_refused", lot_id=lot["id"], message=outcome.answer.description)
            await self._store.write(lots.end_lot, company.id, lot["id"], "failed")
            return await each(documents, lambda one: self._send_one(one, company, host))
        elif host.is_down:
            return False
        elif lot["polls"] < _UPLOADS_OF_A_LOT:
            await self._store.write(lots.lot_polled, company.id, lot["id"])
        else:
            _log.error("lot_never_taken", lot_id=lot["id"], documents=len(documents), reason=outcome.reason)
            await self._store.write(lots.end_lot, company.id, lot["id"], "failed")
        return True

    async def _send_one(self, document: Row, company: Company, host: MhHost) -> bool:
        """Sends one reported document by itself. Whether MH answered; what was settled meanwhile is not sent."""
        signed = await self._store.read(lots.text_of, company.id, document)
        if signed is None:
            return True
        envelope = Envelope(
            environment=company.environment,
            version=version_of(document["doc_type"], document["edition"]),
            doc_type=document["doc_type"],
            jws=signed,
            generation_code=document["generation_code"],
        )
        return await self._settle(document, await host.send_once(company.credentials, envelope), company, host)

    async def _settle(self, document: Row, outcome: Outcome, company: Company, host: MhHost) -> bool:
        """Keeps MH's word on a reported document. Whether there was one."""
        row = await self._settling.current(company.id, document["id"])
        if row.version != document["version"]:
            return True  # another worker settled it and it was corrected since: MH's word is about what it said before
        if _is_there_already(outcome):
            # It had arrived in a transmission whose answer was lost: MH tells its stamp on being asked.
            found = await host.query(company.credentials, document["doc_type"], document["generation_code"])
            if isinstance(found, Stamped) and await self._came_before_its_event(row, found):
                await self._settling.settle_first_signed(row, found, company.listeners)
                return True
            outcome = found if isinstance(found, Stamped | Undetermined) else outcome
        if isinstance(outcome, Undetermined):
            return False
        await self._settling.settle(company.id, view(row), row.version, outcome, company.listeners)
        return True

    async def _came_before_its_event(self, row: Row, found: Stamped) -> bool:
        """Whether MH stamped the document before it took the event, both by its own clock.

        The text that is signed for the contingency goes to MH only after the event: so it was the one signed first.
        """
        if row["event_id"] is None or found.answer.processed_at is None:
            return False
        answer = await self._store.read(events.answer_to, int(row["company_id"]), row["event_id"])
        reported_at = event_answered_at(answer) if answer is not None else None
        return reported_at is not None and found.answer.processed_at < reported_at


def _is_there_already(outcome: Outcome) -> bool:
    """Whether MH refuses a document because it has one under this generation code."""
    return isinstance(outcome, Rejected) and outcome.duplicate_field == "codigoGeneracion"


def poll_again(polls: int) -> timedelta:
    """When to ask for a lot again that has been asked for so often: MH wants to be asked every few minutes at most."""
    if polls < 30:
        return timedelta(seconds=2)
    return timedelta(seconds=15 if polls < 90 else 60)
