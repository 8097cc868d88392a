"""The rules on the replacement, the text and the persons of an invalidation (rules.md 5.1)."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.invalidation.value import OTHER_REASON, WRONG_DATA, InvalidationEvent
from ocote.dte.schedule import Edition

REASONS = (WRONG_DATA, 2, OTHER_REASON)


class Lengths(Struct, frozen=True):
    """The lengths that an edition's schema allows for the texts of the event, in characters."""

    explanation: range
    person_name: range
    person_document: range


LENGTHS: Final[Mapping[Edition, Lengths]] = {
    "v1": Lengths(explanation=range(5, 251), person_name=range(5, 101), person_document=range(3, 21)),
    "v2": Lengths(explanation=range(1, 201), person_name=range(1, 101), person_document=range(1, 21)),
}


def require_sound(event: InvalidationEvent, needs_replacement: bool, lengths: Lengths) -> None:
    """Raises InvalidSale unless reason, replacement, text and persons agree with each other and with ``lengths``.

    ``needs_replacement`` says whether the edition requires a replacement for this document and reason.
    """
    faults = [
        *_reason_faults(event, lengths.explanation),
        *_replacement_faults(event, needs_replacement),
        *_person_faults(event, lengths),
    ]
    if faults:
        raise InvalidSale(faults)


def _reason_faults(event: InvalidationEvent, text: range) -> list[Fault]:
    if event.reason not in REASONS:
        message = "El motivo de invalidación debe ser 1, 2 o 3."
        return [Fault(FaultCode.INVALIDATION_REASON_UNKNOWN, "reason", message)]
    if event.explanation is None and event.reason != OTHER_REASON:
        return []
    if len(event.explanation or "") in text:
        return []
    message = f"La explicación debe tener de {text.start} a {text.stop - 1} caracteres; el motivo 3 la exige."
    return [Fault(FaultCode.INVALIDATION_NOTE_LENGTH, "note", message)]


def _replacement_faults(event: InvalidationEvent, needed: bool) -> list[Fault]:
    if needed and event.replacement is None:
        message = "Este motivo exige el documento ya sellado que reemplaza al invalidado."
        return [Fault(FaultCode.REPLACEMENT_MISSING, "replacement", message)]
    if not needed and event.replacement is not None:
        message = "Este motivo no admite documento de reemplazo."
        return [Fault(FaultCode.REPLACEMENT_NOT_ALLOWED, "replacement", message)]
    return []


def _person_faults(event: InvalidationEvent, lengths: Lengths) -> Iterator[Fault]:
    names, documents = lengths.person_name, lengths.person_document
    for field, person in (("responsible", event.responsible), ("requested_by", event.requested_by)):
        if len(person.name) not in names:
            message = f"El nombre de la persona debe tener de {names.start} a {names.stop - 1} caracteres."
            yield Fault(FaultCode.PERSON_NAME_LENGTH, f"{field}.name", message)
        if len(person.document_number) not in documents:
            bounds = f"de {documents.start} a {documents.stop - 1} caracteres"
            message = f"El número de documento de la persona debe tener {bounds}; envíelo completo."
            yield Fault(FaultCode.PERSON_DOCUMENT_LENGTH, f"{field}.document_number", message)
