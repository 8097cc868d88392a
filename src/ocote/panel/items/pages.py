"""The values that the pages of items show. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from ocote.clock import local
from ocote.items.item import Item, ItemImport, KeptItem
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.rendering import Say
from ocote.panel.items.forms import ITEM_KIND_WORDS, SALE_KIND_WORDS, tax_names, unit_names
from ocote.requests.item import item_fields, item_kind_name

MOST_CHANGES_SHOWN: Final = 200


_LABELS: Final[Mapping[str, str]] = {
    "description": "Descripción",
    "unit_price": "Precio",
    "prices_include_vat": "Precio con IVA",
    "item_kind": "Qué es",
    "unit": "Unidad de medida",
    "sale_kind": "Cómo lo trata el IVA",
    "taxes": "Otros tributos",
    "taxes_included": "Tributos dentro del precio",
    "suggested_price": "Precio sugerido",
}


class ItemLine(Struct, frozen=True):
    """An item in the list; ``price`` has its own decimals."""

    code: str
    href: str
    description: str
    price: str
    vat: str
    changed: str


class ShownFact(Struct, frozen=True):
    """A value with its label."""

    label: str
    value: str


class ShownChange(Struct, frozen=True):
    """An item that an import writes: each value that changes, as it was and as it will be."""

    code: str
    description: str
    is_new: bool
    changes: tuple[str, ...]


def item_line(kept: KeptItem, link: str, say: Say) -> ItemLine:
    """An item in the list; ``link`` is the address of the items."""
    return ItemLine(
        code=kept.code,
        href=item_href(link, "item", kept.code),
        description=kept.item.description,
        price=price_text(kept.item.unit_price),
        vat=say(vat_words(kept.item)),
        changed=f"{local(kept.updated_at):%d/%m/%Y}",
    )


def item_href(link: str, page: str, code: str) -> str:
    """The address of a page of one item: the code may have any sign, and stands behind the path."""
    return f"{link}/{page}?{urlencode({'code': code})}"


def list_href(link: str, search: str, cursor: str) -> str:
    """The address of a page of the list."""
    query = urlencode({name: value for name, value in (("search", search), ("cursor", cursor)) if value})
    return f"{link}?{query}" if query else link


def vat_words(item: Item) -> str:
    """How VAT stands to the price, in Spanish."""
    match item.sale_kind:
        case "exempt":
            return "exento"
        case "not_subject":
            return "no sujeto"
        case _:
            return "con IVA" if item.prices_include_vat else "sin IVA"


def price_text(price: Decimal) -> str:
    """A price in USD with two decimals, or with all it has."""
    shown = f"{price:,.2f}"
    return shown if Decimal(shown.replace(",", "")) == price else f"{price:,f}"


def facts_of(kept: KeptItem, say: Say) -> tuple[ShownFact, ...]:
    """Everything that is kept of an item, in words."""
    said = _words(kept.item, say)
    return (
        *(ShownFact(say(_LABELS[name]), value) for name, value in said.items() if value),
        ShownFact(say("Último cambio"), moment_words(kept.updated_at)),
    )


def changes_of(found: ItemImport, say: Say) -> tuple[ShownChange, ...]:
    """The first items that an import writes, with what changes."""
    shown = []
    for code, item in list(found.changed.items())[:MOST_CHANGES_SHOWN]:
        before = found.before.get(code)
        shown.append(ShownChange(code, item.description, before is None, _differences(before, item, say)))
    return tuple(shown)


def mark_of(found: ItemImport) -> str:
    """A text that is another one when an import would change something else than what was shown."""
    return sha256(msgspec.json.encode((found.changed, found.before, found.same), order="deterministic")).hexdigest()


def _differences(before: Item | None, after: Item, say: Say) -> tuple[str, ...]:
    if before is None:
        return (f"{price_text(after.unit_price)} {say(vat_words(after))}",)
    old, new = _words(before, say), _words(after, say)
    nothing = say("nada")
    return tuple(
        f"{say(_LABELS[name])}: {old[name] or nothing} → {value or nothing}"
        for name, value in new.items()
        if old[name] != value
    )


def _words(item: Item, say: Say) -> dict[str, str]:
    fields = item_fields("", item)
    yes, no = say("Sí"), say("No")
    kind = item_kind_name(item.item_type)
    unit = "" if item.unit is None else str(item.unit)
    return {
        "description": item.description,
        "unit_price": price_text(item.unit_price),
        "prices_include_vat": yes if item.prices_include_vat else no,
        "item_kind": say(ITEM_KIND_WORDS[kind]) if kind is not None else "",
        "unit": unit_names().get(unit, unit),
        "sale_kind": say(SALE_KIND_WORDS[fields["sale_kind"]]),
        "taxes": ", ".join(f"{code} {tax_names().get(code, '')}".strip() for code in item.taxes),
        "taxes_included": (yes if item.taxes_included else no) if item.taxes else "",
        "suggested_price": "" if item.suggested_price is None else price_text(item.suggested_price),
    }
