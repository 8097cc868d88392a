"""The rules of a contingency event (rules.md 4), whose answer lists all faults at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ocote.emulator.companies import Company
from ocote.emulator.facts import moment
from ocote.emulator.ledger import Ledger, Owner
from ocote.emulator.messages import TEXTS
from ocote.emulator.policy import Policy
from ocote.emulator.rules import codes

OUT_OF_TIME = "FECHA/HORA TRANSMISION FUERA DE PLAZO PERMITIDO"

_CODE = re.compile(r"[A-F0-9]{8}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{12}")
_HOUR = re.compile(r"(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]?")
_PLACE = {"codEstableMH": re.compile(r"[MBSP][0-9]{3}"), "codPuntoVentaMH": re.compile(r"P[0-9]{3}")}
_CLOCK_TOLERANCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ContingencyReading:
    """A contingency event, with the ledger and the moment for its judgement.

    The properties need an event that meets its schema."""

    event: dict[str, Any]
    company: Company
    now: datetime
    ledger: Ledger
    policy: Policy

    @property
    def owner(self) -> Owner:
        """Environment and NIT of the emitter."""
        return self.company.environment, self.company.nit

    @property
    def started_at(self) -> datetime:
        """The beginning of the cause."""
        motive = self.event["motivo"]
        return moment(motive["fInicio"], motive["hInicio"])

    @property
    def ended_at(self) -> datetime:
        """The end of the cause."""
        motive = self.event["motivo"]
        return moment(motive["fFin"], motive["hFin"])

    @property
    def sent_at(self) -> datetime:
        """The moment of transmission that the event states."""
        head = self.event["identificacion"]
        return moment(head["fTransmision"], head["hTransmision"])


def contingency_findings(reading: ContingencyReading) -> list[str]:
    """Every observation on the event; an accepted event has none."""
    found = [*_emitter(reading), *_motive(reading), *_details(reading)]
    return found or ([] if _in_time(reading) else [OUT_OF_TIME])


def open_to_correction(reading: ContingencyReading) -> tuple[str, ...]:
    """The documents of a refused event that may be reported again within 24 hours of the refusal (rules.md 4).

    There are none when the event itself came too late, or when its end of the cause or its documents are unreadable.
    """
    try:
        named = [row["codigoGeneracion"] for row in reading.event["detalleDTE"]] if _in_time(reading) else []
        return tuple(code for code in named if isinstance(code, str))
    except (AttributeError, KeyError, TypeError, ValueError):
        return ()


def _emitter(reading: ContingencyReading) -> Iterator[str]:
    event, emitter = reading.event, reading.event["emisor"]
    if reading.ledger.code_taken(reading.owner, event["identificacion"]["codigoGeneracion"]):
        yield _on("identificacion.codigoGeneracion", "004")
    if emitter["nit"] != reading.company.nit:
        yield _on("emisor.nit", "008")
    if emitter["tipoDocResponsable"] not in codes.IDENTITY_DOCUMENTS:
        yield _on("emisor.tipoDocResponsable", "003")
    if emitter["tipoEstablecimiento"] not in codes.ESTABLISHMENT_KINDS:
        yield _on("emisor.tipoEstablecimiento", "003")
    for key, pattern in _PLACE.items():
        if emitter.get(key) is not None and not pattern.fullmatch(emitter[key]):
            yield _on(f"emisor.{key}", "006")


def _motive(reading: ContingencyReading) -> Iterator[str]:
    """``fFin`` is not before ``fInicio``, ``hFin`` is after ``hInicio``, and kind 5 has its text.

    The emulator applies the rule on hours within one day only; otherwise no outage over midnight could be reported.
    MH's code for either rule is not known; 017 is this emulator's choice.
    """
    motive = reading.event["motivo"]
    hours_fit = True
    for key in ("hInicio", "hFin"):
        if not _HOUR.fullmatch(motive[key]):
            hours_fit = False
            yield _on(f"motivo.{key}", "006")
    if motive["fFin"] < motive["fInicio"]:
        yield _on("motivo.fFin", "017")
    elif hours_fit and reading.ended_at <= reading.started_at:
        yield _on("motivo.hFin", "017")
    if motive["tipoContingencia"] not in {1, 2, 3, 4, 5}:
        yield _on("motivo.tipoContingencia", "003")
    if motive["tipoContingencia"] == 5 and not motive["motivoContingencia"]:
        yield _on("motivo.motivoContingencia", "005")


def _details(reading: ContingencyReading) -> Iterator[str]:
    """Each document has one row, is of a type allowed in contingency, and is not stamped yet."""
    numbers: set[int] = set()
    seen: set[str] = set()
    for position, row in enumerate(reading.event["detalleDTE"], start=1):
        path, code = f"detalleDTE.{position}", row["codigoGeneracion"]
        if row["noItem"] in numbers:
            yield _on(f"{path}.noItem", "025")
        if row["tipoDoc"] not in codes.CONTINGENCY_TYPES:
            yield _on(f"{path}.tipoDoc", "007")
        if not _CODE.fullmatch(code):
            yield _on(f"{path}.codigoGeneracion", "006")
        elif code in seen:
            yield _on(f"{path}.codigoGeneracion", "025")
        elif reading.ledger.code_taken(reading.owner, code):
            yield _on(f"{path}.codigoGeneracion", "004")
        numbers.add(row["noItem"])
        seen.add(code)


def _in_time(reading: ContingencyReading) -> bool:
    """The event is sent within 24 hours after the end of the cause, by its stated moment and by the clock.

    An event that corrects a refused event has 24 hours from the refusal, if that is longer.
    """
    if not reading.ended_at <= reading.sent_at <= reading.now + _CLOCK_TOLERANCE:
        return False
    deadline = reading.ended_at + timedelta(hours=reading.policy.event_window_h)
    refused_at = _corrects_refusal_of(reading)
    if refused_at is not None:
        deadline = max(deadline, refused_at + timedelta(hours=reading.policy.correction_window_h))
    return max(reading.sent_at, reading.now) <= deadline


def _corrects_refusal_of(reading: ContingencyReading) -> datetime | None:
    """The moment of refusal of the event that this event corrects; None when it corrects none.

    How MH recognises a correction is not stated. Here an event corrects another event that named all of its documents;
    after several refusals the latest counts, as with documents.
    """
    moments = [
        reading.ledger.report_refused_at(reading.owner, row["codigoGeneracion"]) for row in reading.event["detalleDTE"]
    ]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None


def _on(path: str, code: str) -> str:
    return f"[{path}] {TEXTS[code]}"
