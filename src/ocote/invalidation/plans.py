"""Decides how a document is cancelled as a request asks, by every check that comes before anything is sent."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from ocote.clock import Clock, local_date
from ocote.companies.caller import Caller
from ocote.companies.company import Company
from ocote.companies.registry import Companies
from ocote.documents.records import view
from ocote.documents.signed import invalidated_document, read_signed
from ocote.documents.view import AnswerWarning
from ocote.dte import generation_code
from ocote.dte.editions import INVALIDATION, Edition, edition_for
from ocote.dte.invalidation.naming import invalidation_edition
from ocote.dte.invalidation.value import RESCINDED, InvalidationEvent
from ocote.invalidation.checks import (
    last_moment_of,
    require_adjustable,
    require_cancelling,
    require_consistent,
    require_rescinded,
    require_stamped,
    with_replacement,
)
from ocote.invalidation.ignored import admitted, ignored_by_event, ignored_by_note
from ocote.issuing.request import InvalidationRequest
from ocote.store import documents as rows
from ocote.store.adjustments import first_live_note
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import Store
from ocote.store.invalidations import InvalidationRow, invalidations_of


class Plan(Struct, frozen=True):
    """How a document is cancelled as a request asks: by ``event``, by a note, or as is under way already.

    ``made`` is the event that is under way; None for a note that is. ``ignored`` are the warnings about fields
    without effect.
    """

    way: Literal["event", "note", "under_way"]
    company: Company
    in_force: Edition
    edition: Edition
    event: InvalidationEvent
    ignored: tuple[AnswerWarning, ...] = ()
    made: InvalidationRow | None = None


class CancellationPlans:
    """Checks requests to cancel documents; changes nothing."""

    def __init__(self, store: Store, companies: Companies, clock: Clock, holidays: Collection[date]) -> None:
        self._store = store
        self._companies = companies
        self._clock = clock
        self._holidays = holidays

    async def plan(self, caller: Caller, row: DocumentRow, request: InvalidationRequest) -> Plan:
        """The plan for a document. Raises InvalidSale and Refused as ``Invalidator.invalidate`` does."""
        company = await self._companies.get(caller.company_id)
        now = self._clock()
        in_force = edition_for(company.profile.schedule(), INVALIDATION, local_date(now))
        written = await read_signed(self._store, row)
        event = _event(caller, company, row, written, request, now)
        edition = invalidation_edition(in_force, event.document)
        replacement = await self._replacement(caller, request.replacement)
        require_consistent(edition, event, row, replacement)
        stamped_at = require_stamped(row)
        made = await self._store.read(invalidations_of, company.id, row.id)
        if made and made[0].state != "rejected":
            ignored = admitted(request, ignored_by_event(request, replacement, made[0]))
            return Plan("under_way", company, in_force, edition, event, ignored, made[0])
        note = await self._store.read(first_live_note, company.id, row.id)
        if note is not None:
            require_cancelling(note)
            require_rescinded(request)
            return Plan("under_way", company, in_force, edition, event, admitted(request, ignored_by_note(request)))
        last = last_moment_of(in_force, row, stamped_at, written["emisor"]["codActividad"], self._holidays)
        if last is None or now <= last:
            return Plan("event", company, in_force, edition, with_replacement(event, replacement))
        require_adjustable(row, last)
        require_rescinded(request)
        return Plan("note", company, in_force, edition, event, admitted(request, ignored_by_note(request)))

    async def _replacement(self, caller: Caller, id_or_ref: str | None) -> DocumentRow | None:
        """The document that replaces the cancelled one; None for none, and for one that the caller may not name."""
        if id_or_ref is None:
            return None
        found = await self._store.read(rows.document_by_any, caller.company_id, id_or_ref)
        return found if found is not None and caller.reaches(found.branch_code, found.pos_code) else None


def _event(
    caller: Caller,
    company: Company,
    row: DocumentRow,
    written: Mapping[str, Any],
    request: InvalidationRequest,
    now: datetime,
) -> InvalidationEvent:
    """The event that the request asks for; the event names the replacement as the request does.

    ``written`` is the signed document. Raises Refused when the key's point of sale no longer exists.
    """
    company.require_point_of_sale(caller.branch_code, caller.pos_code)
    return InvalidationEvent(
        environment=company.environment,
        generation_code=generation_code.new(),
        made_at=now,
        issuer=company.issuer(caller.branch_code, caller.pos_code, None),
        document=invalidated_document(view(row), written),
        reason=RESCINDED if request.reason is None else request.reason,
        responsible=company.profile.responsible,
        requested_by=request.requested_by or company.profile.responsible,
        explanation=request.note,
        replacement=request.replacement,
    )
