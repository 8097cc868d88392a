"""Tells how a request to cancel a document would end now, without asking MH: the checks of cancelling, run ahead."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from ocote.clock import Clock, local_date
from ocote.companies.registry import Companies
from ocote.documents.records import view
from ocote.documents.signed import invalidated_document, read_signed
from ocote.documents.view import Refused
from ocote.dte.editions import INVALIDATION, edition_for, explanation_lengths
from ocote.dte.invalidation.naming import invalidation_edition
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES
from ocote.invalidation.checks import last_moment_of, require_adjustable, require_cancelling, require_stamped
from ocote.issuing.ccfs import require_young
from ocote.store.adjustments import first_live_note
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment
from ocote.store.invalidations import invalidations_of

CancelWay = Literal["event", "note", "under_way", "refused"]
"""By an event to MH, by a credit note over the whole, by one of them that is made already, or not at all."""


class Outlook(Struct, frozen=True):
    """How a document would be cancelled now.

    ``until`` is the last moment (aware) for this way, None where only MH decides. ``needs_replacement``: reasons 1 and
    3 have to name a document that takes the place. ``explanation`` are the lengths of an explanation, where one can
    be given. ``refusal`` says why the document cannot be cancelled.
    """

    way: CancelWay
    until: datetime | None = None
    needs_replacement: bool = False
    explanation: range | None = None
    refusal: Refused | None = None


class CancellationOutlook:
    """Tells beforehand whether and how a document can be cancelled."""

    def __init__(self, store: Store, companies: Companies, clock: Clock, holidays: Collection[date]) -> None:
        self._store = store
        self._companies = companies
        self._clock = clock
        self._holidays = holidays

    async def of(self, row: DocumentRow) -> Outlook:
        """The outlook of a document at this moment; the request itself runs the same checks again."""
        try:
            return await self._way(row)
        except Refused as error:
            return Outlook("refused", refusal=error)

    async def _way(self, row: DocumentRow) -> Outlook:
        company = await self._companies.get(row.company_id)
        stamped_at = require_stamped(row)
        made = await self._store.read(invalidations_of, row.company_id, row.id)
        if made and made[0].state != "rejected":
            return Outlook("under_way")
        note = await self._store.read(first_live_note, row.company_id, row.id)
        if note is not None:
            require_cancelling(note)
            return Outlook("under_way")
        now = self._clock()
        in_force = edition_for(company.profile.schedule(), INVALIDATION, local_date(now))
        written = await read_signed(self._store, row)
        last = last_moment_of(in_force, row, stamped_at, written["emisor"]["codActividad"], self._holidays)
        if last is None or now <= last:
            edition = invalidation_edition(in_force, invalidated_document(view(row), written))
            is_replaced = edition == "v1" or DOCUMENT_TYPES[row.doc_type].replaceable
            return Outlook("event", last, needs_replacement=is_replaced, explanation=explanation_lengths(edition))
        require_adjustable(row, last)
        edition = edition_for(company.profile.schedule(), CREDIT_NOTE.code, local_date(now))
        return Outlook("note", require_young(moment(row.posted_at), edition, now, self._holidays, {}))
