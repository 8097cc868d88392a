"""Reporting a contingency to MH: events that name its documents (rules.md 4, protocol.md 4.4)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import structlog
from msgspec.structs import replace

from ocote.clock import local_date
from ocote.companies.company import Company
from ocote.contingency.machine import Found, Happening
from ocote.contingency.piece import Piece, WorkLimits
from ocote.contingency.refusals import UNATTENDED_AFTER, end_stands, next_report_at, was_left_unanswered
from ocote.documents.states import event_verdict
from ocote.dte import generation_code, text
from ocote.dte.contingency_event.value import ContingencyEvent, ReportedDocument
from ocote.dte.editions import CONTINGENCY, build_contingency, edition_for
from ocote.dte.sale import Contingency
from ocote.mh import Undetermined
from ocote.signing import jws
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency import events
from ocote.store.contingency.events import EventRow, NewEvent, Reported
from ocote.store.engine.values import moment, moment_text
from ocote.work.work import Work

_log = structlog.get_logger(__name__)


class ContingencyReports:
    """Makes the events of a contingency, sends them, and keeps MH's answers."""

    def __init__(self, work: Work, limits: WorkLimits) -> None:
        self._store = work.store
        self._companies = work.companies
        self._clock = work.clock
        self._limits = limits

    async def report(self, piece: Piece, asked_at: datetime | None) -> Found:
        """Files the next event: sends the event that is signed, or signs an event that names up to 1,000 documents.

        After a refusal there is a pause that grows, unless the operator has asked for another event since.
        """
        made = await self._store.read(events.events_of, *piece.which)
        signed = next((event for event in made if event.state == "registered"), None)
        if signed is not None:
            return await self._send_event(piece, signed, made)
        count = await self._store.read(rows.count_waiting, *piece.which)
        if not count.unreported:
            return Found(Happening.ALL_REPORTED)
        if not count.reportable:
            return Found(Happening.NOTHING_REPORTABLE)
        now = self._clock()
        again_at = next_report_at(made, now, asked_at)
        if again_at > now:
            return Found(Happening.TOO_EARLY_TO_FILE, after=again_at - now)
        if piece.row.ended_at is None or (not made and now - moment(piece.row.ended_at) > UNATTENDED_AFTER):
            # No process worked in between: the cause, by then our own, ends only now, and its 24 hours begin now.
            return Found(Happening.CAUSE_WENT_ON)
        named = await self._store.write(events.report, self._new_event(piece, moment(piece.row.ended_at), now))
        return Found(Happening.EVENT_SIGNED if named else Happening.EVENT_NOT_SIGNED)

    def _new_event(self, piece: Piece, ended_at: datetime, now: datetime) -> NewEvent:
        row, company = piece.row, piece.company
        code = generation_code.new()
        edition = edition_for(company.profile.schedule(), CONTINGENCY, local_date(now))

        def sign(reported: Sequence[Reported]) -> str:
            event = ContingencyEvent(
                environment=company.environment,
                generation_code=code,
                sent_at=now,
                issuer=company.issuer(*_place(company, reported[0]), None),
                cause=Contingency(row.kind, row.reason),
                began_at=moment(row.began_at),
                ended_at=ended_at,
                documents=[ReportedDocument(one.doc_type, one.generation_code) for one in reported],
            )
            return jws.sign(text.encode(build_contingency(edition, event)), self._companies.signing_key(company))

        return NewEvent(
            id=str(uuid4()),
            company_id=company.id,
            contingency_id=row.id,
            held_until=row.due_at,
            edition=edition,
            generation_code=code,
            kind=row.kind,
            reason=row.reason,
            most=self._limits.documents_per_event,
            now=moment_text(now),
            sign=sign,
        )

    async def _send_event(self, piece: Piece, event: EventRow, made: Sequence[EventRow]) -> Found:
        company = piece.company
        await self._store.write(events.count_attempt, company.id, event.id)
        signed = await self._store.read(events.signed_event, company.id, event.id)
        outcome = await piece.host.send_contingency_event(company.credentials, signed)
        if isinstance(outcome, Undetermined):
            return Found(Happening.SILENCE)
        now, signed_at = self._clock(), moment(event.signed_at)
        # MH or the gateway was out of service after the event was signed, before its time was over: the cause ends
        # only now, and its 24 hours begin now.
        went_on = was_left_unanswered(event.attempts + 1, signed_at, now) and not end_stands(
            piece.row.ended_at, made, signed_at
        )
        word = event_verdict(outcome)
        if word.state == "late" and went_on:
            word = replace(word, state="rejected")
        await self._store.write(events.settle_event, company.id, event.id, word, moment_text(now))
        if word.state == "stamped":
            _log.info("contingency_reported", contingency_id=piece.row.id, documents=event.documents)
            return Found(Happening.EVENT_STAMPED)
        details = {"contingency_id": piece.row.id, "message": word.mh_message, "answer": word.answer}
        if word.state == "late":
            _log.error("contingency_event_late", documents=event.documents, **details)
        else:
            _log.error("contingency_event_rejected", **details)
        return Found(Happening.CAUSE_WENT_ON if went_on else Happening.EVENT_REFUSED)


def _place(company: Company, reported: Reported) -> tuple[str, str]:
    """The place where a document was made, or another place of the company when that place is closed."""
    place = (reported.branch_code, reported.pos_code)
    return place if place in company.establishment_kinds else next(iter(company.establishment_kinds))
