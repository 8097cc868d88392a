"""How a document is paid: one payment of the whole, or several that add up to it (wider-sales.md 2.5)."""

from collections.abc import Sequence
from decimal import Decimal

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.sale import Payment, WrittenPayment
from ocote.dte.terms import PartPayment, SaleTerms

CASH = 1
CREDIT = 2
OTHER = 3
"""CAT-016: all at once, all later, or some of each."""

_ZERO = Decimal("0.00")


def paid(payment: Payment, terms: SaleTerms, payable: Decimal) -> tuple[int, tuple[WrittenPayment, ...]]:
    """The condition of the operation (CAT-016) and its payments, which add up to ``payable`` in USD.

    Several payments make the condition: credit when all have a term, other when some have. Nothing to pay is paid at
    once (schema fe-ccf-v3). Raises InvalidSale when several payments do not add up, or when the request names another
    condition.
    """
    if terms.payments:
        return _several(terms.payments, terms.condition, payable)
    if not payable:
        return CASH, (WrittenPayment(payment.method, payable),)
    if payment.condition != CREDIT:
        return payment.condition, (WrittenPayment(payment.method, payable),)
    return CREDIT, (WrittenPayment(payment.method, payable, None, payment.term_unit, payment.term_count),)


def _several(
    parts: Sequence[PartPayment], asked: int | None, payable: Decimal
) -> tuple[int, tuple[WrittenPayment, ...]]:
    written = tuple(
        WrittenPayment(part.method, amount, part.reference, part.term_unit, part.term_count)
        for part, amount in zip(parts, _amounts(parts, payable), strict=True)
    )
    on_term = sum(1 for part in parts if part.term_unit is not None)
    condition = CASH if not on_term else CREDIT if on_term == len(parts) else OTHER
    if asked not in (None, condition):
        message = f"Los pagos dan la condición {condition}, no {asked}: envíe {condition} u omita el campo."
        raise InvalidSale([Fault(FaultCode.TRANSACTION_CONDITION_DIFFERS, "transaction_condition", message)])
    return condition, written


def _amounts(parts: Sequence[PartPayment], payable: Decimal) -> list[Decimal]:
    given = sum((part.amount for part in parts if part.amount is not None), _ZERO)
    rest = payable - given
    has_rest = any(part.amount is None for part in parts)
    if rest < _ZERO or bool(rest) != has_rest:
        message = f"Los pagos suman {given:,.2f} y el total a pagar es {payable:,.2f}"
        message += "; no queda resto para el pago sin monto." if has_rest else "; deben ser iguales."
        raise InvalidSale([Fault(FaultCode.PAYMENTS_TOTAL_DIFFERS, "payments", message)])
    return [rest if part.amount is None else part.amount for part in parts]
