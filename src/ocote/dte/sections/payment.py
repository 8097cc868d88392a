"""``pagos``: the payments of a document, one block for both editions (rules.md 12)."""

from decimal import Decimal
from typing import Any

from ocote.dte.money import json_number
from ocote.dte.sale import Payment

CREDIT = 2


def payments(payment: Payment, payable: Decimal) -> list[dict[str, Any]]:
    """One entry for the whole amount to pay, with term and count on credit only, where MH demands both."""
    on_credit = payment.condition == CREDIT
    return [
        {
            "codigo": payment.method,
            "montoPago": json_number(payable),
            "referencia": None,
            "plazo": f"0{payment.term_unit}" if on_credit else None,
            "periodo": payment.term_count if on_credit else None,
        }
    ]
