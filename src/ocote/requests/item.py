"""``PUT /items/{code}``: an item that a company sells; and ``GET /items``: which items are wanted."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from ocote.documents.view import AnswerWarning, Refused
from ocote.dte.tax_places import section_of
from ocote.items.item import Item
from ocote.requests.description import InnerList, RequestField, RequestObject
from ocote.requests.examples import ITEM_EXAMPLES, ITEM_SAMPLE
from ocote.requests.kinds import Faulty, ReferenceValue, TextValue, WholeValue, YesNoValue
from ocote.requests.line_terms import (
    ITEM_KIND,
    ITEM_TYPES,
    MOST_TAXES,
    SALE_KIND,
    SUGGESTED_PRICE,
    TAX_AMOUNT,
    TAX_CODE,
    TAXES,
    TAXES_INCLUDED,
    UNIT,
    check_tax,
    check_taxes,
    item_type,
)
from ocote.requests.lines import DESCRIPTION, MAX_DESCRIPTION, MOST_BREAKS, UNIT_PRICE
from ocote.requests.reading import FoundValues, Reading, read_by, says
from ocote.store.items import ItemFilter
from ocote.web.invalid import invalid

_Read = TypeVar("_Read")

MAX_CODE: Final = 25
"""The longest ``codigo`` of a line in every document of both editions."""

_CODE_KIND: Final = ReferenceValue(MAX_CODE)
_CODE: RequestField[str] = RequestField(
    "code",
    _CODE_KIND,
    "Your own code of the item, as lines name it; the code in the path counts, and another one here is a fault.",
    "CAFE-LB",
)
_DESCRIPTION: RequestField[str] = RequestField(
    DESCRIPTION.name,
    TextValue(MAX_DESCRIPTION, most_breaks=MOST_BREAKS),
    "What lines of this item say in JSON and PDF, unless they say something else.",
    "Café molido, libra",
    required=True,
)
_UNIT_PRICE = replace(
    UNIT_PRICE, meaning="USD, greater than 0, with VAT unless `prices_include_vat` is false.", substitutes=()
)
_PRICES_INCLUDE_VAT = RequestField(
    "prices_include_vat",
    YesNoValue(),
    "Whether `unit_price` has VAT inside. A line takes the price only when its own has to be of this basis.",
    default=True,
)


def _of_item(field: RequestField[_Read]) -> RequestField[_Read]:
    """A field of lines as items have it, whatever document they will be sold in."""
    return replace(field, only_for=frozenset(), elsewhere="")


_SALE_KIND, _ITEM_KIND, _UNIT = _of_item(SALE_KIND), _of_item(ITEM_KIND), _of_item(UNIT)
_TAXES_INCLUDED, _SUGGESTED_PRICE = _of_item(TAXES_INCLUDED), _of_item(SUGGESTED_PRICE)
_TAX = RequestObject(
    "ItemTax",
    "A tax of CAT-015 on whatever is sold of an item. Its amount depends on the quantity: the line sends it.",
    (TAX_CODE,),
    check=check_tax,
    foreign=(replace(TAX_AMOUNT, elsewhere="item_tax_amount"),),
)
_TAXES: RequestField[list[FoundValues]] = RequestField(
    TAXES.name,
    InnerList(_TAX, MOST_TAXES, check_taxes, least=0, too_many="list_too_long", shorthand=TAX_CODE),
    "Taxes beside VAT, each once and by its code.",
)


def _check_item(reading: Reading) -> None:
    found = reading.found
    if found.get(_SALE_KIND) not in (None, "taxed") and says(found, _TAXES):
        reading.refuse(_TAXES, "tax_on_untaxed_line")
    if says(found, _TAXES_INCLUDED) and not _bears_added_tax(found):
        reading.ignore(_TAXES_INCLUDED, "el artículo no lleva taxes que se sumen al precio")


def _bears_added_tax(found: FoundValues) -> bool:
    """Whether a tax of section 1 is among those of the item; those of section 3 only inform and are in no price."""
    return any(section_of(tax.get(TAX_CODE) or "") == 1 for tax in found.get(_TAXES) or ())


ITEM_BODY = RequestObject(
    "ItemRequest",
    "An item that the company sells. It takes the place of the whole item that had the code before: a field that is "
    "absent has its default. Documents that were issued do not change.",
    (
        _CODE,
        _DESCRIPTION,
        _UNIT_PRICE,
        _PRICES_INCLUDE_VAT,
        _ITEM_KIND,
        _UNIT,
        _SALE_KIND,
        _TAXES,
        _TAXES_INCLUDED,
        _SUGGESTED_PRICE,
    ),
    check=_check_item,
    sample=ITEM_SAMPLE,
    examples=ITEM_EXAMPLES,
)

_SEARCH = RequestField("search", TextValue(200), "A part of code or description, whatever its case and accents.")
_LIMIT = RequestField("limit", WholeValue(100, "page_size_out_of_range"), "Items per page.", default=50)
_CURSOR = RequestField("cursor", TextValue(400), "`next_cursor` of the page before, with the same search.")

ITEMS_QUERY = RequestObject("ItemsQuery", "Which items to list.", (_SEARCH, _LIMIT, _CURSOR))


_ADDED_BY_ANSWERS: Final = frozenset({"updated_date_time", "warnings"})
"""What an answer says beside the item: to send an answer back is no mistake."""


def read_item(body: Mapping[str, Any], code: str, warnings: list[AnswerWarning] | None = None) -> tuple[str, Item]:
    """The item that is sent and its code, which is the one of the path. What is ignored is added to ``warnings``.

    Raises InvalidRequest with all faults.
    """
    sent = {name: value for name, value in body.items() if name not in _ADDED_BY_ANSWERS}
    named = sent.get(_CODE.name)
    reading = read_by(ITEM_BODY, sent | {_CODE.name: code}, warnings=warnings)
    if named is not None and (not isinstance(named, str) or named.strip() != code):
        reading.refuse(_CODE, "item_code_differs")
    found = reading.accepted()
    kind = found.get(_SALE_KIND)
    item = Item(
        description=found[_DESCRIPTION],
        unit_price=found[_UNIT_PRICE],
        prices_include_vat=found[_PRICES_INCLUDE_VAT],
        item_type=item_type(found, _ITEM_KIND),
        unit=found.get(_UNIT),
        # Only the very object of the default is left out of the record.
        sale_kind=kind if kind is not None and kind != "taxed" else "taxed",
        taxes=tuple(tax[TAX_CODE] for tax in found.get(_TAXES) or ()),
        taxes_included=says(found, _TAXES_INCLUDED) and _bears_added_tax(found),
        suggested_price=found.get(_SUGGESTED_PRICE),
    )
    return found[_CODE], item


def item_code(code: str) -> str:
    """The code of an item in a path. Raises Refused for one that no item can have, InvalidRequest for an empty one."""
    if not code:
        raise invalid("field_empty", _CODE.name)
    try:
        return _CODE_KIND.read(code)
    except Faulty:
        raise Refused("item_not_found") from None


def read_item_filter(query: Mapping[str, str], warnings: list[AnswerWarning] | None = None) -> ItemFilter:
    """The items that the parameters of the URL describe. Raises InvalidRequest with all faults."""
    reading = read_by(ITEMS_QUERY, query, warnings=warnings)
    cursor = reading.found.get(_CURSOR)
    after = _code_before(cursor) if cursor is not None else ""
    if after is None:
        reading.refuse(_CURSOR, "cursor_invalid")
    found = reading.accepted()
    return ItemFilter(found[_LIMIT], after or "", found.get(_SEARCH))


def cursor_behind(code: str) -> str:
    """The cursor of the page behind an item. It hides nothing: a page never shows items of another company."""
    return urlsafe_b64encode(code.encode()).decode("ascii").rstrip("=")


def _code_before(cursor: str) -> str | None:
    """The code in a cursor; None for a text that is no cursor."""
    try:
        return _CODE_KIND.read(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except (ValueError, Faulty):
        return None


def item_fields(code: str, item: Item) -> dict[str, Any]:
    """An item as its request names its fields; None for what the item does not say."""
    return {
        _CODE.name: code,
        _DESCRIPTION.name: item.description,
        _UNIT_PRICE.name: item.unit_price,
        _PRICES_INCLUDE_VAT.name: item.prices_include_vat,
        _ITEM_KIND.name: item_kind_name(item.item_type),
        _UNIT.name: item.unit,
        _SALE_KIND.name: item.sale_kind,
        _TAXES.name: item.taxes,
        _TAXES_INCLUDED.name: item.taxes_included,
        _SUGGESTED_PRICE.name: item.suggested_price,
    }


def item_kind_name(code: int | None) -> str | None:
    """The word of a request for a kind of item (CAT-011); None for None."""
    return next((name for name, each in ITEM_TYPES.items() if each == code), None)
