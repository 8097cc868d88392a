"""Settling documents: MH's verdict on a signed version is written once, and announced to mail and webhooks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from msgspec.structs import replace

from ocote.clock import Clock
from ocote.documents.records import stored_observations, view, with_number_back
from ocote.documents.signed import number_in
from ocote.documents.states import verdict
from ocote.documents.view import DocumentView
from ocote.metrics import DOCUMENTS
from ocote.mh import Rejected, Stamped, document_answered_at
from ocote.store import documents as rows
from ocote.store import renumbering
from ocote.store.contingency import contingencies
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.outbox import Listeners
from ocote.store.renumbering import RefusedText, StampedAfterAll

_log = structlog.get_logger(__name__)

_IN_A_TRANSACTION: Final = 25
"""Verdicts in one transaction: few enough to delay a sale only briefly, and enough to save commits to the disk."""


class Settling:
    """Writes MH's verdicts on documents. ``listeners`` are those of the document's company."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def current(self, company_id: int, document_id: str) -> DocumentRow:
        """A document as it is now. Raises LookupError when the document does not exist."""
        row = await self._store.read(rows.document_by_id, company_id, document_id)
        if row is None:
            raise LookupError(f"document {document_id} does not exist")
        return row

    async def settle(
        self, company_id: int, document: DocumentView, outcome: Stamped | Rejected, listeners: Listeners
    ) -> DocumentView | None:
        """Writes MH's verdict on one version; None when another worker settled the document or signed it again."""
        word = verdict(outcome)
        if not await self._store.write(rows.settle, company_id, document, word, moment_text(self._clock()), listeners):
            return None
        DOCUMENTS.labels(document.doc_type, word.state).inc()
        return replace(
            document,
            state="stamped" if isinstance(outcome, Stamped) else "rejected",
            stamp=word.stamp,
            mh_state=word.mh_state,
            mh_message=word.mh_message,
            mh_code=word.mh_code,
            observations=stored_observations(word.observations),
        )

    async def settle_found(
        self,
        company_id: int,
        document: DocumentView,
        found: Stamped,
        listeners: Listeners,
        *,
        was_known: bool = False,
    ) -> DocumentView | None:
        """Writes a stamp that a query found, as ``settle``, with the text to which the stamp belongs.

        MH may have denied a document that it was still taking, and have refused its number as taken: by the document
        itself. The stamp is older than such a refusal, and brings the refused text and its number back (decision 0015).
        ``was_known``: MH had the generation code before it got the text with the present number.
        """
        refused: Sequence[RefusedText] = ()
        if document.version > 1:
            refused = await self._store.read(renumbering.refused_texts, company_id, document.id)
        stamped = _stamped_among(refused, found.answer.processed_at, was_known=was_known)
        if stamped is not None:
            now = moment_text(self._clock())
            text = StampedAfterAll(
                company_id, document.id, document.version, stamped.version, number_in, now, listeners
            )
            back = await self._store.write(renumbering.bring_back, text)
            if back is None:
                return None
            version, number = back
            if number != document.control_number:
                _log.warning("number_came_back", document_id=document.id, number=number, left=document.control_number)
            document = with_number_back(replace(document, version=version), number)
        return await self.settle(company_id, document, found, listeners)

    async def settle_all(
        self, company_id: int, answered: Sequence[tuple[DocumentRow, Stamped | Rejected]], listeners: Listeners
    ) -> None:
        """Writes MH's verdicts on many documents, some in each transaction; skips what another worker settled."""
        for start in range(0, len(answered), _IN_A_TRANSACTION):
            part = answered[start : start + _IN_A_TRANSACTION]
            words = [(row, verdict(outcome)) for row, outcome in part]
            now = moment_text(self._clock())
            settled = await self._store.write(rows.settle_all, company_id, words, now, listeners)
            for (row, word), was_settled in zip(words, settled, strict=True):
                if was_settled:
                    DOCUMENTS.labels(row.doc_type, word.state).inc()
                    note_refusal(row.id, word.state, word.mh_code)

    async def settle_first_signed(self, row: DocumentRow, outcome: Stamped, listeners: Listeners) -> None:
        """Settles a document with the text sent before the contingency, which MH has stamped (D12).

        ``row`` is the document as it was when MH was asked.
        """
        now = moment_text(self._clock())
        restored = await self._store.write(contingencies.as_first_signed, row, number_in, now)
        if restored is not None:
            version, number = restored
            document = replace(view(row), version=version, control_number=number)
            await self.settle_found(row.company_id, document, outcome, listeners)


def note_refusal(document_id: str, state: str, mh_code: str) -> None:
    """Logs that MH refused a document for whose answer no caller waits; does nothing for another state.

    A refusal that a caller is answered with is in the line of the request.
    """
    if state == "rejected":
        _log.warning("document_refused", document_id=document_id, mh_code=mh_code)


def _stamped_among(
    refused: Sequence[RefusedText], stamped_at: datetime | None, *, was_known: bool
) -> RefusedText | None:
    """The text to which a stamp belongs, of those whose numbers MH refused, the oldest first; None for none of them.

    MH's clock counts whole seconds: without ``was_known`` a stamp of the second of a refusal is the present text's.
    """
    for text in refused:
        refused_at = document_answered_at(text.answer) if text.answer is not None else None
        if stamped_at is not None and refused_at is not None and stamped_at < refused_at:
            return text
    return refused[-1] if refused and was_known else None
