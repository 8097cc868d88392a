"""Decides which signed text of a document in contingency MH has stamped, and settles the document with that text.

The text that was signed first may have reached MH before the contingency; the text of the contingency goes to MH only
after an event has named the document. A query brings a stamp and its moment, not the text (decision 0006).
"""

from datetime import datetime, timedelta
from typing import Final

from ocote.documents.records import view
from ocote.documents.settling import Settling
from ocote.mh import Stamped, event_answered_at
from ocote.store.contingency.texts import ReportedByRow, TextFacts, text_facts
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment
from ocote.store.outbox import Listeners

_UNDER_WAY: Final = 4
"""How long MH may still take a transmission that was given up, as a multiple of the time-out."""


def longest_under_way(mh_timeout_s: float) -> timedelta:
    """How long MH may still take a transmission that was given up after this time-out."""
    return timedelta(seconds=_UNDER_WAY * mh_timeout_s)


def is_first_text(stamped_at: datetime | None, facts: TextFacts, under_way: timedelta) -> bool:
    """Whether a stamp that MH gave at a moment, by MH's clock, belongs to the text that was signed first.

    - Without a text from before the contingency there is only one text.
    - After an event, the stamp from before the event belongs to the first text.
    - Without an event in the tables the stamp belongs to the first text, for no other text has been sent. A database
      that has lost documents may have lost the event too: there a stamp that came later than MH could still take the
      first text belongs to the text of the contingency.
    - When the moments are not known the first text counts, because it is the one that was sent before the question.
    """
    if not facts.has_first:
        return False
    if stamped_at is None:
        return facts.event is None
    if facts.event is not None:
        return stamped_at < _event_reached_mh_at(facts.event)
    if facts.replaced_at is None or facts.doubted_at is None or facts.doubted_at < facts.replaced_at:
        return True
    return stamped_at <= moment(facts.replaced_at) + under_way


def _event_reached_mh_at(event: ReportedByRow) -> datetime:
    """The earliest moment at which MH can have taken an event, by MH's clock as far as it is known, in whole seconds.

    When the answer with the stamp was lost, the moment of the signature counts. MH's later answer, that it has the
    event, tells by how much the two clocks differ.
    """
    answered_at = event_answered_at(event.answer) if event.answer is not None else None
    if event.stamp is not None and answered_at is not None:
        return answered_at
    signed_at = moment(event.signed_at)
    if answered_at is not None and event.settled_at is not None:
        signed_at += answered_at - moment(event.settled_at)
    return signed_at.replace(microsecond=0)  # as MH writes the moments with which this one is compared


class StampedTexts:
    """Settles documents in contingency that MH was found to have stamped."""

    def __init__(self, store: Store, settling: Settling, mh_timeout_s: float) -> None:
        self._store = store
        self._settling = settling
        self._under_way = longest_under_way(mh_timeout_s)

    async def settle(self, row: DocumentRow, found: Stamped, listeners: Listeners) -> None:
        """Writes the stamp that a query found, with the text to which the stamp belongs.

        ``row`` is the document as it was when MH was asked.
        """
        facts = await self._store.read(text_facts, row.company_id, row.id)
        if is_first_text(found.answer.processed_at, facts, self._under_way):
            await self._settling.settle_first_signed(row, found, listeners)
        else:
            await self._settling.settle_found(row.company_id, view(row), found, listeners)
