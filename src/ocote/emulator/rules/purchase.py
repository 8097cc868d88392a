"""The rules of the purchase from an excluded subject (14) (arithmetic.md 7)."""

from decimal import Decimal

from ocote.emulator.messages import ITEMS, RECEIVER, SUMMARY, Finding, at
from ocote.emulator.rules import lines, totals
from ocote.emulator.rules.amounts import Number, line_amount, near, rounded, total
from ocote.emulator.rules.lines import Line
from ocote.emulator.rules.people import activity_finding, address_finding, email_finding, identity_finding
from ocote.emulator.rules.reading import Reading

INCOME_TAX_RATES = (Decimal("0.10"), Decimal("0.20"), Decimal("0.05"), Decimal("0.25"))
"""Of income tax: services without employment first, then those who are not domiciled (CT 156, 158, 158-A)."""


def seller(reading: Reading) -> Finding | None:
    """The seller is always identified and has no VAT registration."""
    section = "receptor" if reading.edition == "v2" else "sujetoExcluido"
    person = reading.document[section]
    return (
        identity_finding(person["tipoDocumento"], person["numDocumento"], section, RECEIVER, reading.edition)
        or activity_finding(person["codActividad"], f"{section}.codActividad", RECEIVER)
        or address_finding(person["direccion"], f"{section}.direccion", RECEIVER, reading.edition, abroad=True)
        or email_finding(person["correo"], f"{section}.correo", RECEIVER)
    )


def purchase_lines(reading: Reading) -> Finding | None:
    """Every line obeys the rules of lines."""
    return lines.first_finding(reading, (lines.unit, _kind, _amount))


def purchase_summary(reading: Reading) -> Finding | None:
    """The summary agrees with the lines as sent."""
    summary, rows = reading.document["resumen"], reading.document["cuerpoDocumento"]
    if summary["descu"] > summary["totalCompra"]:
        return at("resumen.descu", "007", SUMMARY)
    withheld = summary["reteRenta"] + summary.get("ivaRete1", 0)
    return (
        totals.calculated("totalCompra", summary["totalCompra"], total(rows, "compra"))
        or _discounts(reading)
        or totals.calculated("subTotal", summary["subTotal"], summary["totalCompra"] - summary["descu"])
        or _income_tax(reading)
        or totals.payable(reading, summary["subTotal"] - withheld)
    )


def _discounts(reading: Reading) -> Finding | None:
    summary = reading.document["resumen"]
    if summary["totalDescu"] is None:
        return None
    expected = total(reading.document["cuerpoDocumento"], "montoDescu") + summary["descu"]
    return totals.calculated("totalDescu", summary["totalDescu"], expected)


def _income_tax(reading: Reading) -> Finding | None:
    """The income tax is 0, or a rate of the law on the whole purchase or on its services (rules.md 8).

    Lines of kind 3 are goods and services at once, of which any part may be taxed. A discount on the document is taken
    evenly from all lines. Whether MH checks the amount is not known: the emulator accepts any amount up to the highest
    rate when the remarks give a reason.
    """
    summary = reading.document["resumen"]
    withheld, whole = summary["reteRenta"], summary["subTotal"]
    if withheld == 0:
        return None
    if summary["observaciones"] and withheld <= rounded(whole * max(INCOME_TAX_RATES)):
        return None
    services, mixed = _bought(reading, {2}), _bought(reading, {2, 3})
    if any(near(withheld, rounded(base * rate)) for base in (whole, services, mixed) for rate in INCOME_TAX_RATES):
        return None
    if services * INCOME_TAX_RATES[0] <= withheld <= mixed * INCOME_TAX_RATES[0]:
        return None
    return at("resumen.reteRenta", "020", SUMMARY)


def _bought(reading: Reading, kinds: set[int]) -> Number:
    """The lines of these kinds of item, less their part of the discount on the document."""
    summary, rows = reading.document["resumen"], reading.document["cuerpoDocumento"]
    amount = total((row for row in rows if row["tipoItem"] in kinds), "compra")
    return Decimal(amount) * summary["subTotal"] / summary["totalCompra"] if summary["descu"] else amount


def _kind(line: Line, path: str, _: Reading) -> Finding | None:
    return None if line["tipoItem"] in {1, 2, 3} else at(f"{path}.tipoItem", "003", ITEMS)


def _amount(line: Line, path: str, _: Reading) -> Finding | None:
    amount = line_amount(line)
    if line["montoDescu"] != 0 and amount < 0:
        return at(f"{path}.montoDescu", "007", ITEMS)
    return None if near(line["compra"], amount) else at(f"{path}.compra", "020", ITEMS)
