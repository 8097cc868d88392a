"""The rules on the payments of a document (rules.md 12)."""

from collections.abc import Mapping
from typing import Any

from ocote.emulator.messages import SUMMARY, Finding, at
from ocote.emulator.rules import codes
from ocote.emulator.rules.amounts import near, total
from ocote.emulator.rules.reading import Reading

ON_CREDIT = 2


def condition(reading: Reading) -> Finding | None:
    """The condition of the operation is cash, credit or other."""
    known = reading.document["resumen"]["condicionOperacion"] in {1, 2, 3}
    return None if known else at("resumen.condicionOperacion", "003", SUMMARY)


def payments(reading: Reading) -> Finding | None:
    """Condition, forms and terms of payment are valid, and the payments add up to ``totalPagar``.

    A CCF must list its payments; other documents may leave them out unless they are sold on credit.
    """
    found = condition(reading)
    if found is not None:
        return found
    summary = reading.document["resumen"]
    listed, on_credit = summary["pagos"], summary["condicionOperacion"] == ON_CREDIT
    if listed is None:
        compulsory = reading.facts.doc_type == "03" or on_credit
        return at("resumen.pagos", "005", SUMMARY) if compulsory else None
    for position, payment in enumerate(listed, start=1):
        found = _payment(payment, f"resumen.pagos.{position}", reading, on_credit=on_credit)
        if found is not None:
            return found
    paid = total(listed, "montoPago")
    if near(paid, summary["totalPagar"]):
        return None
    # EST22 requires 0.00 on credit, MF2 the full amount; in v1.x the emulator accepts both.
    if reading.edition == "v1" and on_credit and paid == 0:
        return None
    return at("resumen.pagos", "020", SUMMARY)


def nothing_to_pay(reading: Reading) -> Finding | None:
    """A document with nothing to pay is sold for cash."""
    summary = reading.document["resumen"]
    if summary["totalPagar"] == 0 and summary["condicionOperacion"] != 1:
        return at("resumen.condicionOperacion", "007", SUMMARY)
    return None


def _payment(payment: Mapping[str, Any], path: str, reading: Reading, *, on_credit: bool) -> Finding | None:
    forms = codes.PAYMENT_FORMS if reading.edition == "v2" else codes.EDITION_1_PAYMENT_FORMS
    if payment["codigo"] is None:
        return at(f"{path}.codigo", "005", SUMMARY)
    if payment["codigo"] not in forms:
        return at(f"{path}.codigo", "003", SUMMARY)
    if payment["codigo"] == codes.CASH and payment["referencia"]:
        return at(f"{path}.referencia", "024", SUMMARY)
    if on_credit:
        for key in ("plazo", "periodo"):
            if payment[key] is None:
                return at(f"{path}.{key}", "005", SUMMARY)
    if payment["plazo"] is not None and payment["plazo"] not in codes.TERM_UNITS:
        return at(f"{path}.plazo", "003", SUMMARY)
    return None
