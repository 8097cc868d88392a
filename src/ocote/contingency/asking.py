"""Asking MH which documents of a contingency had arrived before the contingency began (rules.md 4, D12)."""

from datetime import timedelta
from typing import Final

import structlog

from ocote.contingency.machine import Found, Happening
from ocote.contingency.piece import Piece, WorkLimits
from ocote.contingency.refusals import end_stands
from ocote.contingency.stamped_text import StampedTexts
from ocote.documents.states import LONGEST_PAUSE
from ocote.mh import Stamped, Undetermined
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency import events
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment, moment_text
from ocote.work.rounds import Progress, each
from ocote.work.work import Work

_log = structlog.get_logger(__name__)

_ASK_AGAIN: Final = timedelta(minutes=10)
"""The pause before the next question about a document, when MH answers only questions about other documents."""
_WAITED_FOR: Final = timedelta(minutes=5)
"""An event is delayed for documents that can be asked about within this time; later documents go into another event."""


class ContingencyQuestions:
    """Finds the documents that MH has stamped already, most of them before they were signed for the contingency."""

    def __init__(self, work: Work, texts: StampedTexts, limits: WorkLimits) -> None:
        self._store = work.store
        self._clock = work.clock
        self._texts = texts
        self._limits = limits

    async def ask(self, piece: Piece) -> Found:
        """Asks MH about every document that may be asked about now.

        MH may be slow to take the last transmission: the answer that MH has nothing counts only some time afterwards.
        """
        now = self._clock()
        sent = await self._store.read(rows.to_ask, *piece.which, self._limits.asked_in_a_piece)
        pauses = {one.id: moment(one.ask_from) - now for one in sent if one.ask_from is not None}
        # A document that may be asked about only long from now was postponed by a wrong clock.
        ready = [one for one in sent if not timedelta() < pauses[one.id] <= LONGEST_PAUSE]
        if await each(ready, lambda one: self._ask_about(one, piece)) == "silence":
            made = await self._store.read(events.events_of, *piece.which)
            return Found(Happening.SILENCE, end_stands=end_stands(piece.row.ended_at, made, now))
        if ready:
            return Found(Happening.SOME_ASKED)
        soon = [pause for pause in pauses.values() if pause <= _WAITED_FOR]
        if soon:
            return Found(Happening.TOO_EARLY_TO_ASK, after=min(soon))
        return Found(Happening.ALL_ASKED)

    async def _ask_about(self, document: DocumentRow, piece: Piece) -> Progress:
        """Asks about one document; a document that MH has stamped is settled with the text that MH has.

        When MH answers, but not about this document, the other documents go on and this document is asked about later.
        """
        company, host = piece.company, piece.host
        found = await host.query(company.credentials, document.doc_type, document.generation_code)
        if isinstance(found, Stamped):
            await self._texts.settle(document, found, company.listeners)
        elif not isinstance(found, Undetermined):
            await self._store.write(rows.asked, document, None)
        elif await host.answers(company.credentials):
            _log.warning("mh_does_not_tell_of_document", document_id=document.id, reason=found.reason)
            await self._store.write(rows.asked, document, moment_text(self._clock() + _ASK_AGAIN))
        else:
            return "silence"
        return "worked"
