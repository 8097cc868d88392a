"""The company's own items, as JSON. Pure.

The OpenAPI document shows the docstrings and descriptions of this module.
"""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ocote.api.bodies.common import Warnings
from ocote.clock import local_text
from ocote.dte.sale import SaleKind
from ocote.items.item import KeptItem
from ocote.requests.item import item_fields


class ItemBody(msgspec.Struct, frozen=True):
    """An item that the company sells; its fields are those of the request, which takes them back unchanged."""

    code: Annotated[str, Meta(description="Your own code of the item.", examples=["CAFE-LB"])]
    description: Annotated[
        str, Meta(description="What lines of this item say in JSON and PDF.", examples=["Café molido, libra"])
    ]
    unit_price: Annotated[Decimal, Meta(description="USD, up to 8 decimals.", examples=[5.65])]
    prices_include_vat: Annotated[bool, Meta(description="Whether `unit_price` has VAT inside.")]
    item_kind: Annotated[
        Literal["goods", "service", "both"] | None,
        Meta(description="What is sold; null for goods, or what an export as a whole says."),
    ]
    unit: Annotated[int | None, Meta(description="CAT-014; null for the usual one of the kind.", examples=[59])]
    sale_kind: Annotated[SaleKind, Meta(description="How VAT treats it.")]
    taxes: Annotated[tuple[str, ...], Meta(description="Taxes beside VAT by their codes (CAT-015).")]
    taxes_included: Annotated[bool, Meta(description="Whether taxes that are added are inside `unit_price`.")]
    suggested_price: Annotated[Decimal | None, Meta(description="Suggested price of sale to consumers, USD.")]
    updated_date_time: Annotated[
        str, Meta(description="When it last changed, local time with offset.", examples=["2026-06-03T08:15:40-06:00"])
    ]
    warnings: Warnings | UnsetType = UNSET


class ItemListBody(msgspec.Struct, frozen=True):
    """A page of items, by code."""

    items: Annotated[tuple[ItemBody, ...], Meta(description="The items of this page.")]
    next_cursor: Annotated[
        str, Meta(description="Send it as `cursor` for the next page; empty on the last one.", examples=[""])
    ]
    warnings: Warnings | UnsetType = UNSET


def item_body(kept: KeptItem) -> ItemBody:
    """The answer that shows one item."""
    fields = item_fields(kept.code, kept.item)
    return ItemBody(**fields, updated_date_time=local_text(kept.updated_at))
