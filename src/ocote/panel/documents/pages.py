"""The documents of a list as a person reads them: states and types in words, days as El Salvador writes them. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal
from urllib.parse import urlencode

from msgspec import Struct

from ocote.documents.view import DocumentView
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.frame.moments import moment_words
from ocote.printing.names import title

DocumentTone = Literal["good", "waiting", "bad", "info", ""]

FILTERS: Final = ("q", "period", "date_from", "date_to", "doc_type", "state", "point", "customer")
"""The parameters of the address of the list that choose documents."""

LIST: Final = "list"
"""The parameter of a document's address that says from which list a person came."""

_PANELS: Final = "panel-"
"""The references of documents that people make in the panel begin so."""


class DocumentStateWords(Struct, frozen=True):
    """The state of a document in words, with a sentence that says what it means for the shop."""

    tone: DocumentTone
    text: str
    sentence: str


_STAMPED: Final = DocumentStateWords(
    "good", "Sellado", "El Ministerio de Hacienda lo recibió y le dio sello: es válido."
)
_OBSERVED: Final = DocumentStateWords(
    "good", "Sellado con observaciones", "Es válido. Hacienda hizo observaciones que conviene leer."
)
_CONTINGENCY: Final = DocumentStateWords(
    "waiting", "En contingencia", "Hacienda no respondió. El documento es válido y se transmitirá por sí solo."
)
_REGISTERED: Final = DocumentStateWords(
    "waiting", "En espera de Hacienda", "Está firmado y guardado; todavía no hay respuesta de Hacienda."
)
_REJECTED: Final = DocumentStateWords(
    "bad", "Rechazado", "Hacienda no lo aceptó: no es válido. Se corrige y se envía otra vez con el mismo número."
)
_INVALIDATED: Final = DocumentStateWords("", "Invalidado", "Era válido y se dejó sin efecto.")

_BY_STATE: Final[Mapping[str, DocumentStateWords]] = {
    "stamped": _STAMPED,
    "contingency": _CONTINGENCY,
    "registered": _REGISTERED,
    "rejected": _REJECTED,
}


def words_of(document: DocumentView) -> DocumentStateWords:
    """The state of a document in words."""
    is_observed = bool(document.mh_code or document.observations)
    return words_of_state(document.state, is_invalidated=document.invalidated, is_observed=is_observed)


def words_of_state(state: str, *, is_invalidated: bool, is_observed: bool) -> DocumentStateWords:
    """A state in words: of a document that an event or a note cancelled, or on which MH remarked something, or not."""
    if is_invalidated:
        return _INVALIDATED
    if state == "stamped" and is_observed:
        return _OBSERVED
    return _BY_STATE[state]


class ListLine(Struct, frozen=True):
    """A document as a line of a list; what a credit note takes back is negative."""

    href: str
    at: str
    number: str
    type: str
    customer: str
    amount: Decimal
    state: DocumentStateWords
    reference: str


def document_line(document: DocumentView, href: str) -> ListLine:
    """The line of a document; ``href`` leads to its page."""
    return ListLine(
        href=href,
        at=moment_words(document.posted_at),
        number=document.control_number,
        type=title(document.doc_type),
        customer=document.customer_name,
        amount=document.amounts.payable * DOCUMENT_TYPES[document.doc_type].export_sign,
        state=words_of(document),
        reference=reference_of(document),
    )


def reference_of(document: DocumentView) -> str:
    """The reference of a document that the software of the shop chose; "" for one that the gateway made up."""
    is_made_up = document.external_ref == document.id or document.external_ref.startswith(_PANELS)
    return "" if is_made_up else document.external_ref


def days_of(period: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of a named period; None for no bound."""
    match period:
        case "today":
            return today, today
        case "yesterday":
            day = today - timedelta(days=1)
            return day, day
        case "month":
            return today.replace(day=1), today
        case _:
            return None, None


def same_list(query: Mapping[str, str], **more: str) -> str:
    """The query of an address that shows the same list: its filters, and more parameters."""
    kept = {name: query[name] for name in FILTERS if query.get(name)}
    return urlencode({**kept, **more})
