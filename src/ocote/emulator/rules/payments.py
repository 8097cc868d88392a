"""The rules on the payments of a document (rules.md 12, wider-sales.md 2.5)."""

from collections.abc import Collection, Mapping
from typing import Any

from ocote.emulator.messages import SUMMARY, Finding, at
from ocote.emulator.rules import codes
from ocote.emulator.rules.amounts import near, total
from ocote.emulator.rules.reading import Reading

CASH_SALE, ON_CREDIT, OTHER = 1, 2, 3
_TERM = ("plazo", "periodo")

Payment = Mapping[str, Any]


def condition(reading: Reading) -> Finding | None:
    """The condition of the operation is cash, credit or other."""
    known = reading.document["resumen"]["condicionOperacion"] in {CASH_SALE, ON_CREDIT, OTHER}
    return None if known else at("resumen.condicionOperacion", "003", SUMMARY)


def payments(reading: Reading) -> Finding | None:
    """Condition, forms and terms of payment are valid, and the payments add up to ``totalPagar``.

    A CCF must list its payments; other documents may leave them out when they are sold for cash.
    """
    found = condition(reading)
    if found is not None:
        return found
    summary = reading.document["resumen"]
    listed, sold = summary["pagos"], summary["condicionOperacion"]
    if listed is None:
        compulsory = reading.facts.doc_type == "03" or sold != CASH_SALE
        return at("resumen.pagos", "005", SUMMARY) if compulsory else None
    for position, payment in enumerate(listed, start=1):
        path = f"resumen.pagos.{position}"
        found = _form(payment, path, reading) or _term(payment, path, sold)
        if found is not None:
            return found
    if sold == OTHER and not _mixed(listed, reading):
        return at("resumen.condicionOperacion", "007", SUMMARY)
    return _sum(listed, reading)


def nothing_to_pay(reading: Reading) -> Finding | None:
    """A document with nothing to pay is sold for cash."""
    summary = reading.document["resumen"]
    if summary["totalPagar"] == 0 and summary["condicionOperacion"] != CASH_SALE:
        return at("resumen.condicionOperacion", "007", SUMMARY)
    return None


def balance_in_favour(reading: Reading) -> Finding | None:
    """A balance in the buyer's favour is negative, in a document with nothing to pay, paid in form 99 (MF2 §XIX)."""
    summary = reading.document["resumen"]
    balance = summary.get("saldoFavor", 0)
    if balance == 0:
        return None
    if balance > 0:
        return at("resumen.saldoFavor", "007", SUMMARY)
    if summary["totalPagar"] != 0:
        return at("resumen.saldoFavor", "024", SUMMARY)
    for position, payment in enumerate(summary["pagos"] or (), start=1):
        if payment["codigo"] != codes.OTHER_PAYMENT:
            return at(f"resumen.pagos.{position}.codigo", "007", SUMMARY)
    return None


def _form(payment: Payment, path: str, reading: Reading) -> Finding | None:
    forms = codes.PAYMENT_FORMS if reading.edition == "v2" else codes.EDITION_1_PAYMENT_FORMS
    if payment["codigo"] is None:
        return at(f"{path}.codigo", "005", SUMMARY)
    if payment["codigo"] not in forms:
        return at(f"{path}.codigo", "003", SUMMARY)
    if payment["codigo"] == codes.CASH and payment["referencia"]:
        return at(f"{path}.referencia", "024", SUMMARY)
    return None


def _term(payment: Payment, path: str, sold: int) -> Finding | None:
    """A payment on credit has a term with its count, any other payment has neither."""
    if payment["plazo"] is not None and payment["plazo"] not in codes.TERM_UNITS:
        return at(f"{path}.plazo", "003", SUMMARY)
    stated = [key for key in _TERM if payment[key] is not None]
    if sold == CASH_SALE and stated:
        return at(f"{path}.{stated[0]}", "024", SUMMARY)
    if sold == ON_CREDIT or stated:
        for key in _TERM:
            if payment[key] is None:
                return at(f"{path}.{key}", "005", SUMMARY)
    if stated and payment["periodo"] <= 0:
        return at(f"{path}.periodo", "007", SUMMARY)
    return None


def _sum(listed: Collection[Payment], reading: Reading) -> Finding | None:
    summary, paid = reading.document["resumen"], total(listed, "montoPago")
    if near(paid, summary["totalPagar"]):
        return None
    # EST22 requires 0.00 on credit, MF2 the full amount; in v1.x the emulator accepts both.
    if reading.edition == "v1" and summary["condicionOperacion"] == ON_CREDIT and paid == 0:
        return None
    return at("resumen.pagos", "020", SUMMARY)


def _mixed(listed: Collection[Payment], reading: Reading) -> bool:
    """Whether some payments have a term and some have none, or the policy accepts the payment."""
    with_term = sum(payment["plazo"] is not None for payment in listed)
    if with_term == 0 and len(listed) == 1:
        return reading.policy.lone_other_condition_accepted
    return 0 < with_term < len(listed)
