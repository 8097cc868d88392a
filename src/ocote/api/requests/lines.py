"""The lines of a document: what they share whatever is issued (contract 7.2, 10.1, 11.1)."""

from decimal import Decimal

from msgspec import Struct

from ocote.api.requests.fields import MOST_DECIMALS, RequestFields
from ocote.dte.line_rules import MAX_LINES
from ocote.dte.purchase.value import PurchaseLine
from ocote.dte.sale import Line

MAX_DESCRIPTION = 1000
_ZERO = Decimal(0)


class _Sent(Struct, frozen=True):
    description: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal


def read_lines(fields: RequestFields) -> tuple[Line, ...]:
    """The lines of a sale or a note, one at least; what is wrong with them is noted in ``fields``."""
    return tuple(Line(sent.description, sent.quantity, sent.unit_price, sent.discount) for _, sent in _read(fields))


def read_purchase_lines(fields: RequestFields) -> tuple[PurchaseLine, ...]:
    """The lines of a purchase, goods unless ``is_service`` is true."""
    return tuple(
        PurchaseLine(sent.description, sent.quantity, sent.unit_price, line.flag("is_service") or False, sent.discount)
        for line, sent in _read(fields)
    )


def _read(fields: RequestFields) -> list[tuple[RequestFields, _Sent]]:
    fields.require("lines")
    return [(line, _read_line(line)) for line in fields.elements("lines", MAX_LINES) or ()]


def _read_line(fields: RequestFields) -> _Sent:
    """One line; a placeholder takes the place of a faulty value, and never leaves the request that is refused."""
    for name in ("description", "quantity", "unit_price"):
        fields.require(name)
    description = fields.text("description", MAX_DESCRIPTION, layout=True, trimmed=False)
    quantity = fields.decimal("quantity", MOST_DECIMALS)
    if quantity is not None and quantity <= 0:
        fields.refuse("line_quantity_not_positive", "quantity")
    unit_price = fields.decimal("unit_price", 2)
    if unit_price is not None and unit_price <= 0:
        fields.refuse("line_unit_price_not_positive", "unit_price")
    discount = fields.decimal("discount_percentage", 2)
    if discount is not None and not 0 <= discount <= 99:
        fields.refuse("line_discount_out_of_range", "discount_percentage")
    return _Sent(description or "", quantity or _ZERO, unit_price or _ZERO, discount or _ZERO)
