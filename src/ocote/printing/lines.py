"""The lines of a document, as a table with only the needed columns or as a strip for a narrow roll."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

from msgspec import Struct

from ocote.dte.catalogs import Catalog
from ocote.dte.characters import line_breaks
from ocote.dte.money import to_cents
from ocote.printing.adding_up import cents_that_add_up
from ocote.printing.figures import money, quantity, unit_price, wrappable
from ocote.printing.names import word
from ocote.printing.sheet import Align, Column, Fact, StripLine, Table, TableRow

_CHARACTER_EM: Final = 0.58
"""The width of a figure in ems. Punctuation is narrower, so a column of this width for each character always fits."""
_LONGEST_KEPT: Final = 700
"""A description up to this length is less than a quarter of a page and is not divided between pages."""
_MOST_KEPT_BREAKS: Final = 8
_LONGEST_CODE_WORD: Final = 14

_SELF_EVIDENT_UNITS: Final = frozenset({59, 99})
"""CAT-014 "Unidad" and "Otra", which a narrow roll leaves out because they add nothing to the quantity."""

_AMOUNTS: Final = (
    ("noGravado", "Montos no afectos"),
    ("ventaNoSuj", "Ventas no sujetas"),
    ("ventaExenta", "Ventas exentas"),
    ("ventaGravada", "Ventas gravadas"),
    ("compra", "Compras"),
)
_TOTALS: Final[Mapping[str, str]] = {
    "noGravado": "totalNoGravado",
    "ventaNoSuj": "totalNoSuj",
    "ventaExenta": "totalExenta",
    "ventaGravada": "totalGravada",
    "compra": "totalCompra",
}
"""The field of ``resumen`` that holds the sum of an amount of the lines (arithmetic.md 1)."""
_ROUNDED: Final = Fact(
    "Redondeo",
    "Los importes de las líneas están en centavos enteros y suman los totales; cada uno difiere en un centavo, a lo "
    "sumo, de cantidad por precio menos descuento.",
)
_ALWAYS_SHOWN: Final = frozenset({"ventaGravada", "compra"})

_Line = Mapping[str, Any]


class _Filled(Struct, frozen=True):
    """A column with the texts of all its lines; a ``width_em`` of 0 takes the remaining width."""

    label: str
    align: Align
    width_em: float
    cells: Sequence[str]


def table(document: Mapping[str, Any]) -> Table:
    """The table of lines. Columns for codes, discounts and kinds of sale appear when at least one line needs them."""
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    printed = _printed_amounts(document)
    keys = [key for key in printed if key in _ALWAYS_SHOWN or _any_has(lines, key)]
    carried = [[money(total) for total in accumulate(printed[key])] for key in keys]
    descriptions = [line["descripcion"] or "" for line in lines]
    columns = [*_descriptive(lines, descriptions), *_summed(printed, keys, carried)]
    cells_by_line = zip(*(column.cells for column in columns), strict=True)
    carried_by_line = zip(*carried, strict=True)
    return Table(
        columns=tuple(Column(column.label, column.align, column.width_em) for column in columns),
        amount_columns=len(keys),
        keeps_lines_whole=all(
            len(text) <= _LONGEST_KEPT and line_breaks(text) <= _MOST_KEPT_BREAKS for text in descriptions
        ),
        rows=tuple(TableRow(cells, sums) for cells, sums in zip(cells_by_line, carried_by_line, strict=True)),
    )


def strip(document: Mapping[str, Any]) -> tuple[StripLine, ...]:
    """The lines for a narrow roll. The amount of a line is the sum of all its kinds of sale."""
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    printed = _printed_amounts(document)
    return tuple(
        StripLine(
            description=line["descripcion"] or "",
            count=_count(line),
            amount=money(sum(amounts.values(), Decimal(0))),
            remarks=_remarks(line, amounts),
        )
        for line, amounts in (
            (line, {key: cells[number] for key, cells in printed.items()}) for number, line in enumerate(lines)
        )
    )


def rounding(document: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The remark for a document whose printed lines are not all rounded half up, because they would not add up."""
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    is_usual = all(
        cents == to_cents(Decimal(line.get(key) or 0))
        for key, cells in _printed_amounts(document).items()
        for line, cents in zip(lines, cells, strict=True)
    )
    return () if is_usual else (_ROUNDED,)


def _printed_amounts(document: Mapping[str, Any]) -> dict[str, list[Decimal]]:
    """The amounts of the lines in whole cents, by their key: each column adds up to its total in the summary."""
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    figures = document["resumen"]
    printed = {}
    for key, _ in _AMOUNTS:
        if key in lines[0]:
            exact = [Decimal(line.get(key) or 0) for line in lines]
            printed[key] = cents_that_add_up(exact, Decimal(figures.get(_TOTALS[key]) or 0))
    return printed


def _descriptive(lines: Sequence[_Line], descriptions: Sequence[str]) -> list[_Filled]:
    columns = [
        _sized("N.º", "right", lines, lambda line: str(line["numItem"])),
        _sized("Cantidad", "right", lines, lambda line: quantity(line["cantidad"])),
        _sized("Unidad", "left", lines, _unit),
    ]
    if _any_has(lines, "codigo"):
        columns.append(_codes([line["codigo"] or "" for line in lines]))
    columns.append(_Filled("Descripción", "left", 0, descriptions))
    columns.append(_sized("Precio unitario", "right", lines, lambda line: unit_price(line["precioUni"])))
    if any(map(_has_discount, lines)):
        columns.append(_sized("Descuento", "right", lines, lambda line: money(line["montoDescu"])))
    return columns


def _summed(
    printed: Mapping[str, Sequence[Decimal]], keys: Sequence[str], carried: Sequence[Sequence[str]]
) -> list[_Filled]:
    labels = dict(_AMOUNTS)
    columns = []
    for key, sums in zip(keys, carried, strict=True):
        cells = [money(cents) for cents in printed[key]]
        columns.append(_Filled(labels[key], "right", _width(labels[key], [*cells, sums[-1]]), cells))
    return columns


def _codes(codes: Sequence[str]) -> _Filled:
    width = _width("Código", [word[:_LONGEST_CODE_WORD] for code in codes for word in code.split()])
    return _Filled("Código", "left", width, [wrappable(code, _LONGEST_CODE_WORD) for code in codes])


def _sized(label: str, align: Align, lines: Sequence[_Line], text: Callable[[_Line], str]) -> _Filled:
    cells = [text(line) for line in lines]
    return _Filled(label, align, _width(label, cells), cells)


def _width(label: str, cells: Sequence[str]) -> float:
    longest_piece = max(len(piece) for text in (*cells, label) for piece in text.replace("\u200b", " ").split(" "))
    return round(longest_piece * _CHARACTER_EM, 2)


def _any_has(lines: Sequence[_Line], key: str) -> bool:
    return any(line.get(key) for line in lines)


def _unit(line: _Line) -> str:
    return word(Catalog.UNITS, line["uniMedida"])


def _count(line: _Line) -> str:
    unit = "" if line["uniMedida"] in _SELF_EVIDENT_UNITS else f" {_unit(line)}"
    return f"{quantity(line['cantidad'])}{unit} × {unit_price(line['precioUni'])}"


def _has_discount(line: _Line) -> bool:
    """Whether a line has a discount of a cent or more; a smaller one only makes up for the decimals of a net price."""
    return bool(to_cents(Decimal(line.get("montoDescu") or 0)))


def _remarks(line: _Line, amounts: Mapping[str, Decimal]) -> tuple[str, ...]:
    remarks = []
    if _has_discount(line):
        remarks.append(f"Descuento: {money(line['montoDescu'])}")
    remarks.extend(
        f"{label}: {money(amounts[key])}" for key, label in _AMOUNTS if key not in _ALWAYS_SHOWN and amounts.get(key)
    )
    return tuple(remarks)
