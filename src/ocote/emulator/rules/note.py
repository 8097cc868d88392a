"""The arithmetic of the credit note (05), like the CCF's, with different totals in each edition (arithmetic.md 5)."""

from ocote.emulator.messages import ITEMS, SUMMARY, Finding, at
from ocote.emulator.rules import lines, totals
from ocote.emulator.rules.amounts import Number, near, total
from ocote.emulator.rules.lines import Line
from ocote.emulator.rules.reading import Reading
from ocote.emulator.rules.tax_credit import net_line_taxes, withholding_fields
from ocote.emulator.rules.tributes import added_tributes, tribute_values


def note_lines(reading: Reading) -> Finding | None:
    """Every line obeys the rules of lines."""
    return lines.first_finding(reading, _LINE_RULES)


def note_summary(reading: Reading) -> Finding | None:
    """The summary agrees with the lines as sent."""
    found = totals.line_totals(reading)
    if found is not None:
        return found
    if reading.edition == "v1":
        return totals.after_discounts(reading) or totals.all_discounts(reading) or _net_totals(reading)
    return totals.all_discounts(reading) or _gross_totals(reading)


def _net_totals(reading: Reading) -> Finding | None:
    """The only total of schema v3 is net of withholding, unlike the total of the adjusted CCF."""
    summary = reading.document["resumen"]
    net = summary["totalGravada"] - summary["descuGravada"]
    expected = (
        summary["subTotal"]
        + added_tributes(summary)
        + summary["ivaPerci1"]
        - summary["ivaRete1"]
        - summary["reteRenta"]
    )
    return (
        tribute_values(reading, net)
        or _withholding(reading, net)
        or totals.income_tax(reading, summary["subTotal"])
        or totals.calculated("montoTotalOperacion", summary["montoTotalOperacion"], expected)
    )


def _gross_totals(reading: Reading) -> Finding | None:
    """The total of schema v4 is before withholding, with the amount to pay in another field."""
    summary = reading.document["resumen"]
    net = summary["totalGravada"]
    payable = summary["montoTotalOperacion"] + summary["ivaPerci"] - summary["ivaRete"] + summary["totalNoGravado"]
    return (
        tribute_values(reading, net)
        or _withholding(reading, net)
        or _shares(reading)
        or totals.calculated(
            "montoTotalOperacion",
            summary["montoTotalOperacion"],
            summary["subTotalVentas"] + added_tributes(summary),
        )
        or _vat_of_ccf(reading)
        or totals.outside_total(reading)
        or totals.payable(reading, payable)
    )


def _withholding(reading: Reading, net: Number) -> Finding | None:
    summary = reading.document["resumen"]
    withheld, collected = withholding_fields(reading)
    return totals.one_percent(collected, summary[collected], net) or totals.one_percent(
        withheld, summary[withheld], net
    )


def _shares(reading: Reading) -> Finding | None:
    """The VAT withheld and collected in the lines adds up to the summary."""
    summary, rows = reading.document["resumen"], reading.document["cuerpoDocumento"]
    for field in ("ivaPerci", "ivaRete"):
        found = totals.calculated(field, summary[field], total(rows, field))
        if found is not None:
            return found
    return None


def _vat_of_ccf(reading: Reading) -> Finding | None:
    """``totalIva`` is for notes on a withholding receipt; a note on a CCF states VAT only among the taxes."""
    summary, rows = reading.document["resumen"], reading.document["cuerpoDocumento"]
    found = totals.calculated("totalIva", summary["totalIva"], total(rows, "totalIva"))
    if found is not None:
        return found
    if any(related["tipoDocumento"] != "03" for related in reading.document["documentoRelacionado"]):
        return None
    if not near(summary["totalIva"], 0):
        return at("resumen.totalIva", "020", SUMMARY)
    return None if summary["codigoRetencionMH"] is None else at("resumen.codigoRetencionMH", "024", SUMMARY)


def _vat_of_line(line: Line, path: str, reading: Reading) -> Finding | None:
    """A line that adjusts a CCF states no ``totalIva``."""
    if line.get("totalIva", 0) == 0:
        return None
    adjusted = next(
        (row for row in reading.document["documentoRelacionado"] if row["numeroDocumento"] == line["numeroDocumento"]),
        None,
    )
    on_ccf = adjusted is not None and adjusted["tipoDocumento"] == "03"
    return at(f"{path}.totalIva", "020", ITEMS) if on_ccf else None


_LINE_RULES = (
    lines.unit,
    lines.own_line_tax,
    lines.outside_the_base,
    lines.related_number,
    net_line_taxes,
    lines.tax_codes,
    lines.sale_amount,
    _vat_of_line,
)
