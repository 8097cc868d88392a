"""The rules on the taxes of the summary (arithmetic.md 1, 3 and 4)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ocote.emulator.messages import GENERAL, SUMMARY, Finding, at, general
from ocote.emulator.rules import codes
from ocote.emulator.rules.amounts import VAT_RATE, Number, near, rounded
from ocote.emulator.rules.reading import Reading

VAT, EXPORT_VAT = "20", "C3"
_PER_GALLON = {"D1": Decimal("0.20"), "C8": Decimal("0.10")}


def added_tributes(summary: Mapping[str, Any]) -> Number:
    """The sum of the taxes that enter the total: all taxes except the informative taxes of section 3."""
    rows = summary["tributos"] or ()
    result: Number = sum(row["valor"] for row in rows if row["codigo"] not in codes.SECTION_3)
    return result


def tribute_values(reading: Reading, vat_base: Number) -> Finding | None:
    """Each tax occurs once, is in the catalog and, where the sources give a formula, has the right value.

    VAT is 13 % of the net total, not a sum of rounded line taxes; fuel taxes are per gallon.
    """
    seen: set[str] = set()
    for position, row in enumerate(reading.document["resumen"]["tributos"] or (), start=1):
        path, code = f"resumen.tributos.{position}", row["codigo"]
        if code in seen:
            return at(f"{path}.codigo", "025", SUMMARY)
        seen.add(code)
        if code not in codes.SECTION_1 and code not in codes.SECTION_3:
            return at(f"{path}.codigo", "003", SUMMARY)
        expected = _expected(code, reading, vat_base)
        if expected is not None and not near(row["valor"], expected):
            return at(f"{path}.valor", "020", SUMMARY)
    return None


def tribute_codes(reading: Reading) -> Finding | None:
    """Summary and lines have the same tax codes; MH has answered a violation with 099 (protocol.md 5.3)."""
    listed = {row["codigo"] for row in reading.document["resumen"]["tributos"] or ()}
    borne = {code for line in reading.document["cuerpoDocumento"] for code in line["tributos"] or ()}
    return None if listed == borne else general("099", GENERAL)


def _expected(code: str, reading: Reading, vat_base: Number) -> Number | None:
    if code == VAT:
        return rounded(vat_base * VAT_RATE)
    if code == EXPORT_VAT:
        return 0
    if code not in _PER_GALLON:
        return None
    bearing = [line for line in reading.document["cuerpoDocumento"] if code in (line["tributos"] or ())]
    if any(line["uniMedida"] != codes.GALLON for line in bearing):
        return None
    return rounded(sum((line["cantidad"] for line in bearing), Decimal(0)) * _PER_GALLON[code])
