"""The lines of a document as the table of the letter, with only the columns that the document needs."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

from msgspec import Struct

from ocote.dte.characters import line_breaks
from ocote.dte.money import to_cents
from ocote.printing.figures import money, quantity, unit_price, wrappable
from ocote.printing.kinds import AmountKind, printed_amounts
from ocote.printing.line_text import has_discount, tax_remark, unit_name
from ocote.printing.related import related_numbers, related_reference
from ocote.printing.sheet import Align, Column, Fact, Table, TableRow

_CHARACTER_EM: Final = 0.58
"""The width of a figure in ems. Punctuation is narrower, so a column of this width for each character always fits."""
_CAPITAL_EM: Final = 0.68
"""The width of capital letters in ems, as codes have them."""
_LONGEST_KEPT: Final = 700
"""A description up to this length is less than a quarter of a page and is not divided between pages."""
_MOST_KEPT_BREAKS: Final = 8
_LONGEST_CODE_WORD: Final = 14
_ROUNDED: Final = Fact(
    "Redondeo",
    "Los importes de las líneas están en centavos enteros y suman los totales; cada uno difiere en un centavo, a lo "
    "sumo, de cantidad por precio menos descuento.",
)

_Line = Mapping[str, Any]


class _Filled(Struct, frozen=True):
    """A column with the texts of all its lines; a ``width_em`` of 0 takes the remaining width."""

    label: str
    align: Align
    width_em: float
    cells: Sequence[str]


def table(document: Mapping[str, Any]) -> Table:
    """The table of lines. Columns for codes, related documents, discounts and kinds of sale appear where needed."""
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    printed = printed_amounts(document)
    carried = [[money(total) for total in accumulate(cents)] for cents in printed.values()]
    descriptions = [line["descripcion"] or "" for line in lines]
    columns = [*_descriptive(document, descriptions), *_summed(printed, carried)]
    cells_by_line = zip(*(column.cells for column in columns), strict=True)
    carried_by_line = zip(*carried, strict=True)
    return Table(
        columns=tuple(Column(column.label, column.align, column.width_em) for column in columns),
        amount_columns=len(printed),
        keeps_lines_whole=all(
            len(text) <= _LONGEST_KEPT and line_breaks(text) <= _MOST_KEPT_BREAKS for text in descriptions
        ),
        rows=tuple(
            TableRow(cells, sums, tuple(filter(None, (tax_remark(line),))))
            for line, cells, sums in zip(lines, cells_by_line, carried_by_line, strict=True)
        ),
    )


def rounding(document: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The remark for a document whose printed lines are not all rounded half up, because they would not add up."""
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    is_usual = all(
        cents == to_cents(Decimal(line.get(kind.key) or 0))
        for kind, cells in printed_amounts(document).items()
        for line, cents in zip(lines, cells, strict=True)
    )
    return () if is_usual else (_ROUNDED,)


def _descriptive(document: Mapping[str, Any], descriptions: Sequence[str]) -> list[_Filled]:
    lines: Sequence[_Line] = document["cuerpoDocumento"]
    columns = [
        _sized("N.º", "right", lines, lambda line: str(line["numItem"])),
        _sized("Cantidad", "right", lines, lambda line: quantity(line["cantidad"])),
        _sized("Unidad", "left", lines, unit_name),
    ]
    if any(line.get("codigo") for line in lines):
        columns.append(_codes("Código", [line["codigo"] or "" for line in lines]))
    columns.append(_Filled("Descripción", "left", 0, descriptions))
    numbers = related_numbers(document)
    if numbers:
        columns.append(_codes("Doc. rel.", [related_reference(line, numbers) for line in lines]))
    columns.append(_sized("Precio unitario", "right", lines, lambda line: unit_price(line["precioUni"])))
    if any(map(has_discount, lines)):
        columns.append(_sized("Descuento", "right", lines, lambda line: money(line["montoDescu"])))
    return columns


def _summed(printed: Mapping[AmountKind, Sequence[Decimal]], carried: Sequence[Sequence[str]]) -> list[_Filled]:
    columns = []
    for (kind, amounts), sums in zip(printed.items(), carried, strict=True):
        cells = [money(cents) for cents in amounts]
        columns.append(_Filled(kind.column, "right", _width(kind.column, [*cells, sums[-1]]), cells))
    return columns


def _codes(label: str, codes: Sequence[str]) -> _Filled:
    longest = max((len(word) for code in codes for word in code.split()), default=0)
    width = max(_width(label, []), round(min(longest, _LONGEST_CODE_WORD) * _CAPITAL_EM, 2))
    return _Filled(label, "left", width, [wrappable(code, _LONGEST_CODE_WORD) for code in codes])


def _sized(label: str, align: Align, lines: Sequence[_Line], text: Callable[[_Line], str]) -> _Filled:
    cells = [text(line) for line in lines]
    return _Filled(label, align, _width(label, cells), cells)


def _width(label: str, cells: Sequence[str]) -> float:
    longest_piece = max(len(piece) for text in (*cells, label) for piece in text.replace("\u200b", " ").split(" "))
    return round(longest_piece * _CHARACTER_EM, 2)
