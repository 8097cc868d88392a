"""Bringing the documents of a reported contingency to MH: few of them one by one, many in lots (protocol.md 4.2)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from ocote.contingency.machine import Found, Happening
from ocote.contingency.piece import Piece, WorkLimits
from ocote.contingency.stamped_text import StampedTexts
from ocote.documents.records import view
from ocote.documents.renumbering import Renumbering
from ocote.documents.settling import Settling, note_refusal
from ocote.documents.signed import envelope_of
from ocote.dte import generation_code
from ocote.mh import (
    Lot,
    LotReceived,
    LotRefused,
    LotResults,
    Outcome,
    Rejected,
    Stamped,
    Undetermined,
)
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency import events, lots
from ocote.store.contingency.events import EventRow
from ocote.store.contingency.lots import LotRow, UndeliveredDocument
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment_text
from ocote.work.rounds import Progress, each
from ocote.work.work import Work

_log = structlog.get_logger(__name__)

_UPLOADS_AT_ONCE: Final = 4
"""A lot is a third of a megabyte: over a slow line more lots at once would not reach MH in time."""
_UPLOADS_OF_A_LOT: Final = 5
"""After this many attempts without a clear answer of MH a lot is given up: its size may be the problem."""
_ALONE_IN_A_PIECE: Final = 128
_POLLS_OF_A_LOT: Final = 120
"""After this many questions, in 45 minutes, MH has lost the lot: a lot takes one to three minutes (protocol.md 4.2)."""


class ContingencyTransmission:
    """The last part of a contingency, from the stamp of its events to the stamps of its documents."""

    def __init__(
        self, work: Work, settling: Settling, renumbering: Renumbering, texts: StampedTexts, limits: WorkLimits
    ) -> None:
        self._store = work.store
        self._companies = work.companies
        self._leases = work.leases
        self._clock = work.clock
        self._settling = settling
        self._renumbering = renumbering
        self._texts = texts
        self._limits = limits

    async def deliver(self, piece: Piece) -> Found:
        """Does the next piece of work: sends reported documents, or asks MH about the lots.

        MH works on the lots that MH has while more are sent: MH is asked about lots only when no lot is left to send.
        """
        progress = await self.go_on(piece)
        if progress == "silence":
            return Found(Happening.SILENCE)
        if progress == "worked":
            return Found(Happening.SOME_DELIVERED)
        waiting = await self._store.read(rows.count_waiting, *piece.which)
        if not waiting.documents:
            return Found(Happening.NOTHING_WAITS)
        if waiting.unreported:
            return Found(Happening.SOME_UNREPORTED)
        return Found(Happening.SOME_WAIT, after=await self.pause(piece))

    async def go_on(self, piece: Piece) -> Progress:
        """Sends some of the documents that stamped events reported; ``idle`` when there is nothing more to send now."""
        for part in (self._send_lots, self._fill_lots, self._ask_about_lots, self._send_few):
            progress = await part(piece)
            if progress != "idle":
                return progress
        return "idle"

    async def pause(self, piece: Piece) -> timedelta:
        """The pause before the next question about the lots at MH, or before the next attempt to send documents."""
        return poll_again(min((lot.polls for lot in await self._in_hand(piece)), default=_POLLS_OF_A_LOT))

    async def _send_lots(self, piece: Piece) -> Progress:
        """Sends the lots that are made and not yet sent."""
        unsent = [lot for lot in await self._in_hand(piece) if lot.state == "registered"]
        return await each(unsent, lambda lot: self._send_lot(lot, piece), _UPLOADS_AT_ONCE)

    async def _fill_lots(self, piece: Piece) -> Progress:
        """Puts the documents of stamped events into lots, up to the number of lots that MH may have at once."""
        room = self._limits.lots_at_once - len(await self._in_hand(piece))
        made = 0
        for event in await self._stamped_events(piece):
            if len(await self._ready(event, piece)) > self._limits.few:
                made += await self._fill_lots_of(event, piece, room - made)
        return "worked" if made else "idle"

    async def _fill_lots_of(self, event: EventRow, piece: Piece, most: int) -> int:
        """Makes up to ``most`` lots of the documents of one event; returns how many lots were made."""
        size, now, company_id = self._limits.documents_per_lot, moment_text(self._clock()), piece.company.id
        for made in range(most):
            held = await self._store.write(lots.insert_lot, generation_code.new(), company_id, event.id, size, now)
            if held < size:
                return made + bool(held)
        return max(most, 0)

    async def _ask_about_lots(self, piece: Piece) -> Progress:
        """Asks MH for the results of its lots; there is nothing more to do about them now."""
        received = [lot for lot in await self._in_hand(piece) if lot.state == "received"]
        progress = await each(received, lambda lot: self._ask_about_lot(lot, piece))
        return "silence" if progress == "silence" else "idle"

    async def _send_few(self, piece: Piece) -> Progress:
        """Sends documents that are too few for a lot, or that a lot did not settle.

        A document without an answer of MH does not delay the others.
        """
        few: list[UndeliveredDocument] = []
        for event in await self._stamped_events(piece):
            ready = await self._ready(event, piece)
            few += ready if len(ready) <= self._limits.few else []
            few += await self._store.read(lots.to_send_alone, piece.company.id, event.id, _ALONE_IN_A_PIECE)

        async def send(document: UndeliveredDocument) -> Progress:
            progress = await self._send_one(document, piece)
            return "idle" if progress == "silence" and not piece.host_is_down else progress

        return await each(few, send)

    async def _in_hand(self, piece: Piece) -> list[LotRow]:
        return await self._store.read(lots.open_lots, *piece.which, self._limits.lots_at_once)

    async def _stamped_events(self, piece: Piece) -> list[EventRow]:
        made = await self._store.read(events.events_of, *piece.which)
        return [event for event in made if event.state == "stamped"]

    async def _ready(self, event: EventRow, piece: Piece) -> list[UndeliveredDocument]:
        return await self._store.read(lots.to_deliver, piece.company.id, event.id, self._limits.few + 1)

    async def _ask_about_lot(self, lot: LotRow, piece: Piece) -> Progress:
        """Asks MH for the results of a lot, and keeps each result."""
        company, host = piece.company, piece.host
        documents = await self._store.read(lots.in_lot, company.id, lot.id)
        if documents and lot.code is not None:
            found = await host.query_lot(company.credentials, lot.code)
            if isinstance(found, LotResults):
                if await self._settle_lot(documents, found, piece) == "silence":
                    return "silence"
            elif piece.host_is_down:
                return "silence"
            documents = await self._store.read(lots.in_lot, company.id, lot.id)
        if not documents:
            await self._store.write(lots.end_lot, company.id, lot.id, "done")
        elif lot.polls >= _POLLS_OF_A_LOT:
            # The documents are sent one by one; MH refuses those that MH has already.
            _log.error("lot_never_finished", lot_id=lot.id, documents=len(documents))
            await self._store.write(lots.end_lot, company.id, lot.id, "failed")
        else:
            await self._store.write(lots.lot_polled, company.id, lot.id)
        return "worked"

    async def _settle_lot(self, documents: Sequence[DocumentRow], found: LotResults, piece: Piece) -> Progress:
        """Keeps MH's answers about those documents of a lot for which MH has a result."""
        plain: list[tuple[DocumentRow, Stamped | Rejected]] = []
        there: list[DocumentRow] = []
        for one in documents:
            outcome = found.outcomes.get(one.generation_code)
            if outcome is not None and _is_known_to_mh(outcome):
                there.append(one)
            elif outcome is not None:
                plain.append((one, outcome))
        await self._settling.settle_all(piece.company.id, plain, piece.company.listeners)
        return await each(there, lambda one: self._settle(one, found.outcomes[one.generation_code], piece))

    async def _send_lot(self, lot: LotRow, piece: Piece) -> Progress:
        """Sends a lot, or ends a lot whose documents are all settled."""
        company, host = piece.company, piece.host
        documents = await self._store.read(lots.in_lot, company.id, lot.id)
        if not documents:
            await self._store.write(lots.end_lot, company.id, lot.id, "done")
            return "worked"
        texts = await self._store.read(lots.texts_in_lot, company.id, lot.id)
        outcome = await host.send_lot(company.credentials, Lot(company.environment, lot.id, tuple(texts)))
        if isinstance(outcome, LotReceived):
            await self._store.write(lots.lot_received, company.id, lot.id, outcome.lot_code)
        elif isinstance(outcome, LotRefused):
            _log.error("lot_refused", lot_id=lot.id, message=outcome.answer.description)
            await self._store.write(lots.end_lot, company.id, lot.id, "failed")
            return await each(documents, lambda one: self._send_one(one, piece))
        elif piece.host_is_down:
            return "silence"
        elif lot.polls < _UPLOADS_OF_A_LOT:
            await self._store.write(lots.lot_polled, company.id, lot.id)
        else:
            _log.error("lot_never_taken", lot_id=lot.id, documents=len(documents), reason=outcome.reason)
            await self._store.write(lots.end_lot, company.id, lot.id, "failed")
        return "worked"

    async def _send_one(self, document: UndeliveredDocument | DocumentRow, piece: Piece) -> Progress:
        """Sends one reported document by itself; a document that was settled meanwhile is not sent."""
        company = piece.company
        signed = await self._store.read(lots.waiting_text, company.id, document.id, document.version)
        if signed is None:
            return "worked"
        envelope = envelope_of(company.environment, document, signed)
        return await self._settle(document, await piece.host.send_once(company.credentials, envelope), piece)

    async def _settle(self, document: UndeliveredDocument | DocumentRow, outcome: Outcome, piece: Piece) -> Progress:
        """Keeps MH's answer about a reported document; ``silence`` when MH did not answer."""
        company = piece.company
        row = await self._settling.current(company.id, document.id)
        if row.version != document.version:
            return "worked"  # settled by another worker and then corrected: MH answered for the earlier text
        if _is_known_to_mh(outcome):
            # The document arrived in an earlier transmission whose answer was lost, and a query returns the stamp; or
            # its number belongs to another document, and a query returns no stamp.
            found = await piece.host.query(company.credentials, row.doc_type, row.generation_code)
            if isinstance(found, Stamped):
                await self._texts.settle(row, found, company.listeners)
                return "worked"
            outcome = found if isinstance(found, Undetermined) else outcome
        moved = None if isinstance(outcome, Undetermined) else await self._moves_on(row, outcome, piece)
        if moved is None or isinstance(outcome, Undetermined):
            return "silence"
        if not moved:
            settled = await self._settling.settle(company.id, view(row), outcome, company.listeners)
            if settled is not None:
                note_refusal(settled.id, settled.state, settled.mh_code)
        return "worked"

    async def _moves_on(self, row: DocumentRow, outcome: Stamped | Rejected, piece: Piece) -> bool | None:
        """Gives a document the next number of its series, when MH refused its number as another document's.

        The next piece of work sends the document by itself. Its event stays valid: events name generation codes. None
        when MH does not tell whether it has stamped the document under an earlier generation code.
        """
        company = piece.company
        if not (isinstance(outcome, Rejected) and outcome.is_about_number):
            return False
        other = await self._renumbering.stamped_under(company, piece.host, row)
        if other is not None:
            return None if isinstance(other, Undetermined) else False
        if not await self._renumbering.may_move_on(company, row):
            return False
        key = self._companies.signing_key(company)
        return await self._renumbering.move_on(company, key, row, outcome, self._leases.new()) is not None


def _is_known_to_mh(outcome: Outcome) -> bool:
    """Whether MH refuses a document because MH already has a document with this generation code, or its number."""
    return isinstance(outcome, Rejected) and (outcome.duplicate_field == "codigoGeneracion" or outcome.is_about_number)


def poll_again(polls: int) -> timedelta:
    """The pause before the next question about a lot, which grows with the number of questions (protocol.md 4.2)."""
    if polls < 30:
        return timedelta(seconds=2)
    return timedelta(seconds=15 if polls < 90 else 60)
