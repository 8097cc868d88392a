"""The bounds of the notes on a CCF: each kind of sale, each tax and each charge of the CCF (rules.md 7)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from ocote.dte.credit_note.remainders import ExactSums
from ocote.dte.credit_note.value import AdjustedCcf, Adjustment, Portion
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.line_rules import require_lines
from ocote.dte.money import CENT, to_cents
from ocote.dte.sale import SaleKind
from ocote.dte.terms import Charge

_ZERO: Final = Decimal("0.00")
_LONGEST_NAME: Final = 60
"""Characters of a charge's description that a message shows."""


def require_sold_lines(of: Adjustment) -> None:
    """Raises InvalidSale for a CCF of which the note takes back charges alone, and for lines outside of MH's range."""
    if of.charges and not of.lines:
        message = "Los cargos de un crédito fiscal vuelven con alguna línea de él: agregue la línea o quite el cargo."
        raise InvalidSale([Fault(FaultCode.CHARGE_WITHOUT_SALE, "charges[0]", message)])
    require_lines(of.lines)


def require_left(of: Adjustment, sent: ExactSums, left: Portion) -> None:
    """Raises InvalidSale for every kind of sale and every tax of which the note has a cent more than is left.

    A tax of section 2 is bounded as a part of the taxed sales; the CCF only has to bear it too.
    """
    faults = [*_kinds(of, sent, left), *_taxes(of, sent, left), *_special_taxes(of)]
    if faults:
        raise InvalidSale(faults)


def require_charges_left(charges: Sequence[Charge], left: Portion) -> None:
    """Raises InvalidSale for charges that the CCF has not, has under the other sign, or has no more."""
    asked: dict[str, Decimal] = {}
    faults = []
    for index, charge in enumerate(charges):
        name = charge.description
        asked[name] = asked.get(name, _ZERO) + charge.amount
        remaining = left.charges.get(name, _ZERO)
        if not min(remaining, _ZERO) <= asked[name] <= max(remaining, _ZERO):
            faults.append(
                Fault(FaultCode.NOTE_EXCEEDS_CCF, f"charges[{index}].amount", _charge_message(name, asked[name], left))
            )
    if faults:
        raise InvalidSale(faults)


def require_whole(ccf: AdjustedCcf, left: Portion) -> None:
    """Raises InvalidSale when earlier notes have taken a part of the CCF, so that a note on all of it is too much."""
    whole = ccf.amounts
    rows = [
        ("ventas gravadas con IVA", whole.gross, left.gross),
        ("ventas exentas", whole.exempt, left.exempt),
        ("ventas no sujetas", whole.not_subject, left.not_subject),
    ]
    faults = [_sales_fault(amount, words, remaining) for words, amount, remaining in rows if remaining < amount]
    faults += [
        Fault(FaultCode.NOTE_EXCEEDS_CCF, "lines", _tax_message(code, amount, left))
        for code, amount in whole.taxes.items()
        if left.taxes[code] < amount
    ]
    if faults:
        raise InvalidSale(faults)


def require_some(gross: Decimal) -> None:
    """Raises InvalidSale when the note takes less than a cent of a CCF."""
    if gross < CENT:
        raise InvalidSale([Fault(FaultCode.TOTAL_TOO_SMALL, "lines", "La nota devuelve menos de 0.01.")])


def require_payable(payable: Decimal) -> None:
    """Raises InvalidSale when credits outside the base of VAT leave less than nothing to pay back."""
    if payable < _ZERO:
        message = f"Los créditos dejan el total de la nota en {payable:,.2f}, y no puede ser negativo."
        raise InvalidSale([Fault(FaultCode.CHARGE_EXCEEDS_TOTAL, "charges", message)])


def _kinds(of: Adjustment, sent: ExactSums, left: Portion) -> Iterator[Fault]:
    in_net = not of.prices_include_vat
    taxed = "ventas gravadas sin IVA" if in_net else "ventas gravadas con IVA"
    moved = of.ccf.remainders
    rows: tuple[tuple[SaleKind, Decimal, Decimal, Decimal, str], ...] = (
        (
            "taxed",
            sent.taxed,
            left.taxable if in_net else left.gross,
            max(moved.taxed, _ZERO) + moved.taxed_unknown,
            taxed,
        ),
        ("exempt", sent.exempt, left.exempt, max(moved.exempt, _ZERO), "ventas exentas"),
        ("not_subject", sent.not_subject, left.not_subject, max(moved.not_subject, _ZERO), "ventas no sujetas"),
    )
    for kind, exact, remaining, fraction, words in rows:
        is_asked = exact or any(line.sale_kind == kind for line in of.lines)
        tolerated = _ZERO if exact == to_cents(exact) else fraction
        if is_asked and (remaining <= _ZERO or exact - remaining - tolerated >= CENT):
            yield _sales_fault(exact, words, remaining)


def _sales_fault(asked: Decimal, words: str, remaining: Decimal) -> Fault:
    if remaining <= _ZERO and not to_cents(asked):
        message = (
            f"Las líneas de {words} no llegan a un centavo, y al crédito fiscal no le queda nada de ellas: quítelas."
        )
        return Fault(FaultCode.NOTE_EXCEEDS_CCF, "lines", message)
    message = (
        f"La nota suma {to_cents(asked):,.2f} en {words} y al crédito fiscal le quedan {remaining:,.2f} por ajustar."
    )
    return Fault(FaultCode.NOTE_EXCEEDS_CCF, "lines", message)


def _taxes(of: Adjustment, sent: ExactSums, left: Portion) -> Iterator[Fault]:
    for code, exact in sent.taxes.items():
        remaining = left.taxes.get(code, _ZERO)
        if code not in left.taxes or exact - remaining >= CENT:
            yield Fault(FaultCode.NOTE_EXCEEDS_CCF, _place_of(of, code), _tax_message(code, exact, left))


def _special_taxes(of: Adjustment) -> Iterator[Fault]:
    known = of.ccf.special_taxes
    for index, line in enumerate(of.lines):
        if known is not None and line.special_tax is not None and line.special_tax.code not in known:
            message = f"El crédito fiscal no lleva el tributo {line.special_tax.code}."
            yield Fault(FaultCode.NOTE_EXCEEDS_CCF, f"lines[{index}].special_tax", message)


def _tax_message(code: str, asked: Decimal, left: Portion) -> str:
    return (
        f"La nota lleva {to_cents(asked):,.2f} del tributo {code} y al crédito fiscal le quedan "
        f"{left.taxes.get(code, _ZERO):,.2f} por ajustar."
    )


def _place_of(of: Adjustment, code: str) -> str:
    """The path of the first line that bears a tax."""
    return next(
        f"lines[{index}].taxes[{position}]"
        for index, line in enumerate(of.lines)
        for position, tax in enumerate(line.taxes)
        if tax.code == code
    )


def _charge_message(name: str, asked: Decimal, left: Portion) -> str:
    shown = _shown(name)
    if name in left.charges:
        return (
            f"La nota lleva {asked:,.2f} del cargo {shown} y al crédito fiscal le quedan "
            f"{left.charges[name]:,.2f} por ajustar."
        )
    known = ", ".join(f"{_shown(each)} ({amount:,.2f})" for each, amount in left.charges.items()) or "ninguno"
    return f"El crédito fiscal no tiene el cargo {shown}; los que tiene por ajustar: {known}."


def _shown(name: str) -> str:
    return f"«{name[:_LONGEST_NAME]}»"
