"""The rules of the export invoice (11): net amounts at 0 %, with insurance and freight (arithmetic.md 6)."""

from collections.abc import Collection

from ocote.emulator.messages import EMITTER, ITEMS, RECEIVER, SUMMARY, Finding, at
from ocote.emulator.rules import export_codes, lines, totals
from ocote.emulator.rules.amounts import line_amount, near, total
from ocote.emulator.rules.lines import Line
from ocote.emulator.rules.people import email_finding, identity_finding
from ocote.emulator.rules.permitted_taxes import EXPORT_VAT
from ocote.emulator.rules.reading import Reading
from ocote.emulator.rules.tributes import added_tributes, tribute_codes, tribute_values

SERVICES = 2


def exporter(reading: Reading) -> Finding | None:
    """Customs office, regime and kind of regime are in their catalogs, and absent for an export of services only.

    v1.x regimes of the older catalog have the kind as a prefix; they are not compared with a list.
    """
    emitter = reading.document["emisor"]
    if emitter["tipoItemExpor"] not in {1, 2, 3}:
        return at("emisor.tipoItemExpor", "003", EMITTER)
    catalogs: dict[str, Collection[str]] = {"recintoFiscal": export_codes.CUSTOMS_OFFICES}
    if reading.edition == "v2":
        catalogs |= {"tipoRegimen": export_codes.REGIME_KINDS, "regimen": export_codes.REGIMES}
    for key, known in catalogs.items():
        if emitter[key] is None:
            continue
        if emitter["tipoItemExpor"] == SERVICES:
            return at(f"emisor.{key}", "024", EMITTER)
        if emitter[key] not in known:
            return at(f"emisor.{key}", "003", EMITTER)
    return None


def foreign_buyer(reading: Reading) -> Finding | None:
    """Identity document, country and kind of person are valid; in v1.x the schema checks the last two.

    A v1.x document may have no receiver.
    """
    person = reading.document["receptor"]
    if person is None:
        return None
    if reading.edition == "v2":
        if person["codPais"] not in export_codes.COUNTRIES:
            return at("receptor.codPais", "003", RECEIVER)
        if person["tipoPersona"] not in {1, 2}:
            return at("receptor.tipoPersona", "003", RECEIVER)
    return identity_finding(
        person["tipoDocumento"], person["numDocumento"], "receptor", RECEIVER, reading.edition
    ) or email_finding(person["correo"], "receptor.correo", RECEIVER)


def export_lines(reading: Reading) -> Finding | None:
    """Every line obeys the rules of lines; v1.x lines name neither a kind nor another document."""
    return lines.first_finding(reading, _V2_LINE_RULES if reading.edition == "v2" else _V1_LINE_RULES)


def export_summary(reading: Reading) -> Finding | None:
    """The summary agrees with the lines as sent; the sale already includes line discounts."""
    summary, rows = reading.document["resumen"], reading.document["cuerpoDocumento"]
    discount = "descuGravada" if reading.edition == "v2" else "descuento"
    if summary[discount] > summary["totalGravada"]:
        return at(f"resumen.{discount}", "007", SUMMARY)
    extras = (summary["seguro"] or 0) + (summary["flete"] or 0)
    tributes = added_tributes(summary) if reading.edition == "v2" else 0
    sold = summary["totalGravada"] - summary[discount] + extras + tributes
    return (
        totals.calculated("totalGravada", summary["totalGravada"], total(rows, "ventaGravada"))
        or totals.calculated("totalDescu", summary["totalDescu"], total(rows, "montoDescu") + summary[discount])
        or (tribute_values(reading, 0) if reading.edition == "v2" else None)
        or totals.calculated("montoTotalOperacion", summary["montoTotalOperacion"], sold)
        or totals.outside_total(reading)
        or totals.payable(reading, summary["montoTotalOperacion"] + summary["totalNoGravado"])
    )


def export_terms(reading: Reading) -> Finding | None:
    """The term of delivery is in CAT-031; in v2.0 an export of goods has one and an export of services has none."""
    known = export_codes.INCOTERMS if reading.edition == "v2" else export_codes.EDITION_1_INCOTERMS
    code = reading.document["resumen"]["codIncoterms"]
    if reading.edition == "v2":
        services = reading.document["emisor"]["tipoItemExpor"] == SERVICES
        if services != (code is None):
            return at("resumen.codIncoterms", "024" if services else "005", SUMMARY)
    return None if code is None or code in known else at("resumen.codIncoterms", "003", SUMMARY)


def export_tributes(reading: Reading) -> Finding | None:
    """The summary of v2.0 lists the taxes of the lines; v1.x has no field for them."""
    return tribute_codes(reading) if reading.edition == "v2" else None


def _zero_rate(line: Line, path: str, _: Reading) -> Finding | None:
    """A line of a sale has tax C3; charges outside the base and lines that are themselves a tax have no tax."""
    if line["noGravado"] != 0 or line.get("tipoItem") == 4:
        return None if line["tributos"] is None else at(f"{path}.tributos", "024", ITEMS)
    if line["tributos"] is not None and EXPORT_VAT in line["tributos"]:
        return None
    return at(f"{path}.tributos", "005", ITEMS)


def _amount(line: Line, path: str, _: Reading) -> Finding | None:
    amount = line_amount(line)
    if line["montoDescu"] != 0 and amount < 0:
        return at(f"{path}.montoDescu", "007", ITEMS)
    return None if near(line["ventaGravada"], amount) else at(f"{path}.ventaGravada", "020", ITEMS)


_V1_LINE_RULES = (lines.unit, lines.outside_the_base, _zero_rate, lines.tax_codes, lines.price, _amount)
_V2_LINE_RULES = (
    lines.unit,
    lines.own_line_tax,
    lines.outside_the_base,
    lines.related_number,
    _zero_rate,
    lines.tax_codes,
    _amount,
)
