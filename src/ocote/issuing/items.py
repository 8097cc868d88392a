"""Lines that name an item of the company: what they do not say themselves is the item's at the moment of issue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ocote.documents.view import AnswerWarning
from ocote.dte.body import SERVICE
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.line_rules import MAX_PRINTED_LINES, is_discounted, length_in_print
from ocote.dte.purchase.value import PurchaseLine
from ocote.dte.sale import Line, LineTax
from ocote.dte.tax_places import editions_with, section_of
from ocote.dte.types import DocumentType
from ocote.errors import fault
from ocote.issuing.edition_fit import Form, lacks_item_types
from ocote.issuing.request import CodedLine, CodedPurchaseLine
from ocote.items.item import Item, item_of
from ocote.store.engine.statement import Transaction
from ocote.store.items import items_by_codes


class _Sold(Item, frozen=True):
    """The line of a CCF under whose code a note gives back; no item of the company."""


Items = Mapping[str, Item | None]
"""Items by their codes, as lines take them; None for what a CCF sold in several ways."""

_BASES: Final = {True: "incluye IVA", False: "no incluye IVA"}
"""What is said of a price."""


def named_items(company_id: int, lines: Iterable[Line | PurchaseLine]) -> Transaction[Mapping[str, Item]]:
    """The items that lines name, read at once."""
    codes = {line.code for line in lines if isinstance(line, CodedLine | CodedPurchaseLine) and line.code is not None}
    rows = yield from items_by_codes(company_id, codes)
    return {row.code: item_of(row) for row in rows}


def sold_items(lines: Iterable[Line], *, prices_include_vat: bool) -> Items:
    """The items as a CCF sold them, for a note: the customer gives back what was sold, at its price."""
    found: dict[str, Item | None] = {}
    for line in lines:
        if line.code is not None:
            sold = _as_sold(line, prices_include_vat=prices_include_vat)
            found[line.code] = sold if found.get(line.code, sold) == sold else None
    return found


def require_own_prices(lines: Iterable[Line], sold: Items) -> None:
    """Raises InvalidSale for lines that leave their price to a CCF whose discount as a whole is in no price of it."""
    faults = [
        fault("item_sold_in_several_ways", f"lines[{index}].code", item_code=line.code)
        for index, line in enumerate(lines)
        if isinstance(line, CodedLine) and line.left_out.unit_price and line.code in sold
    ]
    if faults:
        raise InvalidSale(faults)


def _as_sold(line: Line, *, prices_include_vat: bool) -> Item | None:
    """The line as an item; None for a line with a discount, which no price for a single unit expresses."""
    if is_discounted(line):
        return None
    return _Sold(
        line.description,
        line.unit_price,
        prices_include_vat=prices_include_vat,
        item_type=line.item_type,
        unit=line.unit,
        sale_kind=line.sale_kind,
        taxes=tuple(tax.code for tax in line.taxes),
        taxes_included=line.taxes_included,
    )


def names_items(lines: Iterable[Line | PurchaseLine]) -> bool:
    """Whether any line may leave something to an item."""
    return any(isinstance(line, CodedLine | CodedPurchaseLine) for line in lines)


def completed_lines(lines: Sequence[Line], items: Items, form: Form, *, prices_include_vat: bool) -> tuple[Line, ...]:
    """The lines of a sale or a note with what they leave to items. Pure.

    ``prices_include_vat`` is the basis of the document's prices. Raises InvalidSale for a line whose code is no item
    and that lacks text or price, for an item whose price has another basis, for a tax that the document never bears,
    and for texts that fill too many pages.
    """
    faults: list[Fault] = []
    done: list[Line] = []
    for index, line in enumerate(lines):
        if isinstance(line, CodedLine):
            item = items.get(line.code or "")
            taken = _taken(line, item, form) if item is not None else {}
            whole = Line(**_fields(line, Line.__struct_fields__) | taken)
            if item is None:
                faults += _faults_without_item(index, line, items)
            else:
                holds_vat = prices_include_vat and whole.sale_kind == "taxed"
                faults += _price_faults(index, line, item, holds_vat=holds_vat)
            faults += _tax_faults(index, whole, taken, form.row)
        else:
            whole = line
        done.append(whole)
    _require_sound(done, faults)
    return tuple(done)


def idle_inclusions(sent: Iterable[Line], whole: Iterable[Line]) -> Iterator[AnswerWarning]:
    """A warning for each line that says ``taxes_included`` of an item whose taxes are in no price. Pure.

    ``whole`` are the lines as their items complete them.
    """
    for index, (line, each) in enumerate(zip(sent, whole, strict=True)):
        is_said = isinstance(line, CodedLine) and line.left_out.taxes and line.taxes_included
        if is_said and not any(section_of(tax.code) == 1 for tax in each.taxes):
            values = {"why": "lo que dice ese código no lleva tributos que se sumen al precio"}
            yield AnswerWarning("field_ignored", f"lines[{index}].taxes_included", values)


def completed_purchase_lines(lines: Sequence[PurchaseLine], items: Items) -> tuple[PurchaseLine, ...]:
    """The lines of a purchase with the text, price, kind and unit that they leave to items. Pure.

    Raises InvalidSale as ``completed_lines`` does; the prices of a purchase have no VAT.
    """
    faults: list[Fault] = []
    done: list[PurchaseLine] = []
    for index, line in enumerate(lines):
        if isinstance(line, CodedPurchaseLine):
            item = items.get(line.code or "")
            if item is None:
                faults += _faults_without_item(index, line, items)
            else:
                faults += _price_faults(index, line, item, holds_vat=False)
            taken = _taken_by_purchase(line, item) if item is not None else {}
            whole = PurchaseLine(**_fields(line, PurchaseLine.__struct_fields__) | taken)
        else:
            whole = line
        done.append(whole)
    _require_sound(done, faults)
    return tuple(done)


def _taken(line: CodedLine, item: Item, form: Form) -> dict[str, Any]:
    """The fields that a line takes from its item: those that it leaves out and that the document has a place for."""
    row = form.row
    taken: dict[str, Any] = {"description": item.description, "unit_price": item.unit_price, "unit": item.unit}
    if not lacks_item_types(form):
        taken["item_type"] = item.item_type
    if row.has_vat:
        taken["sale_kind"] = item.sale_kind
        if row.family == "sale":
            taken["suggested_price"] = item.suggested_price
    taken = _left_to_item(line, taken)
    # The taxes of an item are those of its own kind of sale: none of them falls on a line that is sold as another.
    if taken.get("sale_kind", line.sale_kind) == item.sale_kind:
        if line.left_out.taxes:
            taken["taxes"] = tuple(map(LineTax, item.taxes))
        if line.left_out.taxes_included and (line.left_out.taxes or _bears_taxes_of(item, line)):
            taken["taxes_included"] = item.taxes_included
    return taken


def _bears_taxes_of(item: Item, line: Line) -> bool:
    """Whether the taxes that a line sends are added to its price and are all the item's, as when it sends amounts."""
    added = {tax.code for tax in line.taxes if section_of(tax.code) == 1}
    return bool(added) and added.issubset(item.taxes)


def _taken_by_purchase(line: CodedPurchaseLine, item: Item) -> dict[str, Any]:
    taken = {
        "description": item.description,
        "unit_price": item.unit_price,
        "unit": item.unit,
        "item_type": item.item_type,
    }
    service = {"is_service": item.item_type == SERVICE} if line.left_out.item_type else {}
    return _left_to_item(line, taken) | service


def _left_to_item(line: CodedLine | CodedPurchaseLine, said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if getattr(line.left_out, name)}


def _fields(line: Line | PurchaseLine, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(line, name) for name in names}


def _faults_without_item(index: int, line: CodedLine | CodedPurchaseLine, items: Items) -> Iterator[Fault]:
    """The fault of a line that leaves out what it needs although there is no item to say it."""
    if line.left_out.description or line.left_out.unit_price:
        code = "item_sold_in_several_ways" if line.code in items else "item_unknown"
        yield fault(code, f"lines[{index}].code", item_code=line.code)


def _price_faults(index: int, line: CodedLine | CodedPurchaseLine, item: Item, *, holds_vat: bool) -> Iterator[Fault]:
    """The fault of a line that takes a price of another basis; ``holds_vat``: the line's price has VAT inside."""
    if line.left_out.unit_price and item.price_holds_vat != holds_vat:
        yield fault(
            "item_price_basis",
            f"lines[{index}].code",
            source="el CCF, con el código" if isinstance(item, _Sold) else "el artículo",
            item_code=line.code,
            item=_BASES[item.price_holds_vat],
            line=_BASES[holds_vat],
        )


def _tax_faults(index: int, whole: Line, taken: Mapping[str, Any], row: DocumentType) -> Iterator[Fault]:
    if whole.sale_kind != "taxed" and (whole.taxes or whole.special_tax is not None):
        yield fault("tax_on_untaxed_line", f"lines[{index}].{'taxes' if whole.taxes else 'special_tax'}")
    for tax in taken.get("taxes", ()):
        section = section_of(tax.code)
        if section is None or not editions_with(tax.code, section, row):
            yield fault("tax_not_here", f"lines[{index}].code", tax=tax.code)


def _require_sound(lines: Sequence[Line | PurchaseLine], faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidSale(faults)
    if length_in_print(line.description for line in lines) > MAX_PRINTED_LINES:
        raise InvalidSale([fault("lines_too_long_in_print", "lines", limit=MAX_PRINTED_LINES)])
