"""The rules of an invalidation event (rules.md 5)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ocote.emulator.companies import Company
from ocote.emulator.ledger import Ledger, Owner, Stored
from ocote.emulator.messages import DOCUMENT, EMITTER, RELATED, Finding, at, general
from ocote.emulator.policy import Policy
from ocote.emulator.rules import codes
from ocote.emulator.rules.business_days import nth_business_day
from ocote.emulator.rules.dates import months_later
from ocote.emulator.rules.reading import Edition

SALES_TO_ANYONE = ("01", "11", "14")
"""Types whose window for invalidation is in months instead of days."""
NEVER_REPLACED = ("05", "08")
"""Types whose invalidation names no replacement, because the corrected document is issued afterwards."""
WITH_NOTES = ("03", "07")

RESCINDED, OTHER = 2, 3

_PLACE = {"codEstableMH": re.compile(r"[MBSP][0-9]{3}"), "codPuntoVentaMH": re.compile(r"P[0-9]{3}")}


@dataclass(frozen=True, slots=True)
class EventReading:
    """An invalidation event that meets its schema, with the ledger and the moment for its judgement."""

    event: dict[str, Any]
    edition: Edition
    company: Company
    now: datetime
    ledger: Ledger
    policy: Policy

    @property
    def owner(self) -> Owner:
        """Environment and NIT of the emitter."""
        return self.company.environment, self.company.nit

    @property
    def code(self) -> str:
        """The generation code of the event."""
        code: str = self.event["identificacion"]["codigoGeneracion"]
        return code

    @property
    def date_field(self) -> str:
        """The key of the event's date in its edition."""
        return "fecEmi" if self.edition == "v2" else "fecAnula"

    @property
    def date(self) -> date:
        """The event's date."""
        return date.fromisoformat(self.event["identificacion"][self.date_field])


TargetRule = Callable[[EventReading, Stored], Finding | None]


def invalidation_finding(reading: EventReading) -> Finding | None:
    """The finding of the first rule that the event breaks; None when the event is accepted."""
    found = _event_itself(reading)
    if found is not None:
        return found
    named = reading.event["documento"]
    target = reading.ledger.document(reading.owner, named["codigoGeneracion"])
    if target is None:
        return at("documento.codigoGeneracion", "014", RELATED)
    for rule in _TARGET_RULES:
        found = rule(reading, target)
        if found is not None:
            return found
    return None


def _event_itself(reading: EventReading) -> Finding | None:
    event, emitter = reading.event, reading.event["emisor"]
    if event["identificacion"]["ambiente"] != reading.company.environment:
        return at("identificacion.ambiente", "003", DOCUMENT)
    if reading.ledger.code_taken(reading.owner, reading.code):
        return at("identificacion.codigoGeneracion", "004", DOCUMENT)
    if emitter["nit"] != reading.company.nit:
        return at("emisor.nit", "008", EMITTER)
    for key, pattern in _PLACE.items():
        if emitter.get(key) is not None and not pattern.fullmatch(emitter[key]):
            return at(f"emisor.{key}", "006", EMITTER)
    for key in ("tipDocResponsable", "tipDocSolicita"):
        if event["motivo"][key] not in codes.IDENTITY_DOCUMENTS:
            return at(f"motivo.{key}", "003", DOCUMENT)
    return None


def _still_alive(_: EventReading, target: Stored) -> Finding | None:
    return None if target.alive else general("015", RELATED)


def _same_document(reading: EventReading, target: Stored) -> Finding | None:
    """Type, number, stamp and date are those of the document in the ledger."""
    named, facts = reading.event["documento"], target.facts
    expected = {
        "tipoDte": facts.doc_type,
        "selloRecibido": target.stamp,
        "numeroControl": facts.control_number,
        "fecEmi": facts.issued_on.isoformat(),
    }
    for key, value in expected.items():
        if named[key] != value:
            return at(f"documento.{key}", "027", DOCUMENT)
    return None


def _same_receiver(reading: EventReading, target: Stored) -> Finding | None:
    """The event names the receiver exactly as the document does.

    The v1.x schema requires a value where an anonymous invoice has none; there the emulator accepts any value.
    """
    named, receiver = reading.event["documento"], target.facts.receiver
    expected = {
        "tipoDocumento": receiver.document_type,
        "numDocumento": receiver.document_number,
        "nombre": receiver.name,
    }
    for key, value in expected.items():
        if value is None and reading.edition == "v1":
            continue
        if named[key] != value:
            return at(f"documento.{key}", "027", DOCUMENT)
    return None


def _event_date(reading: EventReading, target: Stored) -> Finding | None:
    """The event has an allowed date.

    In v2.0 this is the document's date, in v1.x up to a day later; for 01, 11 and 14 up to three months later in both.
    """
    issued_on, doc_type = target.facts.issued_on, target.facts.doc_type
    path = f"identificacion.{reading.date_field}"
    if doc_type in SALES_TO_ANYONE:
        latest = months_later(issued_on, reading.policy.invalidation_months)
    elif reading.edition == "v2":
        return None if reading.date == issued_on else at(path, "027", DOCUMENT)
    else:
        latest = issued_on + timedelta(days=1)
    if issued_on <= reading.date <= min(latest, max(reading.now.date(), issued_on)):
        return None
    return at(path, "018", DOCUMENT)


def _in_time(reading: EventReading, target: Stored) -> Finding | None:
    """The event comes within the window of its edition, counted from the document's stamp."""
    if reading.now.date() <= last_day(reading, target):
        return None
    return at(f"identificacion.{reading.date_field}", "018", DOCUMENT)


def last_day(reading: EventReading, target: Stored) -> date:
    """The last day on which a document may still be invalidated."""
    stamped_on, facts, policy = target.processed_at.date(), target.facts, reading.policy
    if facts.doc_type in SALES_TO_ANYONE:
        months = policy.invalidation_months
        long = facts.doc_type != "14" and facts.activity_code in policy.long_window_activities
        if reading.edition == "v2" and long:
            months = policy.long_window_months
        return months_later(stamped_on, months)
    if reading.edition == "v1":
        return stamped_on + timedelta(days=policy.invalidation_days_v1)
    following = months_later(stamped_on.replace(day=1), 1)
    return nth_business_day(following.year, following.month, policy.invalidation_business_days_v2)


def _reason(reading: EventReading, target: Stored) -> Finding | None:
    """The event has a replacement if its reason needs one (rules.md 5.1): in v1.x every reason but rescission."""
    motive = reading.event["motivo"]
    reason, replacement = motive["tipoAnulacion"], reading.event["documento"]["codigoGeneracionR"]
    if reason not in {1, RESCINDED, OTHER}:
        return at("motivo.tipoAnulacion", "003", DOCUMENT)
    if reason == OTHER and not motive["motivoAnulacion"]:
        return at("motivo.motivoAnulacion", "005", DOCUMENT)
    alone = reason == RESCINDED or (reading.edition == "v2" and target.facts.doc_type in NEVER_REPLACED)
    if alone:
        return None if replacement is None else at("documento.codigoGeneracionR", "024", DOCUMENT)
    if replacement is None:
        return at("documento.codigoGeneracionR", "005", DOCUMENT)
    return _replacement(reading, target, replacement)


def _replacement(reading: EventReading, target: Stored, code: str) -> Finding | None:
    """The replacement is another stamped, valid document; whether its type must be equal is not known."""
    if code == target.facts.generation_code:
        return at("documento.codigoGeneracionR", "007", DOCUMENT)
    document = reading.ledger.document(reading.owner, code)
    if document is None:
        return at("documento.codigoGeneracionR", "014", RELATED)
    return None if document.alive else at("documento.codigoGeneracionR", "015", RELATED)


def _no_live_note(reading: EventReading, target: Stored) -> Finding | None:
    """A CCF with a valid note cannot be invalidated before the note."""
    if target.facts.doc_type not in WITH_NOTES:
        return None
    blocked = reading.ledger.live_notes(reading.owner, target.facts.generation_code)
    return general("028", RELATED) if blocked else None


_TARGET_RULES: tuple[TargetRule, ...] = (
    _still_alive,
    _same_document,
    _same_receiver,
    _event_date,
    _in_time,
    _reason,
    _no_live_note,
)
