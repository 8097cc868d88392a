"""The rules on the totals that sale documents have in common (arithmetic.md 1)."""

from decimal import Decimal

from ocote.emulator.facts import SALES
from ocote.emulator.messages import SUMMARY, Finding, at
from ocote.emulator.rules.amounts import WITHHOLDING_RATE, Number, near, rounded, total
from ocote.emulator.rules.reading import Reading

_KINDS = (
    ("totalNoSuj", "descuNoSuj", SALES[0]),
    ("totalExenta", "descuExenta", SALES[1]),
    ("totalGravada", "descuGravada", SALES[2]),
)


def calculated(field: str, sent: Number, expected: Number) -> Finding | None:
    """A summary field is the result of its formula, rounded to cents, with one cent of tolerance."""
    return None if near(sent, rounded(expected)) else at(f"resumen.{field}", "020", SUMMARY)


def line_totals(reading: Reading) -> Finding | None:
    """Each kind of sale is the sum of its lines, and all kinds together are ``subTotalVentas``."""
    summary, lines = reading.document["resumen"], reading.document["cuerpoDocumento"]
    for field, _, kind in _KINDS:
        found = calculated(field, summary[field], total(lines, kind))
        if found is not None:
            return found
    return calculated("subTotalVentas", summary["subTotalVentas"], sum(summary[field] for field, _, _ in _KINDS))


def after_discounts(reading: Reading) -> Finding | None:
    """No global discount exceeds its total, and ``subTotal`` is the rest after the discounts."""
    summary = reading.document["resumen"]
    for field, discount, _ in _KINDS:
        if summary[discount] > summary[field]:
            return at(f"resumen.{discount}", "007", SUMMARY)
    discounts = sum(summary[discount] for _, discount, _ in _KINDS)
    return calculated("subTotal", summary["subTotal"], summary["subTotalVentas"] - discounts)


def all_discounts(reading: Reading) -> Finding | None:
    """``totalDescu`` is the sum of the discounts of lines and of the whole document."""
    summary = reading.document["resumen"]
    discounts = sum(summary.get(discount, 0) for _, discount, _ in _KINDS)
    return calculated(
        "totalDescu", summary["totalDescu"], total(reading.document["cuerpoDocumento"], "montoDescu") + discounts
    )


def outside_total(reading: Reading) -> Finding | None:
    """``totalNoGravado`` is the signed sum of charges and credits outside the tax base."""
    summary = reading.document["resumen"]
    return calculated(
        "totalNoGravado", summary["totalNoGravado"], total(reading.document["cuerpoDocumento"], "noGravado")
    )


def one_percent(field: str, sent: Number, net: Number) -> Finding | None:
    """VAT withheld or collected is 0 or 1 % of the net price of taxed sales after discounts (rules.md 8).

    Whether MH refuses such an amount below USD 100.00 is not known; the emulator accepts it.
    """
    if sent == 0:
        return None
    return at(f"resumen.{field}", "024", SUMMARY) if net <= 0 else calculated(field, sent, net * WITHHOLDING_RATE)


def income_tax(reading: Reading, net: Number) -> Finding | None:
    """The income tax that the payer of a v1.x document withholds is not above the net price, on which it is a part."""
    withheld = reading.document["resumen"].get("reteRenta", 0)
    return at("resumen.reteRenta", "007", SUMMARY) if withheld > rounded(net) else None


def payable(reading: Reading, expected: Number) -> Finding | None:
    """``totalPagar`` is the expected amount, but never below zero."""
    return calculated("totalPagar", reading.document["resumen"]["totalPagar"], max(expected, Decimal(0)))
