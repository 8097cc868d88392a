"""Cancelling a document: by an event to MH in its window, or for a CCF past its window by a credit note for the whole.

The event is kept, signed, before it is sent, and MH's answer before the caller gets the answer. An event without
an answer of MH stays the only live event of the document: the next call or the background work sends its unchanged
bytes again. MH has no query for events, therefore sending again is the only way to ask.
"""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

import structlog
from msgspec.structs import replace

from ocote.companies.caller import Caller
from ocote.companies.company import Company
from ocote.documents.states import CONTINGENCY_MESSAGE, LONGEST_PAUSE, invalidation_verdict, resend_at
from ocote.documents.view import AnswerWarning, InvalidationStatus, Refused
from ocote.dte import text
from ocote.dte.editions import INVALIDATION, Edition, build_invalidation, version_of
from ocote.dte.invalidation.value import InvalidationEvent
from ocote.dte.types import Family
from ocote.invalidation.by_note import CancellingNotes
from ocote.invalidation.history import standing
from ocote.invalidation.plans import CancellationPlans
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.request import InvalidationRequest
from ocote.issuing.timing import StepTimes
from ocote.mh import EventEnvelope, Undetermined, UndeterminedKind
from ocote.signing import jws
from ocote.store import documents as rows
from ocote.store import invalidations as events
from ocote.store.adjustments import whole_notes
from ocote.store.audit_log import AuditEntry, append_entry, audited
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import UniqueError
from ocote.store.engine.values import moment_text
from ocote.store.invalidations import InvalidationRow, NewInvalidation
from ocote.work.rounds import all_at_once
from ocote.work.work import Work

_log = structlog.get_logger(__name__)

_AT_ONCE: Final = 8
_MOST_TRIES: Final = 10
"""Attempts: the second follows when a credit note was made on the document meanwhile, and then the note decides."""


class Invalidator:
    """Cancels documents of every family."""

    def __init__(self, work: Work, issuer: DocumentIssuer, holidays: Collection[date]) -> None:
        self._store = work.store
        self._companies = work.companies
        self._hosts = work.hosts
        self._leases = work.leases
        self._clock = work.clock
        self._plans = CancellationPlans(work.store, work.companies, work.clock, holidays)
        self._notes = CancellingNotes(work.store, issuer, holidays)

    async def invalidate(
        self,
        caller: Caller,
        id_or_ref: str,
        families: AbstractSet[Family],
        request: InvalidationRequest,
        times: StepTimes,
    ) -> InvalidationStatus:
        """Cancels a document (contract 13), or goes on with an event that MH has not answered.

        Raises InvalidSale when reason, replacement and text do not agree (rules.md 5.1), in any state of the document,
        and then Refused when that state does not allow it (D24). A field that has no effect, because the event is
        signed already or a credit note stands in, gets a warning; in strict handling InvalidSale is raised for it
        before anything is sent or numbered.
        """
        for _ in range(_MOST_TRIES):
            row = await self._store.read(rows.document_by_any, caller.company_id, id_or_ref)
            if row is None or row.family not in families:
                raise Refused("document_not_found")
            warnings = await self._cancel(caller, row, request, times)
            if warnings is not None:
                status = await self._present_status(row)
                await self._write_down(caller, row, status)
                return replace(status, warnings=warnings)
        raise Refused("invalidation_in_progress")

    async def check(self, caller: Caller, id_or_ref: str, request: InvalidationRequest) -> None:
        """Raises what ``invalidate`` would raise now before anything is sent or numbered; has no effect."""
        row = await self._store.read(rows.document_by_any, caller.company_id, id_or_ref)
        if row is None:
            raise Refused("document_not_found")
        await self._plans.plan(caller, row, request)

    async def _write_down(self, caller: Caller, row: DocumentRow, status: InvalidationStatus) -> None:
        """Writes down that a person's request cancelled the document, once MH has confirmed that."""
        if row.invalidated_at is not None or not status.document.invalidated:
            return
        entry = _entry(caller, row, "document_cancelled", self._clock(), {})
        if entry is not None:
            await self._store.write(append_entry, entry)

    async def status(self, caller: Caller, id_or_ref: str, families: AbstractSet[Family]) -> InvalidationStatus | None:
        """The state of the cancellation of a document; None when the document does not exist."""
        row = await self._store.read(rows.document_by_any, caller.company_id, id_or_ref)
        if row is None or row.family not in families:
            return None
        return await self._present_status(row)

    async def run_once(self) -> int:
        """Takes the events that are due and sends them again; returns how many were taken."""
        now = self._clock()
        due = await self._store.write(
            events.claim_due_invalidations,
            moment_text(now),
            moment_text(now + LONGEST_PAUSE),
            self._leases.new(),
            _AT_ONCE,
        )
        return await all_at_once(due, lambda row: self._send(row, is_first=False, may_probe=True), _log_failure)

    async def _cancel(
        self, caller: Caller, row: DocumentRow, request: InvalidationRequest, times: StepTimes
    ) -> tuple[AnswerWarning, ...] | None:
        """Cancels as the request asks; returns the warnings for the caller.

        None when a credit note was made on the document meanwhile.
        """
        with times.step("prepare"):
            plan = await self._plans.plan(caller, row, request)
        match plan.way:
            case "under_way" if plan.made is not None:
                await self._go_on(plan.made, plan.company, times)
                return (*plan.ignored, *_warnings(plan.in_force, plan.made.edition))
            case "under_way":
                return plan.ignored
            case "event":
                is_sent = await self._send_new(caller, row, plan.edition, plan.event, times)
                return _warnings(plan.in_force, plan.edition) if is_sent else None
        # The note is a document like any other; that a person asked to cancel is written down before it is made.
        entry = _entry(caller, row, "cancellation_asked", plan.event.made_at, {"by": "note"})
        if entry is not None:
            await self._store.write(append_entry, entry)
        return (*plan.ignored, *await self._notes.issue(caller, row, times))

    async def _send_new(
        self, caller: Caller, row: DocumentRow, edition: Edition, event: InvalidationEvent, times: StepTimes
    ) -> bool:
        """Keeps an event and sends it; False when a credit note was made on the document meanwhile."""
        company = await self._companies.get(caller.company_id)
        with times.step("prepare"):
            payload = text.encode(build_invalidation(edition, event))
            signed = jws.sign(payload, self._companies.signing_key(company))
        new = NewInvalidation(
            id=str(uuid4()),
            company_id=company.id,
            key_id=caller.key_id,
            document_id=row.id,
            edition=edition,
            generation_code=event.generation_code,
            reason=event.reason,
            replacement_code=event.replacement,
            jws=signed,
            requested_at=moment_text(event.made_at),
            lease=self._leases.new(),
        )
        asked = {"by": "event", "reason": new.reason, "replacement_code": new.replacement_code}
        entry = _entry(caller, row, "cancellation_asked", event.made_at, asked)
        with times.step("register"):
            try:
                if entry is None:
                    kept = await self._store.write(events.insert_invalidation, new)
                else:
                    kept = await self._store.write(
                        audited, lambda kept: entry if kept else None, events.insert_invalidation, new
                    )
            except UniqueError:
                raise await self._too_late(company.id, row.id) from None
        if not kept:
            return False
        [made, *_] = await self._store.read(events.invalidations_of, company.id, row.id)
        with times.step("mh"):
            await self._send(made, is_first=True, may_probe=False)
        return True

    async def _too_late(self, company_id: int, document_id: str) -> Refused:
        """The refusal of a call when another call cancelled the document first."""
        current = await self._store.read(rows.document_by_id, company_id, document_id)
        if current is not None and current.invalidated_at is not None:
            return Refused("already_invalidated")
        return Refused("invalidation_in_progress")

    async def _go_on(self, made: InvalidationRow, company: Company, times: StepTimes) -> None:
        """Sends an unanswered event again, unless another call is sending the event now.

        While MH is known to be down the event is left to the background work, which repeated requests of a client must
        not delay.
        """
        if self._hosts.of(company.environment).is_down_for(company.credentials):
            return
        taken = await self._claimed(made)
        if taken is None and await self._leases.free_abandoned():
            taken = await self._claimed(made)
        if taken is None:
            raise await self._too_late(company.id, made.document_id)
        with times.step("mh"):
            await self._send(taken, is_first=False, may_probe=False)

    async def _claimed(self, made: InvalidationRow) -> InvalidationRow | None:
        return await self._store.write(
            events.claim_invalidation, made.company_id, made.id, moment_text(self._clock()), self._leases.new()
        )

    async def _send(self, made: InvalidationRow, *, is_first: bool, may_probe: bool) -> None:
        """Sends an event and keeps MH's answer. ``is_first``: the event was never sent before.

        ``may_probe`` is for the background work, in which no caller waits.
        """
        with self._leases.working_on(made.id):
            await self._send_and_keep(made, is_first=is_first, may_probe=may_probe)

    async def _send_and_keep(self, made: InvalidationRow, *, is_first: bool, may_probe: bool) -> None:
        company = await self._companies.get(made.company_id)
        envelope = EventEnvelope(company.environment, version_of(INVALIDATION, made.edition), made.jws)
        host = self._hosts.of(company.environment)
        outcome = await host.send_invalidation(company.credentials, envelope, may_probe=may_probe)
        now = self._clock()
        if isinstance(outcome, Undetermined):
            was_tried = outcome.kind is not UndeterminedKind.NOT_TRIED
            await self._store.write(
                events.postpone_invalidation,
                made,
                CONTINGENCY_MESSAGE,
                due_at=moment_text(resend_at(now, made.attempts if was_tried else 0)),
                attempts=made.attempts + was_tried,
            )
            _log.warning("invalidation_unanswered", document_id=made.document_id, reason=outcome.reason)
            return
        word = invalidation_verdict(outcome, was_sent_before=not is_first)
        kept = await self._store.write(events.settle_invalidation, made, word, moment_text(now), company.listeners)
        if kept and may_probe and word.state == "rejected":
            _log.warning("invalidation_refused", document_id=made.document_id, mh_code=word.mh_code)

    async def _present_status(self, row: DocumentRow) -> InvalidationStatus:
        """The document's present state, with every attempt to cancel the document."""
        current = await self._store.read(rows.document_by_id, row.company_id, row.id)
        if current is None:
            raise LookupError(f"document {row.id} is gone")
        made = await self._store.read(events.invalidations_of, row.company_id, row.id)
        return standing(current, made, await self._store.read(whole_notes, row.company_id, row.id))


def _entry(caller: Caller, row: DocumentRow, act: str, now: datetime, asked: Mapping[str, Any]) -> AuditEntry | None:
    """The entry of the audit log for a person who cancels a document, or asks for it; None for a key."""
    if caller.author is None:
        return None
    subject, after = f"document {row.control_number}", {**asked, "document_id": row.id}
    return AuditEntry(moment_text(now), caller.author, act, subject, row.company_id, after=after)


def _log_failure(row: InvalidationRow, error: Exception) -> None:
    _log.error("invalidation_not_pursued", document_id=row.document_id, exc_info=error)


def _warnings(in_force: Edition, edition: Edition) -> tuple[AnswerWarning, ...]:
    is_early = edition == "v2" and in_force != "v2"
    return (AnswerWarning("cancelled_by_v2_event", "invalidated"),) if is_early else ()
