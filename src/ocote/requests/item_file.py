"""Items as a CSV file: one line for each, whose columns are the fields of the API. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.view import AnswerWarning
from ocote.dte.catalogs import fold
from ocote.dte.faults import Fault
from ocote.errors import sentence_of, warning_text
from ocote.items.item import Item, KeptItem
from ocote.requests.hints import yes_or_no
from ocote.requests.item import ITEM_BODY, item_fields, read_item
from ocote.requests.misnamed import likely_name
from ocote.requests.table_file import BYTE_ORDER_MARK, TableFileError, quoted_name, table_line, table_lines
from ocote.spreadsheets import marked_as_text, unmarked
from ocote.web.invalid import InvalidRequest

MOST_ITEMS: Final = 20_000
"""The items of one file, which are written at once while other writers wait: a fraction of a second."""

_CODE: Final = "code"
_NEEDED: Final = (_CODE, "description", "unit_price")
SPANISH_COLUMNS: Final[Mapping[str, str]] = {
    "codigo": "code",
    "descripcion": "description",
    "precio": "unit_price",
    "precio con iva": "prices_include_vat",
    "tratamiento": "sale_kind",
    "clase": "item_kind",
    "unidad": "unit",
    "tributos": "taxes",
    "tributos incluidos": "taxes_included",
    "precio sugerido": "suggested_price",
}
"""Columns as people in El Salvador name them; case, accents and underscores do not matter."""

_SHOWN: Final[Mapping[str, str]] = {name: column for column, name in SPANISH_COLUMNS.items()}
_LISTS: Final = ("taxes",)
_FLAGS: Final = ("prices_include_vat", "taxes_included")


class ReadItems(Struct, frozen=True):
    """The items of a file by their codes, and what of their texts was not taken, as Spanish sentences."""

    items: Mapping[str, Item]
    notes: tuple[str, ...]


def read_item_file(content: bytes) -> ReadItems:
    """Reads a file in UTF-8 whose cells are separated by commas, semicolons or tabs.

    Raises TableFileError with every fault.
    An empty cell is an absent field. A list is written in one cell, with blanks between its codes.
    """
    lines = table_lines(_text(content))
    _, heading = next(lines, (1, []))
    names = _names(heading)
    return _items(names, {**_SHOWN, **dict(zip(names, heading, strict=True))}, lines)


def item_file(items: Iterable[KeptItem]) -> Iterator[str]:
    """The lines of a file that ``read_item_file`` reads, with the mark by which spreadsheets know UTF-8."""
    yield BYTE_ORDER_MARK + table_line(ITEM_BODY.names)
    for kept in items:
        fields = item_fields(kept.code, kept.item)
        yield table_line([_cell(fields[name]) for name in ITEM_BODY.names])


def _items(names: Sequence[str], shown: Mapping[str, str], lines: Iterator[tuple[int, list[str]]]) -> ReadItems:
    """The items of the lines; ``shown`` are the names of the columns as the file has them."""
    items: dict[str, Item] = {}
    first_lines: dict[str, int] = {}
    faults: list[str] = []
    notes: list[str] = []
    for position, (number, cells) in enumerate(lines):
        if position == MOST_ITEMS:
            faults.append(f"línea {number}: un archivo tiene como máximo {MOST_ITEMS} artículos; repártalos en varios.")
            break
        if len(cells) > len(names):
            faults.append(f"línea {number}: tiene {len(cells)} celdas y el encabezado {len(names)}.")
            continue
        warnings: list[AnswerWarning] = []
        try:
            code, item = _item(dict(zip(names, cells, strict=False)), warnings)
        except InvalidRequest as error:
            faults += (f"línea {number}: {_sentence(each, shown)}." for each in error.faults)
            continue
        notes += (f"línea {number}: {warning_text(each.code, **each.values)}" for each in warnings)
        if code in first_lines:
            faults.append(f"línea {number}: el código {code} ya está en la línea {first_lines[code]}.")
            continue
        first_lines[code], items[code] = number, item
    if faults:
        raise TableFileError(faults)
    return ReadItems(items, tuple(notes))


def _item(cells: Mapping[str, str], warnings: list[AnswerWarning]) -> tuple[str, Item]:
    sent = {name: _sent(name, unmarked(cell)) for name, cell in cells.items() if cell.strip()}
    return read_item(sent, str(sent.get(_CODE, "")), warnings)


def _sent(name: str, cell: str) -> Any:
    """A cell as the API would get it."""
    if name in _LISTS:
        return cell.split()
    if name in _FLAGS:
        flag = yes_or_no(cell)
        return cell if flag is None else flag
    return cell.strip()


def _names(heading: Sequence[str]) -> Sequence[str]:
    """The fields of the columns. Raises TableFileError for a heading without the compulsory ones, or with others."""
    names = [_field_of(name) for name in heading]
    seen: set[str] = set()
    faults = []
    for name in names:
        if name not in ITEM_BODY.names:
            likely = likely_name(name, ITEM_BODY.names)
            hint = f"¿quiso decir {_SHOWN[likely]}?" if likely is not None else f"existen {', '.join(SPANISH_COLUMNS)}."
            faults.append(f"línea 1: no existe la columna {quoted_name(name)}; {hint}")
        elif name in seen:
            faults.append(f"línea 1: la columna {_SHOWN[name]} está dos veces.")
        seen.add(name)
    faults += (f"línea 1: falta la columna {_SHOWN[name]}." for name in _NEEDED if name not in names)
    if faults:
        raise TableFileError(faults)
    return names


def _field_of(column: str) -> str:
    """The field of a column, under its name in the API; another column is left as it is.

    >>> _field_of(" Código "), _field_of("precio_con_IVA"), _field_of("unit_price"), _field_of("Color")
    ('code', 'prices_include_vat', 'unit_price', 'color')
    """
    name = column.strip().lower()
    return SPANISH_COLUMNS.get(" ".join(fold(name).replace("_", " ").split()), name)


def _sentence(fault: Fault, shown: Mapping[str, str]) -> str:
    """A fault with the name of its column, as the file has it, in front."""
    name, mark, place = fault.field.partition("[")
    return sentence_of(replace(fault, field=shown.get(name, name) + mark + place))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        fault = f"línea {line}: no está en UTF-8; guarde el archivo como «CSV UTF-8»."
        raise TableFileError([fault]) from error


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case list() | tuple():
            return " ".join(map(str, value))
        case _:
            return marked_as_text(str(value))
