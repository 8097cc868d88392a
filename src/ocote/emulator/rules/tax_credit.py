"""The arithmetic of the CCF (03): amounts are net and VAT is added once on the total (arithmetic.md 4)."""

from ocote.emulator.messages import ITEMS, Finding, at
from ocote.emulator.rules import lines, totals
from ocote.emulator.rules.amounts import Number, near
from ocote.emulator.rules.lines import Line
from ocote.emulator.rules.permitted_taxes import VAT
from ocote.emulator.rules.reading import Reading
from ocote.emulator.rules.tributes import added_tributes, tribute_values


def tax_credit_lines(reading: Reading) -> Finding | None:
    """Every line obeys the rules of lines."""
    return lines.first_finding(reading, _LINE_RULES)


def tax_credit_summary(reading: Reading) -> Finding | None:
    """The summary agrees with the lines as sent."""
    summary = reading.document["resumen"]
    net = summary["totalGravada"] - summary["descuGravada"]
    withheld, collected = withholding_fields(reading)
    return (
        totals.line_totals(reading)
        or totals.after_discounts(reading)
        or totals.all_discounts(reading)
        or tribute_values(reading, net)
        or totals.one_percent(collected, summary[collected], net)
        or totals.one_percent(withheld, summary[withheld], net)
        or totals.income_tax(reading, summary["subTotal"])
        or _total(reading)
        or totals.outside_total(reading)
        or _payable(reading)
    )


def withholding_fields(reading: Reading) -> tuple[str, str]:
    """The names of the fields for VAT withheld and VAT collected in the edition of the document."""
    return ("ivaRete", "ivaPerci") if reading.edition == "v2" else ("ivaRete1", "ivaPerci1")


def net_line_taxes(line: Line, path: str, _: Reading) -> Finding | None:
    """A taxed line has VAT, a line that is itself a tax has only VAT, and an untaxed line has no tax."""
    stated = line["tributos"]
    if line["ventaGravada"] == 0:
        return None if stated is None else at(f"{path}.tributos", "024", ITEMS)
    if stated is None or VAT not in stated:
        return at(f"{path}.tributos", "005", ITEMS)
    if line["tipoItem"] == 4 and stated != [VAT]:
        return at(f"{path}.tributos", "007", ITEMS)
    return None


def _total(reading: Reading) -> Finding | None:
    summary = reading.document["resumen"]
    sent, before = summary["montoTotalOperacion"], _before_withholding(reading)
    if _is_after_withholding(reading):
        return totals.calculated("montoTotalOperacion", sent, before + _adjustment(reading))
    return totals.calculated("montoTotalOperacion", sent, before)


def _payable(reading: Reading) -> Finding | None:
    summary = reading.document["resumen"]
    adjustment = 0 if _is_after_withholding(reading) else _adjustment(reading)
    return totals.payable(reading, summary["montoTotalOperacion"] + adjustment + summary["totalNoGravado"])


def _is_after_withholding(reading: Reading) -> bool:
    """Whether the total is after withholding as in MF2's example, if the policy allows (arithmetic.md 4, Conflict)."""
    if not reading.policy.total_after_withholding_accepted:
        return False
    return not near(reading.document["resumen"]["montoTotalOperacion"], _before_withholding(reading))


def _before_withholding(reading: Reading) -> Number:
    summary = reading.document["resumen"]
    result: Number = summary["subTotal"] + added_tributes(summary)
    return result


def _adjustment(reading: Reading) -> Number:
    summary = reading.document["resumen"]
    withheld, collected = withholding_fields(reading)
    result: Number = summary[collected] - summary[withheld] - summary.get("reteRenta", 0)
    return result


_LINE_RULES = (
    lines.unit,
    lines.own_line_tax,
    lines.outside_the_base,
    lines.related_number,
    net_line_taxes,
    lines.tax_codes,
    lines.sale_amount,
)
