"""The rules on the taxes of the summary (arithmetic.md 1, 3 and 4, wider-sales.md 2.2)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ocote.emulator.messages import GENERAL, SUMMARY, Finding, at, general
from ocote.emulator.rules import codes
from ocote.emulator.rules.amounts import VAT_RATE, WITH_VAT, Number, near, rounded, total
from ocote.emulator.rules.permitted_taxes import EXPORT_VAT, VAT, line_taxes
from ocote.emulator.rules.reading import Reading

LODGING, AIR_EXIT = "59", "71"
_PER_GALLON = {"D1": Decimal("0.20"), "C8": Decimal("0.10")}
_LODGING_RATE = Decimal("0.05")
_PER_PASSENGER = 7


def added_tributes(summary: Mapping[str, Any]) -> Number:
    """The sum of the taxes that enter the total: all taxes except the informative taxes of section 3."""
    rows = summary["tributos"] or ()
    result: Number = sum(row["valor"] for row in rows if row["codigo"] not in codes.SECTION_3)
    return result


def tribute_values(reading: Reading, vat_base: Number) -> Finding | None:
    """Each tax occurs once, is permitted in the document and, where the sources give a formula, has the right value.

    VAT is 13 % of the net total, not a sum of rounded line taxes. A document without taxed sales lists no tax.
    """
    listed, permitted = reading.document["resumen"]["tributos"], line_taxes(reading)
    if listed is not None and not _is_taxed(reading):
        return at("resumen.tributos", "024", SUMMARY)
    seen: set[str] = set()
    for position, row in enumerate(listed or (), start=1):
        path, code = f"resumen.tributos.{position}", row["codigo"]
        if code in seen:
            return at(f"{path}.codigo", "025", SUMMARY)
        seen.add(code)
        if code not in codes.SECTION_1 and code not in codes.SECTION_3:
            return at(f"{path}.codigo", "003", SUMMARY)
        if code not in permitted:
            return at(f"{path}.codigo", "007", SUMMARY)
        if not _has_value(code, row["valor"], reading, vat_base):
            return at(f"{path}.valor", "020", SUMMARY)
    return None


def tribute_codes(reading: Reading) -> Finding | None:
    """Summary and lines have the same tax codes; MH has answered a violation with 099 (protocol.md 5.3)."""
    listed = {row["codigo"] for row in reading.document["resumen"]["tributos"] or ()}
    borne = {code for line in reading.document["cuerpoDocumento"] for code in line["tributos"] or ()}
    return None if listed == borne else general("099", GENERAL)


def _is_taxed(reading: Reading) -> bool:
    """Whether the document has taxed sales; the sales of an export are taxed at 0 %."""
    rows = reading.document["cuerpoDocumento"]
    return reading.facts.doc_type == "11" or any(row["ventaGravada"] for row in rows)


def _has_value(code: str, value: Number, reading: Reading, vat_base: Number) -> bool:
    if code == AIR_EXIT:
        beyond = value % _PER_PASSENGER
        return near(beyond, 0) or near(beyond, _PER_PASSENGER)
    expected = _expected(code, reading, vat_base)
    if expected is None or near(value, expected):
        return True
    return code == LODGING and reading.facts.doc_type == "05" and expected < value <= _on_full_prices(reading)


def _on_full_prices(reading: Reading) -> Number:
    """The most that the tax on lodging can be in a note.

    The discount of a line of a note may be a share of the discount on the whole CCF, before which the tax was computed.
    """
    bearing = [line for line in reading.document["cuerpoDocumento"] if LODGING in (line["tributos"] or ())]
    sold = total(bearing, "ventaGravada") + total(bearing, "montoDescu")
    return rounded(sold * _LODGING_RATE) + Decimal("0.01")


def _expected(code: str, reading: Reading, vat_base: Number) -> Number | None:
    if code == VAT:
        return rounded(vat_base * VAT_RATE)
    if code == EXPORT_VAT:
        return 0
    bearing = [line for line in reading.document["cuerpoDocumento"] if code in (line["tributos"] or ())]
    if code == LODGING:
        return rounded(_lodging(reading, total(bearing, "ventaGravada")) * _LODGING_RATE)
    if code not in _PER_GALLON or any(line["uniMedida"] != codes.GALLON for line in bearing):
        return None
    return rounded(sum((line["cantidad"] for line in bearing), Decimal(0)) * _PER_GALLON[code])


def _lodging(reading: Reading, sold: Number) -> Number:
    """The price of lodging without VAT, after the discounts of lines; no source states whether VAT belongs to it."""
    return sold / WITH_VAT if reading.facts.doc_type == "01" else sold
