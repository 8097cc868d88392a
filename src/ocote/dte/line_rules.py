"""The rules that every priced line and every total must satisfy before any document can hold them."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, localcontext
from typing import Protocol

from ocote.dte.characters import line_breaks
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.money import CENT, EXACT, LIMIT, fits_a_line, to_cents, to_line
from ocote.dte.sale import BodyLine, Kinds
from ocote.dte.terms import Discount

MAX_LINES = 2000
"""``maxItems`` of ``cuerpoDocumento`` in both editions (rules.md 7); the API admits this number too (D2)."""

MAX_PRINTED_LINES = 20_000
"""The most printed lines of all descriptions together, some 400 pages: more than a body without line breaks holds."""

_PRINTED_WIDTH = 60
"""Characters of a printed line, few enough that no page holds fewer lines than are counted."""

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class PricedLine(Protocol):
    """Anything with a quantity, a price in USD and a discount, by a percentage or by an amount in USD."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def discount_percentage(self) -> Decimal: ...
    @property
    def discount_amount(self) -> Decimal | None: ...


def length_in_print(descriptions: Iterable[str]) -> int:
    """How many lines descriptions fill on paper, at most."""
    return sum(1 + line_breaks(text) + len(text) // _PRINTED_WIDTH for text in descriptions)


def gross_of(line: PricedLine) -> Decimal:
    """Quantity × price less the discount, exact; to be called inside the exact decimal context."""
    amount = line.quantity * line.unit_price
    if line.discount_amount is not None:
        return amount - line.discount_amount
    return amount - amount * line.discount_percentage / 100 if line.discount_percentage else amount


def discount_of(line: PricedLine) -> Decimal:
    """The discount on the whole line in USD, as a number of the line (``montoDescu``, arithmetic.md 1)."""
    if line.discount_amount is not None:
        return line.discount_amount
    if not line.discount_percentage:
        return _ZERO
    return to_line(line.quantity * line.unit_price * line.discount_percentage / 100)


def is_discounted(line: PricedLine) -> bool:
    """Whether anything is taken off the line."""
    return bool(line.discount_amount or line.discount_percentage)


def require_lines(lines: Sequence[PricedLine]) -> None:
    """Raises InvalidSale for no line, too many lines, or numbers outside MH's range of values and decimals."""
    if not lines:
        raise InvalidSale([Fault(FaultCode.NO_LINES, "lines", "El documento necesita al menos una línea.")])
    if len(lines) > MAX_LINES:
        raise InvalidSale(
            [Fault(FaultCode.TOO_MANY_LINES, "lines", f"El documento admite como máximo {MAX_LINES} líneas.")]
        )
    with localcontext(EXACT):
        faults = [fault for index, line in enumerate(lines) if not _is_sound(line) for fault in _explain(line, index)]
    if faults:
        raise InvalidSale(faults)


def require_amounts(lines: Sequence[PricedLine], body: Iterable[BodyLine]) -> None:
    """Raises InvalidSale for lines whose amount rounds to zero at 8 decimals, or of which the discount takes all.

    ``body`` are the lines of the document, those of the request in their order among them.
    """
    own = (line.amounts for line in body if line.is_of_request)
    faults = [
        _zero_fault(line, index) for index, (line, each) in enumerate(zip(lines, own, strict=True)) if not each.sold
    ]
    if faults:
        raise InvalidSale(faults)


def _zero_fault(line: PricedLine, index: int) -> Fault:
    with localcontext(EXACT):
        is_worth_something = bool(to_line(line.quantity * line.unit_price))
    if is_worth_something and is_discounted(line):
        message = "El descuento se lleva todo el monto de la línea, y una línea vale algo: redúzcalo u omita la línea."
        return Fault(FaultCode.DISCOUNT_TAKES_ALL, _discount_field(line, index), message)
    message = "El monto de la línea se redondea a cero con 8 decimales."
    return Fault(FaultCode.LINE_ROUNDS_TO_ZERO, f"lines[{index}].quantity", message)


def _discount_field(line: PricedLine, index: int) -> str:
    return f"lines[{index}].{'discount_percentage' if line.discount_amount is None else 'discount_amount'}"


def require_sums(sums: Kinds) -> None:
    """Raises InvalidSale for sales that come to 1e11 and more before the discount on the document."""
    if sums.total >= LIMIT:
        message = "Las ventas del documento alcanzan los 100,000,000,000.00 antes del descuento."
        raise InvalidSale([Fault(FaultCode.TOTAL_TOO_LARGE, "lines", message)])


def require_rest(gross: Decimal, off: Decimal, discount: Discount | None) -> None:
    """Raises InvalidSale when the discount on the document, which takes ``off``, leaves less than a cent of it."""
    if discount is not None and off and gross < CENT:
        message = "El descuento se lleva todo el documento, que vale al menos 0.01: redúzcalo."
        raise InvalidSale([Fault(FaultCode.DISCOUNT_TAKES_ALL, _field_of(discount), message)])


def _field_of(discount: Discount) -> str:
    return "discount_percentage" if discount.amount is None else "discount_amount"


def require_total(gross: Decimal) -> None:
    """Raises InvalidSale for a document of less than one cent or of 1e11 and more."""
    if gross < CENT:
        raise InvalidSale([Fault(FaultCode.TOTAL_TOO_SMALL, "lines", "El total del documento es menor que 0.01.")])
    if gross >= LIMIT:
        raise InvalidSale(
            [Fault(FaultCode.TOTAL_TOO_LARGE, "lines", "El total del documento alcanza los 100,000,000,000.00.")]
        )


def require_room(body: Sequence[BodyLine]) -> None:
    """Raises InvalidSale when taxes and charges that are lines of their own make the document too long."""
    if len(body) > MAX_LINES:
        message = f"Con sus tributos y cargos el documento pasa de {MAX_LINES} líneas."
        raise InvalidSale([Fault(FaultCode.TOO_MANY_LINES, "lines", message)])


def discount_total(
    lines: Sequence[PricedLine],
    body: Sequence[BodyLine],
    of_document: Decimal = _ZERO,
    discount: Discount | None = None,
) -> Decimal:
    """The discount of all lines and of the document (``totalDescu``), 2 decimals.

    ``body`` are the lines of the document, those of the request in their order among them; ``of_document`` is what
    ``discount`` takes. To be called inside the exact decimal context.

    Raises InvalidSale at the largest discount when the sum reaches 1e11 (``exclusiveMaximum`` in all schemas).
    """
    total = to_cents(sum((line.amounts.discount for line in body), of_document))
    if total < LIMIT:
        return total
    own = [line.amounts.discount for line in body if line.is_of_request]
    largest = max(range(len(own)), key=own.__getitem__)
    field = _discount_field(lines[largest], largest) if lines else "lines"
    if discount is not None and of_document > own[largest]:
        field = _field_of(discount)
    message = (
        "Los descuentos del documento suman 100,000,000,000.00 o más; reduzca el precio en vez de descontarlo, "
        "o reparta la operación en varios documentos."
    )
    raise InvalidSale([Fault(FaultCode.DISCOUNT_TOTAL_TOO_LARGE, field, message)])


def _is_sound(line: PricedLine) -> bool:
    quantity, price, discount = line.quantity, line.unit_price, line.discount_percentage
    taken_off = line.discount_amount
    return (
        quantity.is_finite()
        and price.is_finite()
        and discount.is_finite()
        and quantity > _ZERO
        and price > _ZERO
        and quantity < LIMIT
        and quantity * price < LIMIT
        and price < LIMIT
        and _ZERO <= discount <= _HUNDRED
        and fits_a_line(quantity)
        and fits_a_line(price)
        and fits_a_line(discount)
        and (taken_off is None or (_ZERO <= taken_off <= quantity * price and fits_a_line(taken_off)))
    )


def _explain(line: PricedLine, index: int) -> Iterator[Fault]:
    path = f"lines[{index}]"
    quantity = _number_fault(line.quantity, f"{path}.quantity", FaultCode.QUANTITY_OUT_OF_RANGE, "La cantidad")
    price = _number_fault(line.unit_price, f"{path}.unit_price", FaultCode.PRICE_OUT_OF_RANGE, "El precio unitario")
    yield from (fault for fault in (quantity, price) if fault is not None)
    if quantity is None and price is None and line.quantity * line.unit_price >= LIMIT:
        yield Fault(
            FaultCode.LINE_TOO_LARGE, f"{path}.quantity", "El monto de la línea alcanza los 100,000,000,000.00."
        )
    discount = line.discount_percentage
    if not (discount.is_finite() and _ZERO <= discount <= _HUNDRED):
        yield Fault(
            FaultCode.DISCOUNT_OUT_OF_RANGE,
            f"{path}.discount_percentage",
            "El descuento debe estar entre 0 y 100 por ciento.",
        )
    elif not fits_a_line(discount):
        yield _decimals_fault(f"{path}.discount_percentage", "El descuento")
    yield from _explain_discount_amount(line, path)


def _explain_discount_amount(line: PricedLine, path: str) -> Iterator[Fault]:
    taken_off = line.discount_amount
    if taken_off is None:
        return
    if not (taken_off.is_finite() and _ZERO <= taken_off <= line.quantity * line.unit_price):
        message = "El descuento no puede ser negativo ni mayor que la cantidad por el precio de la línea."
        yield Fault(FaultCode.DISCOUNT_TOO_LARGE, f"{path}.discount_amount", message)
    elif not fits_a_line(taken_off):
        yield _decimals_fault(f"{path}.discount_amount", "El descuento")


def _number_fault(amount: Decimal, path: str, code: FaultCode, subject: str) -> Fault | None:
    if not (amount.is_finite() and _ZERO < amount < LIMIT):
        return Fault(code, path, f"{subject} debe ser mayor que 0 y menor que 100,000,000,000.")
    return None if fits_a_line(amount) else _decimals_fault(path, subject)


def _decimals_fault(path: str, subject: str) -> Fault:
    return Fault(FaultCode.TOO_MANY_DECIMALS, path, f"{subject} admite como máximo 8 decimales.")
