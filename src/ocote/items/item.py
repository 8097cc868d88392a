"""An item that a company sells, as a plain value, and its form in the table."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Struct

from ocote.dte.sale import SaleKind
from ocote.store.engine.values import moment, moment_text
from ocote.store.items import ItemRow, NewItem


class Item(Struct, frozen=True, omit_defaults=True):
    """Text, price and rules of tax of an item, as they are today, for lines that leave them out.

    ``unit_price`` is in USD, with VAT when ``prices_include_vat``; the price of an untaxed item has no VAT in either
    case. ``item_type`` is CAT-011, ``unit`` CAT-014. ``taxes`` are codes of section 1 or 3 of CAT-015 without amounts,
    because the amount of a line depends on its quantity; with ``taxes_included`` those of section 1 are inside the
    price. ``suggested_price`` is the informative ``psv`` in USD.
    """

    description: str
    unit_price: Decimal
    prices_include_vat: bool = True
    item_type: int | None = None
    unit: int | None = None
    sale_kind: SaleKind = "taxed"
    taxes: tuple[str, ...] = ()
    taxes_included: bool = False
    suggested_price: Decimal | None = None

    @property
    def price_holds_vat(self) -> bool:
        """Whether VAT is inside the price."""
        return self.sale_kind == "taxed" and self.prices_include_vat


class KeptItem(Struct, frozen=True):
    """An item under its code; ``updated_at`` is the aware UTC instant of its last change."""

    code: str
    item: Item
    updated_at: datetime

    @property
    def version(self) -> str:
        """The text by which a later writer says which version they have seen."""
        return moment_text(self.updated_at)


class ItemPage(Struct, frozen=True):
    """Items in the order of their codes, and whether more items follow."""

    items: tuple[KeptItem, ...]
    has_more: bool


class ItemImport(Struct, frozen=True):
    """The changes that many items make in a catalog.

    ``changed`` are the items that are new or differ, ``before`` those of their codes that were there; ``same`` is the
    number of items that stay as they are.
    """

    changed: Mapping[str, Item]
    before: Mapping[str, Item]
    same: int

    @property
    def new(self) -> int:
        """The number of items that are new."""
        return len(self.changed) - len(self.before)


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Item)


def item_of(row: ItemRow | NewItem) -> Item:
    """The item in a row of the table."""
    return _DECODER.decode(row.record)


def kept_item(row: ItemRow) -> KeptItem:
    """The item in a row of the table, with its code and the moment of its last change."""
    return KeptItem(row.code, item_of(row), moment(row.updated_at))


def row_of(code: str, item: Item) -> NewItem:
    """An item to write into the table."""
    return NewItem(code, item.description, _ENCODER.encode(item).decode())
