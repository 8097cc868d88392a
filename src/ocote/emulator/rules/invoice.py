"""The arithmetic of the invoice (01): amounts include VAT, which is also stated separately (arithmetic.md 3)."""

from ocote.emulator.messages import ITEMS, Finding, at
from ocote.emulator.rules import lines, totals
from ocote.emulator.rules.amounts import VAT_RATE, WITH_VAT, Number, near, total
from ocote.emulator.rules.lines import Line
from ocote.emulator.rules.reading import Reading
from ocote.emulator.rules.tributes import added_tributes, tribute_values


def invoice_lines(reading: Reading) -> Finding | None:
    """Every line obeys the rules of lines."""
    return lines.first_finding(reading, _LINE_RULES)


def invoice_summary(reading: Reading) -> Finding | None:
    """The summary agrees with the lines as sent."""
    summary = reading.document["resumen"]
    return (
        totals.line_totals(reading)
        or totals.after_discounts(reading)
        or totals.all_discounts(reading)
        or tribute_values(reading, 0)
        or _withheld(reading)
        or totals.income_tax(reading, summary["subTotal"] - _inside(summary["totalGravada"] - summary["descuGravada"]))
        or _total(reading)
        or totals.outside_total(reading)
        or _payable(reading)
        or _vat_inside(reading)
    )


def _taxes(line: Line, path: str, _: Reading) -> Finding | None:
    """An untaxed line and a line that is itself a tax have no tax; VAT is inside the price."""
    if line["tributos"] is not None and (line["ventaGravada"] == 0 or line["tipoItem"] == 4):
        return at(f"{path}.tributos", "024", ITEMS)
    return None


def _vat_of_line(line: Line, path: str, _: Reading) -> Finding | None:
    if line["ventaGravada"] == 0 and line["ivaItem"] != 0:
        return at(f"{path}.ivaItem", "024", ITEMS)
    return None if near(line["ivaItem"], _inside(line["ventaGravada"])) else at(f"{path}.ivaItem", "020", ITEMS)


def _withheld(reading: Reading) -> Finding | None:
    summary = reading.document["resumen"]
    field = "ivaRete" if reading.edition == "v2" else "ivaRete1"
    return totals.one_percent(field, summary[field], (summary["totalGravada"] - summary["descuGravada"]) / WITH_VAT)


def _total(reading: Reading) -> Finding | None:
    summary = reading.document["resumen"]
    return totals.calculated(
        "montoTotalOperacion", summary["montoTotalOperacion"], summary["subTotal"] + added_tributes(summary)
    )


def _payable(reading: Reading) -> Finding | None:
    summary = reading.document["resumen"]
    withheld = summary["ivaRete"] if reading.edition == "v2" else summary["ivaRete1"] + summary["reteRenta"]
    return totals.payable(reading, summary["montoTotalOperacion"] - withheld + summary["totalNoGravado"])


def _vat_inside(reading: Reading) -> Finding | None:
    summary = reading.document["resumen"]
    stated = total(reading.document["cuerpoDocumento"], "ivaItem") - _inside(summary["descuGravada"])
    return totals.calculated("totalIva", summary["totalIva"], stated)


def _inside(gross: Number) -> Number:
    return gross / WITH_VAT * VAT_RATE


_LINE_RULES = (
    lines.unit,
    lines.own_line_tax,
    lines.outside_the_base,
    lines.related_number,
    _taxes,
    lines.tax_codes,
    lines.price,
    lines.sale_amount,
    _vat_of_line,
)
