"""Says what a document will say of the other party although nobody wrote it, before it is issued so. Pure."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final

from msgspec import Struct

from ocote.documents.view import AnswerWarning
from ocote.dte.types import DOCUMENT_TYPES, OtherParty
from ocote.panel.drafts.labels import LABELS
from ocote.panel.frame.rendering import Say

ASKED_ABOUT: Final = frozenset({"buyer_field_filled", "buyer_without_number"})
"""Warnings of data that the gateway itself wrote, because MH takes no document without them: a question, no remark."""

_OTHER: Final = "Si la deja vacía, el documento dice «Otros»."
_DISTRICT: Final = "Si lo deja vacío, el documento dice el distrito de su propia sucursal."
_STREET: Final = "Si la deja vacía, el documento dice la dirección de su propia sucursal."
_EMAIL: Final = "Si lo deja vacío, el documento dice el correo de su propia empresa donde Hacienda exige uno."
_ABROAD: Final = "Si la deja vacía, el documento dice «Domicilio en» y el país."

_TAXPAYER: Final[Mapping[str, str]] = {
    "customer.activity_code": _OTHER,
    "customer.district": _DISTRICT,
    "customer.address": _STREET,
    "customer.email": _EMAIL,
}

_IF_EMPTY: Final[Mapping[OtherParty, Mapping[str, str]]] = {
    "consumer": {},
    "taxpayer": _TAXPAYER,
    "buyer abroad": {"customer.activity_code": _OTHER, "customer.address": _ABROAD},
    "seller": {"subject.district": _DISTRICT, "subject.address": _STREET},
}


def words_if_empty(doc_type: str, field: str) -> str:
    """The words about a field that is not optional, because something else stands in the document when it is empty."""
    known = DOCUMENT_TYPES.get(doc_type)
    return _IF_EMPTY[known.other_party].get(field, "") if known is not None else ""


class Completed(Struct, frozen=True):
    """A datum that the gateway writes: the name of its field in words, the value, and the way to the field."""

    label: str
    value: str
    href: str


class CompletedView(Struct, frozen=True):
    """The data that the gateway writes; ``mark`` goes back with the form, so that nothing else is issued."""

    data: tuple[Completed, ...]
    mark: str


def completed_view(warnings: Iterable[AnswerWarning], say: Say) -> CompletedView | None:
    """The data that the gateway writes; None when the document says what was sent or what the records say."""
    found = {each.field: each for each in warnings if each.code in ASKED_ABOUT}
    if not found:
        return None
    data = tuple(
        Completed(_label(field, say), str(each.values.get("value", "")), f"#{field}") for field, each in found.items()
    )
    text = "\n".join(f"{each.href} {each.value}" for each in data)
    return CompletedView(data, sha256(text.encode()).hexdigest()[:32])


def _label(field: str, say: Say) -> str:
    """The name of the field, behind whose it is: ``Cliente, Dirección``."""
    whose, _, own = field.partition(".")
    names = (whose, field) if own else (whose,)
    return ", ".join(say(LABELS[each]) for each in names if each in LABELS)
