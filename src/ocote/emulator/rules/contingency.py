"""The rules on documents issued while MH could not be reached (rules.md 3 and 4)."""

from datetime import timedelta

from ocote.emulator.journal import ContingencyFiled
from ocote.emulator.messages import DOCUMENT, Finding, at, general
from ocote.emulator.rules.reading import Reading


def transmission_fields(reading: Reading) -> Finding | None:
    """Model, operation and the two contingency fields agree; in v2.0 only the service checks this, not the schema."""
    head = reading.document["identificacion"]
    reason_key = "motivoContin" if "motivoContin" in head else "motivoContigencia"
    if head["tipoOperacion"] == 1:
        return _normal(reading, head["tipoContingencia"], reason_key)
    if head["tipoModelo"] != 2:
        return at("identificacion.tipoModelo", "007", DOCUMENT)
    if head["tipoContingencia"] is None:
        return at("identificacion.tipoContingencia", "005", DOCUMENT)
    if head["tipoContingencia"] == 5 and not head[reason_key]:
        return at(f"identificacion.{reason_key}", "005", DOCUMENT)
    return None


def _normal(reading: Reading, kind: int | None, reason_key: str) -> Finding | None:
    head = reading.document["identificacion"]
    if kind is not None:
        return at("identificacion.tipoContingencia", "024", DOCUMENT)
    if head[reason_key] is not None:
        return at(f"identificacion.{reason_key}", "024", DOCUMENT)
    if head["tipoModelo"] == 2 and not _may_be_deferred(reading):
        return at("identificacion.tipoModelo", "007", DOCUMENT)
    return None


def reported_event(reading: Reading) -> Finding | None:
    """An event reported the contingency document at most 72 hours ago, with a period that includes the document.

    If several events reported a document, one fitting event is enough. MH's code for a document after the 72 hours is
    not known; 018 is this emulator's choice.
    """
    if reading.facts.contingency_kind is None:
        return None
    reports = reading.ledger.reports(reading.owner, reading.facts.generation_code)
    if not reports:
        return general("012", DOCUMENT)
    covering = [report for report in reports if _covers(report, reading)]
    if not covering:
        return general("013", DOCUMENT)
    window = timedelta(hours=reading.policy.documents_window_h)
    if all(reading.now > report.at + window for report in covering):
        return at("identificacion.fecEmi", "018", DOCUMENT)
    return None


def lot_of_one_event(reading: Reading) -> Finding | None:
    """A lot with documents of a contingency event holds no other documents.

    MH's code for this is not known; 026 is this emulator's choice, and so is the reception of the lot's other
    documents.
    """
    return general("026", DOCUMENT) if reading.outside_its_event else None


def _covers(report: ContingencyFiled, reading: Reading) -> bool:
    facts = reading.facts
    return (
        report.kind == facts.contingency_kind
        and report.started_at <= facts.issued_at <= report.ended_at
        and (facts.generation_code, facts.doc_type) in report.documents
    )


def _may_be_deferred(reading: Reading) -> bool:
    return reading.by_lot and reading.policy.deferred_accepted and reading.edition == "v2"
