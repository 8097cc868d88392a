"""Compares an event's row with its signed text, MH's answer, and the document or contingency that it names. Pure."""

from typing import Final, Protocol, get_args

from ocote.archive.walking.company import Comparison, Verdicts
from ocote.archive.walking.fault import Named
from ocote.archive.walking.signatures import SigningSpan
from ocote.documents.states import ALREADY_INVALIDATED, EVENT_ARRIVED
from ocote.dte.schedule import Edition
from ocote.dte.sections.transmission import OTHER_KIND
from ocote.dte.stated import (
    StatedEventIdentification,
    read_contingency,
    read_invalidation_event,
)
from ocote.dte.types import CONTINGENCY, INVALIDATION, version_of
from ocote.store.verifying import ArchivedInvalidation, ArchivedReport

_WITHOUT_STAMP: Final = frozenset({ALREADY_INVALIDATED, EVENT_ARRIVED})
"""The messages of events that took effect at MH although the answer with their stamp was lost."""


class _EventRow(Protocol):
    """The columns that the rows of both kinds of events have."""

    @property
    def edition(self) -> str: ...

    @property
    def generation_code(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def stamp(self) -> str | None: ...

    @property
    def mh_message(self) -> str: ...

    @property
    def answer(self) -> str | None: ...


def judge_invalidation(row: ArchivedInvalidation, verdicts: Verdicts) -> None:
    """Judges an invalidation event: its text, its stamp, and the document that it cancels."""
    span = SigningSpan(row.requested_at, row.requested_at)
    named = Named("invalidation", row.control_number or row.generation_code)
    if row.control_number is None:
        verdicts.fault("cancelled_document_missing", named)
    stated = verdicts.read(read_invalidation_event, row.jws, span, named)
    if stated is not None:
        found = Comparison()
        _compare_head(row, INVALIDATION, stated.identification, found)
        verdicts.compare_company(stated.identification.environment, stated.issuer.nit, found)
        cancelled = stated.cancelled
        if row.control_number is not None:
            found.add("type", row.doc_type, cancelled.doc_type)
            found.add("number", row.control_number, cancelled.control_number)
            found.add("document", row.document_code, cancelled.generation_code)
            found.add("document stamp", row.document_stamp, cancelled.stamp)
        found.add("replacement", row.replacement_code, cancelled.replacement)
        found.add("reason", row.reason, stated.reason.code)
        if found.differences:
            verdicts.fault("differs", named, found.differences)
    _judge_stamp(row, named, verdicts)


def judge_report(row: ArchivedReport, verdicts: Verdicts) -> None:
    """Judges a contingency event: its text, its stamp, the number of its documents and its cause.

    A cause may be corrected only while MH has taken no event that names it (rules.md 4).
    """
    span = SigningSpan(row.signed_at, row.signed_at)
    named = Named("report", row.generation_code)
    stated = verdicts.read(read_contingency, row.jws, span, named)
    if stated is not None:
        found = Comparison()
        _compare_head(row, CONTINGENCY, stated.identification, found)
        verdicts.compare_company(stated.identification.environment, stated.issuer.nit, found)
        found.add("documents", row.documents, len(stated.documents))
        if row.state in {"registered", "stamped"}:
            reason = row.cause_reason if row.cause == OTHER_KIND else None
            found.add("cause", f"{row.cause} {reason or ''}", f"{stated.outage.cause} {stated.outage.reason or ''}")
        if found.differences:
            verdicts.fault("differs", named, found.differences)
    _judge_stamp(row, named, verdicts)


def _compare_head(row: _EventRow, subject: str, said: StatedEventIdentification, found: Comparison) -> None:
    found.add("code", row.generation_code, said.generation_code)
    versions = {edition: version_of(subject, edition) for edition in get_args(Edition)}
    found.add("version", versions.get(row.edition), said.version)


def _judge_stamp(row: _EventRow, named: Named, verdicts: Verdicts) -> None:
    """Judges the stamp; MH's answer to an event may name the document instead of the event, and is not compared."""
    if row.state != "stamped":
        if row.stamp is not None:
            verdicts.fault("stamp_unexpected", named, state=row.state)
    elif row.stamp is not None:
        verdicts.stamp(named, row.stamp, row.answer, code="")
    elif row.mh_message not in _WITHOUT_STAMP:
        verdicts.fault("stamp_missing", named)
