"""The lines of a document as a strip for a narrow roll."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from ocote.printing.figures import money, quantity, unit_price
from ocote.printing.kinds import CHARGES, AmountKind, printed_amounts, used_sales
from ocote.printing.line_text import has_discount, tax_remark, unit_name
from ocote.printing.related import related_numbers, related_reference
from ocote.printing.sheet import StripLine

_SELF_EVIDENT_UNITS: Final = frozenset({59, 99})
"""CAT-014 "Unidad" and "Otra", which a narrow roll leaves out because they add nothing to the quantity."""

_Line = Mapping[str, Any]


def strip(document: Mapping[str, Any]) -> tuple[StripLine, ...]:
    """The lines for a narrow roll. The amount of a line is the sum of all its kinds of sale.

    A document that mixes kinds of sale bears the word for the kind of each line beside quantity and price.
    """
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    printed = printed_amounts(document)
    numbers = related_numbers(document)
    is_mixed = len(used_sales(document)) > 1
    strips = []
    for number, line in enumerate(lines):
        amounts = {kind: cents[number] for kind, cents in printed.items() if line.get(kind.key)}
        strips.append(
            StripLine(
                description=line["descripcion"] or "",
                count=_count(line, amounts, is_mixed=is_mixed),
                amount=money(sum(amounts.values(), Decimal(0))),
                remarks=tuple(_remarks(line, amounts, related_reference(line, numbers) if numbers else "")),
            )
        )
    return tuple(strips)


def _count(line: _Line, amounts: Mapping[AmountKind, Decimal], *, is_mixed: bool) -> str:
    """Code, quantity, unit and price of a line, and its kind in a document that mixes kinds of sale.

    A charge or a tax says only what it is: its quantity is always 1.
    """
    [kind] = amounts if len(amounts) == 1 else [None]
    if kind is CHARGES and not line["precioUni"]:
        return "Monto no afecto"
    unit = "" if line["uniMedida"] in _SELF_EVIDENT_UNITS else f" {unit_name(line)}"
    count = tax_remark(line) or f"{quantity(line['cantidad'])}{unit} × {unit_price(line['precioUni'])}"
    parts = (line.get("codigo"), count, kind.mark if kind is not None and is_mixed else None)
    return " · ".join(part for part in parts if part)


def _remarks(line: _Line, amounts: Mapping[AmountKind, Decimal], reference: str) -> list[str]:
    remarks = []
    if has_discount(line):
        remarks.append(f"Descuento: {money(line['montoDescu'])}")
    if len(amounts) > 1:
        remarks.extend(f"{kind.column}: {money(cents)}" for kind, cents in amounts.items())
    if reference:
        remarks.append(f"Documento relacionado: {reference}")
    return remarks
