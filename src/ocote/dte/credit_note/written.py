"""A signed CCF, and the notes on it, read back as the values that a further note on the CCF needs.

Both editions write these parts under the same keys.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ocote.dte.credit_note.value import CopiedCcf, summed
from ocote.dte.mentions import ThirdParty
from ocote.dte.money import to_line
from ocote.dte.net_line import VAT_RATE
from ocote.dte.sale import BodyLine, Kinds, LineAmounts
from ocote.dte.sections.mentions import DOMICILED
from ocote.dte.sections.taxes import VAT

_ZERO: Final = Decimal("0.00")


def copied_ccf(document: Mapping[str, Any]) -> CopiedCcf:
    """All lines of a signed CCF and the discounts on the whole CCF."""
    summary = document["resumen"]
    off = Kinds(
        taxed=Decimal(summary["descuGravada"]),
        exempt=Decimal(summary["descuExenta"]),
        not_subject=Decimal(summary["descuNoSuj"]),
    )
    return CopiedCcf(tuple(map(_line, document["cuerpoDocumento"])), off)


def taxes_of(document: Mapping[str, Any]) -> Mapping[str, Decimal]:
    """The value of every tax of a signed CCF or note but VAT, by code (CAT-015)."""
    return {
        row["codigo"]: Decimal(row["valor"]) for row in document["resumen"]["tributos"] or () if row["codigo"] != VAT
    }


def special_taxes_of(document: Mapping[str, Any]) -> frozenset[str]:
    """The taxes of section 2 that are lines of a signed CCF."""
    return frozenset(line["codTributo"] for line in document["cuerpoDocumento"] if line["codTributo"] is not None)


def charges_of(document: Mapping[str, Any]) -> Mapping[str, Decimal]:
    """The signed sum of the charges of a signed CCF or note by their description."""
    lines = document["cuerpoDocumento"]
    return summed((line["descripcion"], amount) for line in lines if (amount := line.get("noGravado", 0)))


def taxed_off(document: Mapping[str, Any]) -> Decimal:
    """The part of the taxed sales of a signed CCF that a discount on the whole CCF took off, from 0 to 1."""
    summary = document["resumen"]
    return Decimal(summary["descuGravada"]) / summary["totalGravada"] if summary["descuGravada"] else Decimal(0)


def principal_of(document: Mapping[str, Any]) -> ThirdParty | None:
    """The principal on whose account a signed CCF sells, which the notes on it repeat (wider-sales.md 2.7)."""
    written = document["ventaTercero"]
    if written is None:
        return None
    return ThirdParty(written["nombre"], written["nit"], written.get("codDomiciliado", DOMICILED) == DOMICILED)


def _line(written: Mapping[str, Any]) -> BodyLine:
    taxed = Decimal(written["ventaGravada"])
    return BodyLine(
        description=written["descripcion"],
        quantity=Decimal(written["cantidad"]),
        amounts=LineAmounts(
            unit_price=Decimal(written["precioUni"]),
            discount=Decimal(written["montoDescu"]),
            taxed=taxed,
            vat=to_line(taxed * VAT_RATE),
            exempt=Decimal(written["ventaExenta"]),
            not_subject=Decimal(written["ventaNoSuj"]),
            charge=Decimal(written["noGravado"]),
        ),
        item_type=written["tipoItem"],
        unit=written["uniMedida"],
        code=written["codigo"],
        taxes=tuple(code for code in written["tributos"] or () if code != VAT),
        special_tax=written["codTributo"],
    )
