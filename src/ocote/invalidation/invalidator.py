"""Cancelling a document: the event to MH while its window is open, for a CCF past it a credit note for the whole.

The event is kept, signed, before it is sent, and MH's answer before the caller sees it. An event that MH has not
answered stays the document's one live event: it is sent again, the same bytes, by whoever asks or by the background
work. MH offers no query for events, so sending again is the only way to ask.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import structlog
from msgspec.structs import replace

from ocote.clock import Clock, local_date
from ocote.companies.company import Company
from ocote.companies.key_holder import KeyHolder
from ocote.companies.registry import Companies
from ocote.documents.records import attempt, attempt_by_note, view
from ocote.documents.signed import invalidated_document, read_signed
from ocote.documents.states import CONTINGENCY_MESSAGE, LONGEST_PAUSE, invalidation_verdict, resend_at
from ocote.documents.view import CreditMemo, InvalidationStatus, Refused
from ocote.dte import generation_code, text
from ocote.dte.deadlines import invalidation_window, last_moment
from ocote.dte.editions import (
    INVALIDATION,
    Edition,
    build_invalidation,
    check_invalidation,
    edition_for,
    version_of,
)
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.invalidation.value import RESCINDED
from ocote.dte.invalidation.value import InvalidationEvent as Event
from ocote.dte.types import DOCUMENT_TYPES, Family
from ocote.errors import fault
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.notes import note_order
from ocote.issuing.request import InvalidationRequest, NoteRequest
from ocote.issuing.timing import StepTimes
from ocote.mh import EventEnvelope, Undetermined, UndeterminedKind
from ocote.mh.hosts import MhHosts
from ocote.signing import jws
from ocote.store import documents as rows
from ocote.store import invalidations as events
from ocote.store.adjustments import live_notes, whole_notes
from ocote.store.engine.store import Row, Store, UniqueError
from ocote.store.engine.values import moment, moment_text
from ocote.store.invalidations import NewInvalidation
from ocote.work.leases import Leases

_log = structlog.get_logger(__name__)

_AT_ONCE = 8
_LONGEST_REFERENCE = 100
_NOTE_SUFFIX = "-NC"

_SENT = frozenset({"reason", "note", "replacement", "requested_by"})
"""The fields of a cancellation's body."""


class Invalidator:
    """Cancels documents of every family."""

    def __init__(
        self,
        store: Store,
        companies: Companies,
        hosts: MhHosts,
        issuer: DocumentIssuer,
        leases: Leases,
        clock: Clock,
        holidays: Collection[date],
    ) -> None:
        self._store = store
        self._companies = companies
        self._hosts = hosts
        self._issuer = issuer
        self._leases = leases
        self._clock = clock
        self._holidays = holidays

    async def invalidate(
        self,
        holder: KeyHolder,
        id_or_ref: str,
        families: AbstractSet[Family],
        request: InvalidationRequest,
        times: StepTimes,
    ) -> InvalidationStatus:
        """Cancels a document (contract 13), or goes on with an event that MH has not answered.

        Raises InvalidSale when reason, replacement and text do not agree (rules.md 5.1), whatever the document's state,
        and then Refused when that state does not allow it (D24).
        """
        row = await self._store.read(rows.document_by_any, holder.company_id, id_or_ref)
        if row is None or row["family"] not in families:
            raise Refused("document_not_found")
        company = await self._companies.get(holder.company_id)
        now = self._clock()
        edition = edition_for(company.profile.schedule(), INVALIDATION, local_date(now))
        with times.step("prepare"):
            said = await read_signed(self._store, row)
            event = _event(holder, company, row, said, request, now)
            replacement = await self._replacement(row, request.replacement)
            _require_sound(edition, event, row, replacement)
        _require_stamped(row)
        made = await self._store.read(events.invalidations_of, holder.company_id, row["id"])
        if made and made[0]["state"] != "rejected":
            await self._go_on(made[0], company, times)
            return await self._as_it_stands(row)
        notes = await self._store.read(live_notes, company.id, row["id"])
        if notes:
            _require_cancelling(notes)
            _require_rescinded(request)
        elif self._is_past_window(row, said["emisor"]["codActividad"], edition, now):
            _require_rescinded(request)
            await self._by_credit_note(holder, row, times)
        elif not await self._send_new(company, row, edition, _replaced(event, replacement), times):
            return await self.invalidate(holder, id_or_ref, families, request, times)
        return await self._as_it_stands(row)

    async def status(
        self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]
    ) -> InvalidationStatus | None:
        """How the cancellation of a document stands; None when there is no such document."""
        row = await self._store.read(rows.document_by_any, holder.company_id, id_or_ref)
        if row is None or row["family"] not in families:
            return None
        return await self._as_it_stands(row)

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
        sent = (self._send(row, is_first=False, may_probe=True) for row in due)
        results = await asyncio.gather(*sent, return_exceptions=True)
        for row, result in zip(due, results, strict=True):
            if isinstance(result, Exception):
                _log.error("invalidation_not_pursued", document_id=row["document_id"], exc_info=result)
            elif isinstance(result, BaseException):
                raise result
        return len(due)

    def _is_past_window(self, row: Row, activity_code: str, edition: Edition, now: datetime) -> bool:
        """Whether only a credit note is left. Raises Refused when the window of any other type is over."""
        window = invalidation_window(edition, row["doc_type"], activity_code)
        if window is None or not window.enforced:
            return False
        last = last_moment(window, moment(row["posted_at"]), moment(row["stamped_at"]), self._holidays)
        if now <= last:
            return False
        if not DOCUMENT_TYPES[row["doc_type"]].adjustable:
            raise Refused("invalidation_window_closed", last_day=f"{last:%d/%m/%Y}")
        return True

    async def _by_credit_note(self, holder: KeyHolder, row: Row, times: StepTimes) -> None:
        """Issues a note for the whole, or retries the one that MH has refused."""
        reference = await self._note_reference(row)
        request = NoteRequest(row["id"], full_adjustment=True, external_ref=reference)
        try:
            await self._issuer.issue(holder, note_order(self._store, holder, request, self._holidays), times)
        except (InvalidSale, Refused):
            # What is in its way may be the note that another call made meanwhile, or one on a part, or its reference.
            if await self._note_reference(row) != reference:
                return await self._by_credit_note(holder, row, times)
            _require_cancelling(await self._store.read(live_notes, row["company_id"], row["id"]))
            raise

    async def _note_reference(self, row: Row) -> str | None:
        """The reference of the note made to cancel a CCF, else of the one that is to be made; None: its own id."""
        reference: str = row["external_ref"][: _LONGEST_REFERENCE - len(_NOTE_SUFFIX)] + _NOTE_SUFFIX
        is_taken = await self._store.read(rows.document_by_ref, row["company_id"], reference) is not None
        # Asked afterwards: what has the reference may be the note that another call is just making.
        if made := await self._store.read(whole_notes, row["company_id"], row["id"]):
            reference, is_taken = made[-1]["external_ref"], False
        return None if is_taken else reference

    async def _send_new(self, company: Company, row: Row, edition: Edition, event: Event, times: StepTimes) -> bool:
        """Keeps an event and sends it; False when a note has come upon the document meanwhile."""
        with times.step("prepare"):
            payload = text.encode(build_invalidation(edition, event))
            signed = jws.sign(payload, self._companies.signing_key(company))
        new = NewInvalidation(
            id=str(uuid4()),
            company_id=company.id,
            document_id=row["id"],
            edition=edition,
            generation_code=event.generation_code,
            reason=event.reason,
            replacement_code=event.replacement,
            jws=signed,
            requested_at=moment_text(event.made_at),
            lease=self._leases.new(),
        )
        with times.step("register"):
            try:
                kept = await self._store.write(events.insert_invalidation, new)
            except UniqueError:
                raise await self._too_late(company.id, row["id"]) from None
        if not kept:
            return False
        [made, *_] = await self._store.read(events.invalidations_of, company.id, row["id"])
        with times.step("mh"):
            await self._send(made, is_first=True, may_probe=False)
        return True

    async def _too_late(self, company_id: int, document_id: str) -> Refused:
        """What to say to a call that another one was ahead of."""
        current = await self._store.read(rows.document_by_id, company_id, document_id)
        if current is not None and current["invalidated_at"] is not None:
            return Refused("already_invalidated")
        return Refused("invalidation_in_progress")

    async def _replacement(self, row: Row, id_or_ref: str | None) -> Row | None:
        """The document of the company that takes the place of the invalid one; None when there is none."""
        if id_or_ref is None:
            return None
        return await self._store.read(rows.document_by_any, row["company_id"], id_or_ref)

    async def _go_on(self, made: Row, company: Company, times: StepTimes) -> None:
        """Sends an unanswered event again, unless another call is just sending it.

        While MH is known to be down it is left to the background work, which a client that keeps asking must not hold
        up.
        """
        if self._hosts.of(company.environment).is_down:
            return
        taken = await self._claimed(made)
        if taken is None and await self._leases.free_abandoned():
            taken = await self._claimed(made)
        if taken is None:
            raise await self._too_late(company.id, made["document_id"])
        with times.step("mh"):
            await self._send(taken, is_first=False, may_probe=False)

    async def _claimed(self, made: Row) -> Row | None:
        return await self._store.write(
            events.claim_invalidation, made["company_id"], made["id"], moment_text(self._clock()), self._leases.new()
        )

    async def _send(self, made: Row, *, is_first: bool, may_probe: bool) -> None:
        """Sends an event and keeps what MH says. ``is_first``: it has certainly never been sent before."""
        with self._leases.working_on(made["id"]):
            await self._send_and_keep(made, is_first=is_first, may_probe=may_probe)

    async def _send_and_keep(self, made: Row, *, is_first: bool, may_probe: bool) -> None:
        company = await self._companies.get(int(made["company_id"]))
        envelope = EventEnvelope(company.environment, version_of(INVALIDATION, made["edition"]), made["jws"])
        host = self._hosts.of(company.environment)
        outcome = await host.send_invalidation(company.credentials, envelope, may_probe=may_probe)
        now = self._clock()
        if isinstance(outcome, Undetermined):
            was_tried = outcome.kind is not UndeterminedKind.NOT_TRIED
            attempts = int(made["attempts"])
            await self._store.write(
                events.postpone_invalidation,
                made,
                CONTINGENCY_MESSAGE,
                due_at=moment_text(resend_at(now, attempts if was_tried else 0)),
                attempts=attempts + was_tried,
            )
            _log.warning("invalidation_unanswered", document_id=made["document_id"], reason=outcome.reason)
            return
        word = invalidation_verdict(outcome, was_sent_before=not is_first)
        await self._store.write(events.settle_invalidation, made, word, moment_text(now), company.listeners)

    async def _as_it_stands(self, row: Row) -> InvalidationStatus:
        """The document as it is now, with everything that was done to cancel it."""
        company_id, document_id = int(row["company_id"]), row["id"]
        current = await self._store.read(rows.document_by_id, company_id, document_id)
        if current is None:
            raise LookupError(f"document {document_id} is gone")
        made = await self._store.read(events.invalidations_of, company_id, document_id)
        notes = await self._store.read(whole_notes, company_id, document_id)
        return _standing(current, made, notes)


def _event(
    holder: KeyHolder,
    company: Company,
    row: Row,
    said: Mapping[str, Any],
    request: InvalidationRequest,
    now: datetime,
) -> Event:
    """The event that is asked for; its replacement is still named as the caller named it.

    Raises Refused where the key's point of sale does not exist any more.
    """
    company.require_point_of_sale(holder.branch_code, holder.pos_code)
    return Event(
        environment=company.environment,
        generation_code=generation_code.new(),
        made_at=now,
        issuer=company.issuer(holder.branch_code, holder.pos_code, None),
        document=invalidated_document(view(row), said),
        reason=request.reason,
        responsible=company.profile.responsible,
        requested_by=request.requested_by or company.profile.responsible,
        explanation=request.note,
        replacement=request.replacement,
    )


def _replaced(event: Event, replacement: Row | None) -> Event:
    """The event with the generation code of its replacement, which has to be stamped and alive. Raises Refused."""
    if replacement is None:
        return event
    if replacement["state"] != "stamped" or replacement["invalidated_at"] is not None:
        raise Refused("replacement_not_stamped")
    return replace(event, replacement=replacement["generation_code"])


def _require_sound(edition: Edition, event: Event, row: Row, replacement: Row | None) -> None:
    """Raises InvalidSale with all that is wrong with what was sent; the rest matters only to an event that is made."""
    faults = [each for each in _event_faults(edition, event) if each.field.partition(".")[0] in _SENT]
    if event.replacement is not None and all(each.field != "replacement" for each in faults):
        faults += _replacement_faults(row, replacement)
    if faults:
        raise InvalidSale(faults)


def _event_faults(edition: Edition, event: Event) -> Sequence[Fault]:
    try:
        check_invalidation(edition, event)
    except InvalidSale as error:
        return error.faults
    return ()


def _replacement_faults(row: Row, replacement: Row | None) -> list[Fault]:
    if replacement is None:
        return [fault("replacement_not_found", "replacement")]
    if replacement["id"] == row["id"]:
        return [fault("replacement_is_the_document", "replacement")]
    if replacement["family"] != row["family"]:
        return [fault("replacement_of_another_family", "replacement")]
    return []


def _require_stamped(row: Row) -> None:
    if row["invalidated_at"] is not None:
        raise Refused("already_invalidated")
    if row["state"] == "rejected":
        raise Refused("document_rejected")
    if row["state"] != "stamped":
        raise Refused("document_not_stamped")


def _require_rescinded(request: InvalidationRequest) -> None:
    """A credit note says neither another reason nor a replacement, which goes with those alone."""
    if request.reason != RESCINDED:
        raise Refused("invalidation_only_by_note")


def _require_cancelling(notes: Sequence[Row]) -> None:
    """A CCF with a live note is blocked (rules.md 5.1), unless the note is the one that cancels it."""
    if notes and not notes[0]["adjusts_whole"]:
        raise Refused("invalidation_blocked_by_note", control_number=notes[0]["control_number"])


def _standing(document: Row, made: Sequence[Row], notes: Sequence[Row]) -> InvalidationStatus:
    """What was tried, oldest first and what is still under way last."""
    tried = [
        *((attempt(event), None) for event in made),
        *((attempt_by_note(note), CreditMemo(note["id"], note["control_number"])) for note in notes),
    ]
    tried.sort(key=lambda each: (each[0].state == "contingency", each[0].at))
    return InvalidationStatus(
        view(document),
        tuple(each for each, _ in tried),
        tried[-1][1] if tried else None,
    )
