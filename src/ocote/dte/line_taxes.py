"""The taxes of CAT-015 on the lines of a sale, and their rates (wider-sales.md 2.2).

Section 1 is added to the total, section 2 is a line of its own inside the base of VAT, section 3 only informs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.sale import Line, LineTax

INFORMATIVE = 3
"""The section of CAT-015 whose taxes are stated and added to nothing."""

GALLON = 22
"""CAT-014."""

TOURISM = "59"
DEPARTURE = "71"
FOVIAL = "D1"
COTRANS = "C8"

TOURISM_RATE = Decimal("0.05")
"""Of the net price of lodging, after the discount of the line and before that of the document (wider-sales.md W1)."""

_PER_UNIT: Mapping[str, Decimal] = {DEPARTURE: Decimal("7.00"), FOVIAL: Decimal("0.20"), COTRANS: Decimal("0.10")}
_BY_GALLON = frozenset({FOVIAL, COTRANS})


def fixed_amount(tax: LineTax, quantity: Decimal, unit: int | None) -> Decimal | None:
    """The amount of a tax in USD that does not depend on the price: as sent, or so much for each unit; else None."""
    return tax.amount if tax.amount is not None else amount_by_unit(tax.code, quantity, unit)


def amount_by_unit(code: str, quantity: Decimal, unit: int | None) -> Decimal | None:
    """The amount in USD of a tax of so much for each unit; None for other taxes, and for fuel in other units."""
    rate = _PER_UNIT.get(code)
    if rate is None or (code in _BY_GALLON and unit != GALLON):
        return None
    return quantity * rate


def require_computable(lines: Sequence[Line]) -> None:
    """Raises InvalidSale for every tax without an amount that no rate gives (wider-sales.md 4.3).

    A tax of so much a person is refused as well where the quantity is no number of persons.
    """
    faults = [
        fault
        for index, line in enumerate(lines)
        if line.taxes
        for fault in (*_without_amount(line, index), *_without_persons(line, index))
    ]
    if faults:
        raise InvalidSale(faults)


def rate_of_price(taxes: Iterable[LineTax]) -> Decimal:
    """The sum of the rates of those taxes that are a part of the net price."""
    return sum((TOURISM_RATE for tax in taxes if tax.code == TOURISM and tax.amount is None), Decimal(0))


def _without_amount(line: Line, index: int) -> Iterator[Fault]:
    for position, tax in enumerate(line.taxes):
        if tax.code == TOURISM or fixed_amount(tax, line.quantity, line.unit) is not None:
            continue
        hint = "; con unit 22 (galón) lo calcula ocote" if tax.code in _BY_GALLON else ""
        message = f"El tributo {tax.code} necesita su monto: envíe {{code, amount}}{hint}."
        yield Fault(FaultCode.TAX_AMOUNT_MISSING, f"lines[{index}].taxes[{position}]", message)


def _without_persons(line: Line, index: int) -> Iterator[Fault]:
    if line.quantity != line.quantity.to_integral_value() and any(tax.code == DEPARTURE for tax in line.taxes):
        message = f"El tributo {DEPARTURE} es de 7.00 por persona: la cantidad debe ser un número entero de personas."
        yield Fault(FaultCode.TAX_QUANTITY_NOT_WHOLE, f"lines[{index}].quantity", message)
