"""The values that the pages of customers show. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from ocote.archive.sums import signed_cents
from ocote.clock import local
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.sale import ABROAD
from ocote.issuing.customers import customer_of
from ocote.issuing.request import CustomerData, Place
from ocote.panel.customers.forms import TAXPAYER_KINDS, activity_names, place_names
from ocote.panel.documents.pages import words_of_state
from ocote.panel.frame.phrases import phrase
from ocote.printing.figures import money
from ocote.printing.identifiers import registration, tax_number
from ocote.printing.names import title, word
from ocote.store.customer_lists import CustomerDocumentRow, ListedCustomerRow
from ocote.store.engine.values import amount, moment

Translate = Callable[[str], str]

_VALUES: Final[tuple[tuple[str, str, str], ...]] = (
    ("name", "Nombre", "Cada documento lleva el nombre que se le envía; aquí queda el último."),
    (
        "nit",
        "NIT",
        "Por él se reconoce al cliente. Va también en el documento que trae solo otro número suyo.",
    ),
    (
        "dui",
        "DUI",
        "Por él se reconoce al cliente. Va también en el documento que trae solo otro número suyo.",
    ),
    ("nrc", "NRC", "Por él se reconoce al cliente. Va también en el documento que trae solo otro número suyo."),
    ("document", "Otro documento", "Va en la exportación o la factura que no traiga otro."),
    ("contributor_type", "Tipo de contribuyente", ""),
    ("activity_code", "Actividad económica", "Va en el crédito fiscal que no traiga otra."),
    ("trade_name", "Nombre comercial", "Va en el crédito fiscal y la exportación que no traigan otro."),
    ("place", "Lugar", "Va en la dirección del documento que no traiga otro lugar."),
    ("address", "Calle y número", "Va en el documento que no traiga otra dirección ni otro lugar."),
    ("country", "País", "Va en la dirección del documento de un cliente del extranjero."),
    ("email", "Correo", "Recibe cada documento sellado que no traiga otro correo."),
    ("phone", "Teléfono", "Va en el documento que no traiga otro."),
)
"""The remembered values: the name in a record, the label, and what the value does to the next document."""

_WITHHOLDS: Final = "El próximo documento gravado desde $100.00 lleva la retención del 1 % de IVA."
_WITHHOLDS_NOT: Final = "El próximo documento no lleva retención de IVA."
_WITHHOLDING_KINDS: Final = (3, 4)
_COMMON: Final[Mapping[str, str]] = {
    "nit": "el mismo NIT",
    "dui": "el mismo DUI",
    "nrc": "el mismo NRC",
    "name": "el mismo nombre",
}


class ListedCustomer(Struct, frozen=True):
    """A customer in a list."""

    name: str
    href: str
    numbers: str
    last: str


class Memory(Struct, frozen=True):
    """A remembered value: from where it is and what it does. ``field`` is None for one that is not to be forgotten."""

    label: str
    value: str
    effect: str
    source: str
    field: str | None


class CustomerDocument(Struct, frozen=True):
    """A document of a customer."""

    title: str
    number: str
    href: str | None
    day: str
    amount: str
    state: str


def customer_line(row: ListedCustomerRow, link: str) -> ListedCustomer:
    """A customer in the list; ``link`` is the address of the customers."""
    data = customer_of(row.record)
    last = "" if row.last_at is None else day_of(row.last_at)
    return ListedCustomer(data.name, f"{link}/{row.id}", numbers_of(data), last)


def search_href(link: str, search: str, after: str) -> str:
    """The address of a page of the list."""
    query = urlencode({name: value for name, value in (("search", search), ("after", after)) if value})
    return f"{link}?{query}" if query else link


_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {"nit": tax_number, "dui": tax_number, "nrc": registration}


def numbers_of(data: CustomerData) -> str:
    """The numbers that identify a customer, with their hyphens as on a printed document."""
    named = (("NIT", tax_number, data.nit), ("DUI", tax_number, data.dui), ("NRC", registration, data.nrc))
    return " · ".join(f"{name} {written(number)}" for name, written, number in named if number)


def day_of(stored: str) -> str:
    """The day of a stored moment in El Salvador."""
    return f"{local(moment(stored)):%d/%m/%Y}"


def common_words(common: str, say: Translate) -> str:
    """Words for the value that two records have in common."""
    return say(_COMMON[common])


def memories(data: CustomerData, documents: Iterable[CustomerDocumentRow], say: Translate) -> tuple[Memory, ...]:
    """Everything that is remembered of a customer."""
    said = [(row, _said(row.said)) for row in documents]
    numbers = [name for name in ("nit", "dui", "nrc") if getattr(data, name)]
    shown = []
    for name, label, effect in _VALUES:
        value = getattr(data, name)
        if value is None:
            continue
        source = next((row for row, found in said if found.get(name) == msgspec.to_builtins(value)), None)
        is_kept = name == "name" or numbers == [name]
        shown.append(
            Memory(
                say(label),
                _text(name, value),
                say(_effect_of_kind(value) if name == "contributor_type" else effect),
                say("Escrito en el panel, o de un documento anterior")
                if source is None
                else f"{source.control_number}, {day_of(source.posted_at)}",
                None if is_kept else name,
            )
        )
    return tuple(shown)


def customer_changes(before: CustomerData, after: CustomerData, say: Translate) -> tuple[str, ...]:
    """Each value that differs, as it was and as it is, in words."""
    nothing = say("nada")

    def words(name: str, data: CustomerData) -> str:
        value = getattr(data, name)
        return nothing if value is None else say(_text(name, value))

    return tuple(
        f"{say(label)}: {words(name, before)} → {words(name, after)}"
        for name, label, _ in _VALUES
        if getattr(before, name) != getattr(after, name)
    )


def forgettable(data: CustomerData) -> frozenset[str]:
    """The names of the values of a customer that may be forgotten one by one."""
    return frozenset(memory.field for memory in memories(data, (), str) if memory.field is not None)


def documents_of_customer(
    rows: Iterable[CustomerDocumentRow], link: str | None, say: Translate
) -> tuple[CustomerDocument, ...]:
    """The documents of a customer; ``link`` is the address of the documents, None where no page shows them."""
    return tuple(
        CustomerDocument(
            title=say(title(row.doc_type)),
            number=row.control_number,
            href=None if link is None else f"{link}/{row.id}",
            day=day_of(row.posted_at),
            amount=money(amount(signed_cents(row.doc_type, row.payable_cents))),
            state=say(_state_words(row)),
        )
        for row in rows
    )


def _state_words(row: CustomerDocumentRow) -> str:
    return words_of_state(row.state, is_invalidated=row.invalidated_at is not None, is_observed=False).text


def _effect_of_kind(kind: int) -> str:
    return _WITHHOLDS if kind in _WITHHOLDING_KINDS else _WITHHOLDS_NOT


def _said(said: str | None) -> Mapping[str, Any]:
    """The values that a document said of its customer."""
    found = msgspec.json.decode(said) if said else None
    return found if isinstance(found, dict) else {}


def _text(name: str, value: Any) -> str:
    match name:
        case "contributor_type":
            return phrase(TAXPAYER_KINDS.get(str(value), str(value)))
        case "activity_code":
            return f"{value} {activity_names().get(value, '')}".strip()
        case "document":
            return f"{word(Catalog.IDENTITY_DOCUMENTS, value.kind)} {value.number}"
        case "country":
            return word(Catalog.COUNTRIES, value)
        case "place":
            return _place_text(value)
        case _:
            return _WRITTEN.get(name, str)(str(value))


def _place_text(place: Place) -> str:
    if place.department == ABROAD:
        return phrase("Fuera de El Salvador")
    if place.district is not None:
        return place_names().get(f"{place.department}{place.district}", place.district)
    found = catalogs.municipalities()[place.department, place.municipality]
    return f"{found.name}, {catalogs.departments()[place.department].name}"
