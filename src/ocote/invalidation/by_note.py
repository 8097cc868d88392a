"""Cancelling a CCF past its window, with a credit note over the whole CCF (contract 13.2)."""

from collections.abc import Collection
from datetime import date
from typing import Final

from ocote.companies.caller import Caller
from ocote.documents.view import AnswerWarning, Refused
from ocote.dte.faults import InvalidSale
from ocote.invalidation.checks import require_cancelling
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.notes import note_order
from ocote.issuing.request import NoteRequest
from ocote.issuing.timing import StepTimes
from ocote.store import documents as rows
from ocote.store.adjustments import first_live_note, whole_notes
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Store

_LONGEST_REFERENCE: Final = 100
_SUFFIX: Final = "-NC"
_MOST_TRIES: Final = 10
"""Attempts: each after the first follows a note made by another call, and a CCF has only one note over the whole."""


class CancellingNotes:
    """Issues the credit notes that take the place of an invalidation."""

    def __init__(self, store: Store, issuer: DocumentIssuer, holidays: Collection[date]) -> None:
        self._store = store
        self._issuer = issuer
        self._holidays = holidays

    async def issue(self, caller: Caller, ccf: DocumentRow, times: StepTimes) -> tuple[AnswerWarning, ...]:
        """Issues a note over the whole CCF, or retries the note that MH has refused; returns what to tell the caller.

        Raises InvalidSale and Refused as issuing does, and Refused when a note over a part of the CCF is in the way.
        """
        for _ in range(_MOST_TRIES):
            reference = await self._reference(ccf)
            request = NoteRequest(ccf.id, full_adjustment=True, external_ref=reference)
            try:
                order = note_order(self._store, caller, request, self._holidays)
                issued = await self._issuer.issue(caller, order, times)
            except (InvalidSale, Refused):
                # The cause may be a note that another call made meanwhile, over the whole or a part, or its reference.
                if await self._reference(ccf) != reference:
                    continue
                require_cancelling(await self._store.read(first_live_note, ccf.company_id, ccf.id))
                raise
            return issued.document.warnings
        raise Refused("invalidation_in_progress")

    async def _reference(self, ccf: DocumentRow) -> str | None:
        """The reference of the note that cancels a CCF, or will cancel the CCF; None stands for the note's own id."""
        reference: str = ccf.external_ref[: _LONGEST_REFERENCE - len(_SUFFIX)] + _SUFFIX
        is_taken = await self._store.read(rows.document_by_ref, ccf.company_id, reference) is not None
        # Read last: the document under the reference may be the note that another call is making now.
        if made := await self._store.read(whole_notes, ccf.company_id, ccf.id):
            reference, is_taken = made[-1].external_ref, False
        return None if is_taken else reference
