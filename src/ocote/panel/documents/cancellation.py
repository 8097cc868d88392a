"""Whether and how a document can be cancelled, in words. Pure."""

from datetime import datetime

from msgspec import Struct

from ocote.documents.view import InvalidationStatus
from ocote.errors import message
from ocote.invalidation.outlook import Outlook
from ocote.panel.documents.pages import DocumentTone
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.phrases import phrase, together

_REPLACEMENT = (
    "Si el motivo es un error en la información u otro motivo, tiene que nombrar el documento que lo reemplaza, "
    "ya sellado: emítalo antes."
)

_BY_NOTE = (
    "El plazo del evento de invalidación terminó.",
    "Se emitirá una nota de crédito por el total; cuando Hacienda la selle, este documento queda invalidado.",
    "Así solo se rescinde la operación, sin documento de reemplazo.",
)

_OWN = {
    "document_rejected": "Hacienda lo rechazó, así que no hay nada que invalidar: corríjalo y envíelo de nuevo.",
    "document_not_stamped": "Todavía no tiene sello de Hacienda. Cuando lo tenga se podrá invalidar.",
    "already_invalidated": "Ya está invalidado.",
}
"""Refusals whose texts in the table of codes speak of calls of the API."""


class OutlookWords(Struct, frozen=True):
    """The words for a person before cancelling: a headline, sentences, and the last moment for it."""

    tone: DocumentTone
    headline: str
    sentences: tuple[str, ...] = ()
    until: str = ""


def outlook_words(outlook: Outlook) -> OutlookWords:
    """The words for the outlook of a document."""
    until = _until(outlook.until)
    match outlook.way:
        case "event":
            sentences = [
                "Se enviará a Hacienda un evento de invalidación; cuando lo selle, el documento queda invalidado."
            ]
            if outlook.needs_replacement:
                sentences.append(_REPLACEMENT)
            return OutlookWords("info", "Todavía se puede invalidar", tuple(sentences), until)
        case "note":
            return OutlookWords("waiting", "Se invalida con una nota de crédito", _BY_NOTE, until)
        case "under_way":
            text = "Ya se pidió invalidarlo y Hacienda todavía no ha respondido. Se enviará otra vez sin que haga nada."
            return OutlookWords("waiting", "La invalidación está en camino", (text,))
        case "refused":
            return OutlookWords("", "No se puede invalidar", (_refusal(outlook),))


def result_words(status: InvalidationStatus) -> tuple[str, str]:
    """The tone and the sentence for what became of a request to cancel."""
    last = status.attempts[-1] if status.attempts else None
    if status.document.invalidated:
        return "good", "El documento está invalidado."
    if last is None or last.state == "contingency":
        return "waiting", "Hacienda no ha respondido. La invalidación se enviará otra vez sin que haga nada."
    said = ": ".join(part for part in (last.mh_code, last.mh_message) if part)
    return "bad", together(phrase("Hacienda no aceptó la invalidación."), said)


def _until(moment: datetime | None) -> str:
    return moment_words(moment) if moment is not None else ""


def _refusal(outlook: Outlook) -> str:
    refusal = outlook.refusal
    if refusal is None:
        return ""
    return _OWN.get(refusal.code) or f"{message(refusal.code, **refusal.values)}."
