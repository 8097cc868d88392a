"""The lines of a document: what lines of every type of document have (contract 7.2, 10.1, 11.1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import asdict, replace

from ocote.dte.line_rules import MAX_LINES, MAX_PRINTED_LINES, length_in_print
from ocote.dte.purchase.value import PurchaseLine
from ocote.dte.sale import Line
from ocote.issuing.request import CodedLine, CodedPurchaseLine, LeftOut
from ocote.requests.description import FieldGroup, InnerList, RequestField, RequestObject
from ocote.requests.examples import LINE_SAMPLE, PURCHASE_LINE_SAMPLE
from ocote.requests.kinds import MOST_DECIMALS, DecimalValue, Faulty, TextValue, YesNoValue
from ocote.requests.line_terms import (
    CODE,
    DISCOUNT_AMOUNT,
    IS_SERVICE,
    ITEM_KIND,
    LINE_TERMS,
    SALE_KIND,
    SUGGESTED_PRICE,
    TAXES,
    TAXES_INCLUDED,
    UNIT,
    check_discounts,
    check_item_kind,
    check_line_terms,
    item_type,
    line_terms,
)
from ocote.requests.reading import FoundValues, Reading
from ocote.requests.related import LINE_DOCUMENT, LINE_RELATED

MAX_DESCRIPTION: Final = 1000
MOST_BREAKS: Final = 50
"""Characters and line breaks of the description of a line."""

DESCRIPTION = RequestField(
    "description",
    TextValue(MAX_DESCRIPTION, most_breaks=MOST_BREAKS, trimmed=False),
    "Copied unchanged into JSON and PDF; may be absent when `code` is an item of the company.",
    "Resma de papel",
    required=True,
    substitutes=(CODE,),
)
_QUANTITY = RequestField(
    "quantity",
    DecimalValue(MOST_DECIMALS, "line_quantity_not_positive", is_above=True),
    "Greater than 0.",
    2,
    required=True,
)
UNIT_PRICE = RequestField(
    "unit_price",
    DecimalValue(MOST_DECIMALS, "line_unit_price_not_positive", is_above=True),
    "USD, greater than 0: with VAT for 01 and 03, without for 11, for untaxed lines and with `prices_include_vat` "
    "`false`; may be absent like `description`.",
    5.65,
    required=True,
    substitutes=(CODE,),
)
_DISCOUNT = RequestField(
    "discount_percentage",
    DecimalValue(2, "line_discount_out_of_range", most=99),
    "0 to 99.",
    0,
    default=Decimal(0),
)
_IS_SERVICE: RequestField[bool] = RequestField(
    "is_service",
    YesNoValue(),
    "A service, short for `item_kind` `service`: 10 % income tax is withheld on this line; goods when absent.",
)

_BASIC = (DESCRIPTION, _QUANTITY, UNIT_PRICE, _DISCOUNT)


def _is_plain(found: FoundValues) -> bool:
    """Whether a line without a code says nothing but what every line says, as nearly all lines do."""
    return len(found) == len(_BASIC)


def _check_line(reading: Reading) -> None:
    if not any(map(reading.has, LINE_TERMS)):
        return
    check_discounts(reading, _DISCOUNT, DISCOUNT_AMOUNT)
    check_line_terms(reading)


def _check_purchase_line(reading: Reading) -> None:
    check_discounts(reading, _DISCOUNT, DISCOUNT_AMOUNT)
    check_item_kind(reading, _IS_SERVICE)


_MORE = (*LINE_TERMS, LINE_RELATED, LINE_DOCUMENT)
_LINE = RequestObject("Line", "One line of the document.", (*_BASIC, *_MORE), check=_check_line, sample=LINE_SAMPLE)
_PURCHASE_LINE = RequestObject(
    "PurchaseLine",
    "One line of a purchase. Prices are final: there is no VAT.",
    (*_BASIC, _IS_SERVICE, ITEM_KIND, UNIT, CODE, DISCOUNT_AMOUNT),
    check=_check_purchase_line,
    foreign=_MORE,
    sample=PURCHASE_LINE_SAMPLE,
)


def _check_length(lines: Sequence[FoundValues]) -> None:
    """Raises Faulty when so many pages would be printed that nobody reads them."""
    if length_in_print(line.get(DESCRIPTION) or "" for line in lines) > MAX_PRINTED_LINES:
        raise Faulty("lines_too_long_in_print", limit=MAX_PRINTED_LINES)


LINES: RequestField[list[FoundValues]] = RequestField(
    "lines", InnerList(_LINE, MAX_LINES, _check_length), required=True
)
_LINES_OF_PURCHASE = replace(LINES, kind=InnerList(_PURCHASE_LINE, MAX_LINES, _check_length))


_NOTHING: Final = LeftOut()


def sale_line(found: FoundValues) -> Line:
    """A line of a sale or a note; one that names an item of the company says which fields it leaves to the item."""
    basic = _text(found), found[_QUANTITY], _price(found), found[_DISCOUNT]
    code = found.get(CODE)
    if code is None and _is_plain(found):
        return Line(*basic)
    line = Line(*basic, related=found.get(LINE_RELATED), **line_terms(found))
    if code is None:
        return line
    left_out = LeftOut(
        description=found.get(DESCRIPTION) is None,
        unit_price=found.get(UNIT_PRICE) is None,
        item_type=found.get(ITEM_KIND) is None and found.get(IS_SERVICE) is None,
        unit=found.get(UNIT) is None,
        sale_kind=found.get(SALE_KIND) is None,
        taxes=found.get(TAXES) is None,
        taxes_included=found.get(TAXES_INCLUDED) is None and found.get(TAXES) != [],
        suggested_price=found.get(SUGGESTED_PRICE) is None,
    )
    return line if left_out == _NOTHING else CodedLine(**asdict(line), left_out=left_out)


def purchase_line(found: FoundValues) -> PurchaseLine:
    """A line of a purchase, goods unless ``is_service`` or ``item_kind`` says otherwise; with a code as a sale's."""
    is_service = found.get(_IS_SERVICE)
    line = PurchaseLine(
        description=_text(found),
        quantity=found[_QUANTITY],
        unit_price=_price(found),
        is_service=bool(is_service),
        discount_percentage=found[_DISCOUNT],
        discount_amount=found.get(DISCOUNT_AMOUNT) or None,
        item_type=item_type(found, ITEM_KIND),
        unit=found.get(UNIT),
        code=found.get(CODE),
    )
    if line.code is None:
        return line
    left_out = LeftOut(
        description=found.get(DESCRIPTION) is None,
        unit_price=found.get(UNIT_PRICE) is None,
        item_type=is_service is None and line.item_type is None,
        unit=line.unit is None,
    )
    return line if left_out == _NOTHING else CodedPurchaseLine(**asdict(line), left_out=left_out)


def _text(found: FoundValues) -> str:
    """The description; empty when the line leaves it to an item of the company."""
    return found.get(DESCRIPTION) or ""


def _price(found: FoundValues) -> Decimal:
    """The unit price; zero when the line leaves it to an item of the company."""
    return found.get(UNIT_PRICE) or Decimal(0)


def _read_purchase_lines(reading: Reading) -> list[FoundValues] | None:
    """The lines. Faults of ``is_service`` are noted behind the other faults of all lines."""
    before = len(reading.faults)
    lines = reading.read(_LINES_OF_PURCHASE)
    if len(reading.faults) > before:
        noted = reading.faults[before:]
        reading.faults[before:] = sorted(noted, key=lambda each: each.field.endswith(_IS_SERVICE.name))
    return lines


PURCHASE_LINES = FieldGroup((_LINES_OF_PURCHASE,), _read_purchase_lines)
