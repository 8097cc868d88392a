"""Fields of a request to cancel that have no effect, because the event is signed already or a credit note stands in.

Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ocote.documents.signed import document_of
from ocote.documents.view import AnswerWarning
from ocote.dte.faults import InvalidSale
from ocote.issuing.request import InvalidationRequest
from ocote.issuing.strictness import strict_faults
from ocote.store.document_row import DocumentRow
from ocote.store.invalidations import InvalidationRow

_BY_NOTE: Final = (
    "el CCF se anula con una nota de crédito, que no lleva este dato: para anularlo así basta una llamada sin cuerpo"
)


def ignored_by_event(
    request: InvalidationRequest, replacement: DocumentRow | None, made: InvalidationRow
) -> Iterator[AnswerWarning]:
    """A warning for each field that differs from the signed event, which is sent again in place of a new one.

    ``replacement`` is the document that the request names. A field that was not sent differs from nothing.
    """
    motive: Mapping[str, Any] = document_of(made.jws)["motivo"]
    asker = request.requested_by
    sent_and_signed = (
        ("reason", request.reason, made.reason),
        ("note", request.note, motive["motivoAnulacion"]),
        ("replacement", replacement.generation_code if replacement is not None else None, made.replacement_code),
        (
            "requested_by",
            _person(asker.name, asker.document_type, asker.document_number) if asker is not None else None,
            _person(motive["nombreSolicita"], motive["tipDocSolicita"], motive["numDocSolicita"]),
        ),
    )
    for field, sent, signed in sent_and_signed:
        if sent is not None and sent != signed:
            yield _ignored(field, _by_event(signed))


def ignored_by_note(request: InvalidationRequest) -> Iterator[AnswerWarning]:
    """A warning for each field that the credit note in place of an event cannot say."""
    for field, sent in (("note", request.note), ("requested_by", request.requested_by)):
        if sent is not None:
            yield _ignored(field, _BY_NOTE)


def admitted(request: InvalidationRequest, ignored: Iterable[AnswerWarning]) -> tuple[AnswerWarning, ...]:
    """The warnings, for the answer. Raises InvalidSale with the faults in their place in strict handling."""
    warnings = tuple(ignored)
    faults = strict_faults(warnings) if request.is_strict else []
    if faults:
        raise InvalidSale(faults)
    return warnings


def _ignored(field: str, why: str) -> AnswerWarning:
    return AnswerWarning("field_ignored", field, {"why": why})


def _by_event(signed: object) -> str:
    says = "no lleva este dato" if signed is None else f"dice «{signed}»"
    return (
        f"el evento que invalida este documento ya está firmado, {says} y se envía sin cambios: para enviarlo otra vez "
        "basta una llamada sin cuerpo. Solo si el Ministerio de Hacienda lo rechaza se puede hacer otro"
    )


def _person(name: str, document_type: str, document_number: str) -> str:
    return f"{name}, documento {document_number} (tipo {document_type})"
