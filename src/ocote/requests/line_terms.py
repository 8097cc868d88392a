"""The fields of a line that say what is sold and how it is taxed (wider-sales.md 4.3)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypedDict

from msgspec.structs import replace

from ocote.dte import catalogs
from ocote.dte.body import GOODS, GOODS_AND_SERVICE, SERVICE
from ocote.dte.catalogs import Catalog
from ocote.dte.line_taxes import INFORMATIVE
from ocote.dte.sale import Line, LineTax, SaleKind, SpecialTax
from ocote.dte.tax_places import OWN_TAXES, UNLABELLED, editions_with, section_of, special_taxes
from ocote.dte.types import DOCUMENT_TYPES, DocumentType
from ocote.requests.description import InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.kinds import (
    MOST_DECIMALS,
    CatalogNumberValue,
    CodeValue,
    DecimalValue,
    Faulty,
    TextValue,
    YesNoValue,
    catalog_code,
)
from ocote.requests.reading import FoundValues, Reading, says

NOT_HERE: Final = "field_not_here"
"""The fault of a field that other types of document have, and whose loss would change the document."""

_SELLING: Final = frozenset(row.code for row in DOCUMENT_TYPES.values() if not row.is_purchase)
_SOLD_WITH_VAT: Final = frozenset(row.code for row in DOCUMENT_TYPES.values() if row.family == "sale" and row.has_vat)

MOST_TAXES: Final = len(catalogs.labels(Catalog.TAXES))
"""Taxes of a line, each named once."""

ITEM_TYPES: Final[Mapping[str, int]] = {"goods": GOODS, "service": SERVICE, "both": GOODS_AND_SERVICE}
"""The kinds of item of a request with their codes in CAT-011."""

_LONGEST_LABEL: Final = 150
"""Of a tax that is a line of its own: so short that the lines of no request fill more pages than are admitted."""

SALE_KIND: RequestField[SaleKind] = RequestField(
    "sale_kind",
    CodeValue(
        {
            "taxed": "with VAT, or at 0 % in an export",
            "exempt": "exempt by law",
            "not_subject": "not subject to VAT at all",
        },
        "sale_kind_unknown",
    ),
    "How VAT treats the line; the price of an untaxed line holds no VAT.",
    only_for=_SELLING,
    elsewhere=NOT_HERE,
)
ITEM_KIND: RequestField[str] = RequestField(
    "item_kind",
    CodeValue({"goods": "CAT-011 1", "service": "CAT-011 2", "both": "CAT-011 3"}, "item_kind_unknown"),
    "What is sold or bought; goods when absent, or what `item_type` of an export says. An export of v1.x has no other "
    "kind of line than `item_type`.",
)
IS_SERVICE = RequestField(
    "is_service",
    YesNoValue(),
    "`true` is short for `item_kind` `service`, `false` for `goods`.",
    only_for=_SELLING,
    elsewhere=NOT_HERE,
)
UNIT = RequestField(
    "unit",
    CatalogNumberValue(Catalog.UNITS, "unit_unknown"),
    "Unit of the quantity. When absent: 99 (other) for a line whose own kind is a service or both, 59 (piece) for "
    "every other line, also where `item_type` of an export says services.",
    22,
)
CODE = RequestField(
    "code",
    TextValue(25),
    "Your own code. An item of the company with this code (`/items`) says what the line does not.",
    "RES-75",
)
DISCOUNT_AMOUNT = RequestField(
    "discount_amount",
    DecimalValue(2, "number_negative"),
    "USD off the whole line, in the terms of its price, instead of `discount_percentage`.",
    1.50,
)
TAX_CODE = RequestField(
    "code",
    catalog_code(Catalog.TAXES, "tax_unknown", pattern="^[0-9A-Z]{2}$"),
    "A tax of section 1 but VAT, or of section 3.",
    "59",
    required=True,
)
TAX_AMOUNT = RequestField(
    "amount",
    DecimalValue(2, "amount_not_positive", is_above=True),
    "USD for the whole line. When absent: 59 is 5 % of the net amount, 71 is 7.00 for each unit, D1 and C8 are 0.20 "
    "and 0.10 a gallon (`unit` 22); the others need it. An amount of these may be rounded, by 0.01 at most.",
    5.00,
)


def _row(reading: Reading) -> DocumentType:
    return DOCUMENT_TYPES[reading.document_type or ""]


def check_tax(reading: Reading) -> None:
    """Notes the fault of a tax that no line, or no document of the type, names beside its price."""
    code = reading.found.get(TAX_CODE)
    if code is None:
        return
    section = section_of(code)
    if code in OWN_TAXES:
        reading.refuse(TAX_CODE, "tax_automatic")
    elif section is None:
        hint = "; envíelo en special_tax" if code in special_taxes() else ""
        reading.refuse(TAX_CODE, "tax_not_here", hint, tax=code)
    elif reading.document_type is not None and not editions_with(code, section, _row(reading)):
        reading.refuse(TAX_CODE, "tax_not_here", tax=code)


_TAX = RequestObject(
    "LineTax",
    "A tax of CAT-015 on a line. Taxes of section 1 are added to the total; those of section 3 only inform.",
    (TAX_CODE, TAX_AMOUNT),
    check=check_tax,
)


def check_taxes(taxes: Sequence[FoundValues]) -> None:
    """Raises Faulty for a tax that is named twice."""
    codes = [code for tax in taxes if (code := tax.get(TAX_CODE)) is not None]
    repeated = [code for index, code in enumerate(codes) if code in codes[:index]]
    if repeated:
        raise Faulty("tax_repeated", tax=repeated[0])


TAXES: RequestField[list[FoundValues]] = RequestField(
    "taxes",
    InnerList(
        _TAX,
        MOST_TAXES,
        check_taxes,
        least=0,
        too_many="list_too_long",
        shorthand=TAX_CODE,
    ),
    "Taxes of the line beside VAT, each once, as a code or as an object. An export has them in v2.0 alone.",
    only_for=_SELLING,
    elsewhere=NOT_HERE,
)
TAXES_INCLUDED = RequestField(
    "taxes_included",
    YesNoValue(),
    "Whether the taxes of section 1 are inside `unit_price`; else they are added to it.",
    only_for=_SELLING,
    elsewhere=NOT_HERE,
)
_SPECIAL_CODE = RequestField(
    "code",
    CodeValue[str](tuple(sorted(special_taxes())), "special_tax_unknown"),
    "A tax of section 2 of CAT-015; D5 and 25 only before v2.0.",
    "57",
    required=True,
)
_SPECIAL_AMOUNT = RequestField(
    "amount",
    DecimalValue(2, "amount_not_positive", is_above=True),
    "USD: with VAT in an invoice, without in the others.",
    36.16,
    required=True,
)
_SPECIAL_LABEL = RequestField(
    "description", TextValue(_LONGEST_LABEL), "Text of the line, in place of MH's label; required for 25."
)


def _check_special_tax(reading: Reading) -> None:
    code = reading.found.get(_SPECIAL_CODE)
    if code is None:
        return
    if not editions_with(code, 2, _row(reading)):
        reading.refuse(_SPECIAL_CODE, "tax_not_here", tax=code)
    if code == UNLABELLED and not reading.has(_SPECIAL_LABEL):
        reading.refuse(_SPECIAL_LABEL, "field_required")


_SPECIAL_TAX: RequestField[FoundValues] = RequestField(
    "special_tax",
    InnerObject(
        RequestObject(
            "SpecialTax",
            "A tax that is a line of its own behind the line, and part of the base of VAT.",
            (_SPECIAL_CODE, _SPECIAL_AMOUNT, _SPECIAL_LABEL),
            check=_check_special_tax,
        )
    ),
    only_for=_SELLING,
    elsewhere=NOT_HERE,
)
SUGGESTED_PRICE = RequestField(
    "suggested_price",
    DecimalValue(MOST_DECIMALS, "amount_not_positive", is_above=True),
    "Suggested price of sale to consumers, USD, informative.",
    1.25,
    only_for=_SOLD_WITH_VAT,
    elsewhere=NOT_HERE,
)

LINE_TERMS: tuple[RequestField[Any], ...] = (
    SALE_KIND,
    ITEM_KIND,
    IS_SERVICE,
    UNIT,
    CODE,
    DISCOUNT_AMOUNT,
    TAXES,
    TAXES_INCLUDED,
    _SPECIAL_TAX,
    SUGGESTED_PRICE,
)


class LineTerms(TypedDict):
    """The values of these fields, under their names in ``Line``."""

    discount_amount: Decimal | None
    sale_kind: SaleKind
    item_type: int | None
    unit: int | None
    code: str | None
    taxes: tuple[LineTax, ...]
    taxes_included: bool
    special_tax: SpecialTax | None
    suggested_price: Decimal | None


def check_discounts(reading: Reading, percentage: RequestField[Decimal], amount: RequestField[Decimal]) -> None:
    """Notes the fault of an amount beside a percentage; zero of either says nothing."""
    if reading.found.get(percentage) and reading.found.get(amount):
        reading.refuse(amount, "discount_twice")


def check_item_kind(reading: Reading, service: RequestField[bool]) -> None:
    """Notes the fault of a line whose ``service`` says something else than its ``item_kind``."""
    is_service, item = reading.found.get(service), reading.found.get(ITEM_KIND)
    if item is not None and reading.has(service) and is_service is not None and is_service != (item == "service"):
        reading.refuse(service, "item_kind_contradicted", kind=item)


def check_line_terms(reading: Reading) -> None:
    """Notes the faults of a line whose fields contradict each other, and what has no effect."""
    found = reading.found
    kind = found.get(SALE_KIND)
    if kind not in (None, "taxed"):
        if not _row(reading).has_vat:
            reading.refuse(SALE_KIND, "sale_kind_not_here")
        for field in (TAXES, _SPECIAL_TAX):
            if says(found, field):
                reading.refuse(field, "tax_on_untaxed_line")
    check_item_kind(reading, IS_SERVICE)
    if says(found, TAXES_INCLUDED):
        _check_included(reading)


def _check_included(reading: Reading) -> None:
    """Notes that nothing is taken out of a price that holds no tax; the taxes of an item are not known here."""
    taxes = reading.found.get(TAXES)
    if not taxes and reading.found.get(CODE) is None:
        reading.ignore(TAXES_INCLUDED, "la línea no lleva taxes")
    elif taxes and all(section_of(tax.get(TAX_CODE) or "") == INFORMATIVE for tax in taxes):
        reading.ignore(TAXES_INCLUDED, "los taxes de la línea solo informan y no se suman al precio")


def line_terms(found: FoundValues) -> LineTerms:
    """The values of these fields as arguments of ``Line``.

    A kept line leaves out a default only if it is the very object of the default, which a text of a request is not.
    """
    special, taxes, kind = found.get(_SPECIAL_TAX), found.get(TAXES) or (), found.get(SALE_KIND)
    return LineTerms(
        discount_amount=found.get(DISCOUNT_AMOUNT) or None,
        sale_kind=kind if kind is not None and kind != "taxed" else "taxed",
        item_type=SERVICE if says(found, IS_SERVICE) else item_type(found, ITEM_KIND),
        unit=found.get(UNIT),
        code=found.get(CODE),
        taxes=tuple(LineTax(tax[TAX_CODE], tax.get(TAX_AMOUNT)) for tax in taxes),
        taxes_included=says(found, TAXES_INCLUDED) and (bool(taxes) or found.get(CODE) is not None),
        special_tax=_special_tax(special) if special is not None else None,
        suggested_price=found.get(SUGGESTED_PRICE),
    )


def exported(line: Line, found: FoundValues) -> Line:
    """A line of an export, whose ``is_service`` ``false`` says goods, because ``item_type`` may say services."""
    is_goods = line.item_type is None and found.get(IS_SERVICE) is False
    return replace(line, item_type=GOODS) if is_goods else line


def item_type(found: FoundValues, field: RequestField[str]) -> int | None:
    """The kind of item (CAT-011) that a field says; None when it was not sent."""
    kind = found.get(field)
    return ITEM_TYPES[kind] if kind is not None else None


def _special_tax(found: FoundValues) -> SpecialTax:
    return SpecialTax(found[_SPECIAL_CODE], found[_SPECIAL_AMOUNT], found.get(_SPECIAL_LABEL))
