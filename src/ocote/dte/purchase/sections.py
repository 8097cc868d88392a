"""The parts of a purchase that both editions write alike (schemas fe-fse-v1, fe-fse-v2)."""

from typing import Any, Final

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.money import json_number
from ocote.dte.purchase.value import Purchase
from ocote.dte.sale import BodyLine, Totals

_LONGEST_REMARKS: Final = 3000
"""``maxLength`` of ``observaciones`` in both editions."""


def bought_lines(totals: Totals) -> list[dict[str, Any]]:
    """``cuerpoDocumento``: the lines with their numbers from 1."""
    return [_line(position, line) for position, line in enumerate(totals.body, start=1)]


def remarks(purchase: Purchase) -> str | None:
    """``observaciones``: the remarks, and behind them why another income tax than the usual one is withheld."""
    parts = [purchase.mentions.remarks] if purchase.mentions.remarks else []
    if purchase.income_tax is not None and purchase.income_tax.reason is not None:
        parts.append(f"Retención de renta: {purchase.income_tax.reason}")
    return "\n".join(parts) or None


def require_room_for_remarks(purchase: Purchase) -> None:
    """Raises InvalidSale when the remarks and the reason of the income tax are too long together."""
    written = remarks(purchase)
    if written is not None and len(written) > _LONGEST_REMARKS:
        message = (
            f"Junto con el motivo de la retención de renta las observaciones tienen {len(written):,} caracteres, y el "
            f"documento admite {_LONGEST_REMARKS:,}."
        )
        raise InvalidSale([Fault(FaultCode.REMARKS_TOO_LONG, "remarks", message)])


def _line(position: int, line: BodyLine) -> dict[str, Any]:
    amounts = line.amounts
    return {
        "numItem": position,
        "tipoItem": line.item_type,
        "cantidad": json_number(line.quantity),
        "codigo": line.code,
        "uniMedida": line.unit,
        "descripcion": line.description,
        "precioUni": json_number(amounts.unit_price),
        "montoDescu": json_number(amounts.discount),
        "compra": json_number(amounts.taxed),
    }
