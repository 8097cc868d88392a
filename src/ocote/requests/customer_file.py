"""Customers as a CSV file: one line for each, whose columns are the fields of the API. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.view import AnswerWarning
from ocote.dte.catalogs import fold
from ocote.dte.faults import Fault
from ocote.errors import sentence_of, warning_text
from ocote.issuing.customer_import import FiledCustomer
from ocote.issuing.request import CustomerData
from ocote.requests.misnamed import likely_name
from ocote.requests.person import read_remembered, remembered_fields
from ocote.requests.table_file import BYTE_ORDER_MARK, TableFileError, quoted_name, table_line, table_lines
from ocote.spreadsheets import marked_as_text, unmarked
from ocote.web.invalid import InvalidRequest

MOST_CUSTOMERS: Final = 5_000
"""The customers of one file, which are written at once while other writers of the company wait."""

_NEEDED: Final = "name"
_NUMBERS: Final = ("nit", "dui", "nrc", "document_number")
CUSTOMER_COLUMNS: Final[Mapping[str, str]] = {
    "nombre": "name",
    "nit": "nit",
    "dui": "dui",
    "nrc": "nrc",
    "tipo de documento": "document_type",
    "numero de documento": "document_number",
    "tipo de contribuyente": "type_contributor",
    "actividad": "activity_code",
    "nombre comercial": "trade_name",
    "correo": "email",
    "telefono": "phone",
    "distrito": "district",
    "departamento": "department",
    "municipio": "municipality",
    "direccion": "address",
    "pais": "country",
}
"""The columns as people in El Salvador name them; case, accents and underscores do not matter."""

_ALSO: Final[Mapping[str, str]] = {
    "razon social": "name",
    "nombre o razon social": "name",
    "giro": "activity_code",
    "actividad economica": "activity_code",
    "codigo de actividad": "activity_code",
    "correo electronico": "email",
    "contribuyente": "type_contributor",
}
_SHOWN: Final[Mapping[str, str]] = {field: column for column, field in CUSTOMER_COLUMNS.items()}
_KINDS: Final[Mapping[str, str]] = {
    "pequeno": "1",
    "pequeno contribuyente": "1",
    "small": "1",
    "mediano": "2",
    "mediano contribuyente": "2",
    "medium": "2",
    "grande": "3",
    "gran contribuyente": "3",
    "large": "3",
    "gobierno": "4",
    "government": "4",
}
_SAMPLE: Final = (
    {
        "name": "Distribuidora de Prueba, S.A. de C.V.",
        "nit": "0614-180948-001-4",
        "nrc": "231894-5",
        "type_contributor": "mediano",
        "activity_code": "46900",
        "trade_name": "La Prueba",
        "email": "compras@example.com",
        "phone": "2222-0000",
        "district": "0614",
        "address": "Calle de Prueba, local 2",
    },
    {"name": "Persona de Prueba", "dui": "00016297-5", "email": "persona@example.com"},
)


class ReadCustomers(Struct, frozen=True):
    """The customers of a file, and what of their texts was not taken, as Spanish sentences."""

    customers: tuple[FiledCustomer, ...]
    notes: tuple[str, ...]


def read_customer_file(content: bytes) -> ReadCustomers:
    """Reads a file in UTF-8 or Windows-1252 whose cells are separated by commas, semicolons or tabs.

    An empty cell is an absent field. Raises TableFileError with every fault of every line.
    """
    lines = table_lines(_text(content))
    _, heading = next(lines, (1, []))
    names = _names(heading)
    return _customers(names, {**_SHOWN, **dict(zip(names, heading, strict=True))}, lines)


def customer_file(customers: Iterable[CustomerData]) -> Iterator[str]:
    """The lines of a file that ``read_customer_file`` reads; no cell of it is a formula to a spreadsheet."""
    yield _heading()
    for customer in customers:
        fields = remembered_fields(customer)
        yield table_line([_cell(fields[name]) for name in CUSTOMER_COLUMNS.values()])


def sample_file() -> str:
    """A file with two customers that do not exist, to be filled in."""
    lines = [table_line([each.get(name, "") for name in CUSTOMER_COLUMNS.values()]) for each in _SAMPLE]
    return _heading() + "".join(lines)


def _heading() -> str:
    return BYTE_ORDER_MARK + table_line(CUSTOMER_COLUMNS)


def _customers(names: Sequence[str], shown: Mapping[str, str], lines: Iterator[tuple[int, list[str]]]) -> ReadCustomers:
    """The customers of the lines; ``shown`` are the names of the columns as the file has them."""
    customers: list[FiledCustomer] = []
    first_lines: dict[tuple[str, str], int] = {}
    faults: list[str] = []
    notes: list[str] = []
    for position, (number, cells) in enumerate(lines):
        if position == MOST_CUSTOMERS:
            faults.append(
                f"línea {number}: un archivo tiene como máximo {MOST_CUSTOMERS} clientes; repártalos en varios."
            )
            break
        if len(cells) > len(names):
            faults.append(f"línea {number}: tiene {len(cells)} celdas y el encabezado {len(names)}.")
            continue
        warnings: list[AnswerWarning] = []
        try:
            customer = read_remembered(_sent(dict(zip(names, cells, strict=False))), warnings)
        except InvalidRequest as error:
            faults += (f"línea {number}: {_sentence(each, shown)}." for each in error.faults)
            continue
        notes += (f"línea {number}: {warning_text(each.code, **each.values)}" for each in warnings)
        twice = [(name, first_lines[name, value]) for name, value in _keys(customer) if (name, value) in first_lines]
        if twice:
            name, first = twice[0]
            faults.append(f"línea {number}: el {name.upper()} ya está en la línea {first}; deje una de las dos.")
            continue
        first_lines |= dict.fromkeys(_keys(customer), number)
        customers.append(FiledCustomer(number, customer))
    if faults:
        raise TableFileError(faults)
    return ReadCustomers(tuple(customers), tuple(notes))


def _keys(customer: CustomerData) -> list[tuple[str, str]]:
    """The numbers of a customer by which the company finds the record again."""
    every = (("nit", customer.nit), ("dui", customer.dui), ("nrc", customer.nrc))
    return [(name, value) for name, value in every if value]


def _sent(cells: Mapping[str, str]) -> dict[str, str]:
    """The cells as the API would get them."""
    sent = {name: unmarked(cell).strip() for name, cell in cells.items() if cell.strip()}
    kind = sent.get("type_contributor")
    if kind is not None:
        sent["type_contributor"] = _KINDS.get(" ".join(fold(kind).split()), kind)
    return sent


def _names(heading: Sequence[str]) -> Sequence[str]:
    """The fields of the columns. Raises TableFileError for a heading without the compulsory ones, or with others."""
    names = [_field_of(name) for name in heading]
    seen: set[str] = set()
    faults = []
    for name in names:
        if name not in _SHOWN:
            likely = likely_name(name, tuple(_SHOWN))
            hint = f"existen {', '.join(CUSTOMER_COLUMNS)}." if likely is None else f"¿quiso decir {_SHOWN[likely]}?"
            faults.append(f"línea 1: no existe la columna {quoted_name(name)}; {hint}")
        elif name in seen:
            faults.append(f"línea 1: la columna {_SHOWN[name]} está dos veces.")
        seen.add(name)
    if _NEEDED not in names:
        faults.append(f"línea 1: falta la columna {_SHOWN[_NEEDED]}.")
    if not any(name in names for name in _NUMBERS):
        faults.append("línea 1: falta una columna nit, dui, nrc o numero de documento.")
    if faults:
        raise TableFileError(faults)
    return names


def _field_of(column: str) -> str:
    """The field of a column, under its name in the API; another column is left as it is.

    >>> _field_of(" Teléfono "), _field_of("Correo_Electrónico"), _field_of("activity_code"), _field_of("Color")
    ('phone', 'email', 'activity_code', 'color')
    """
    name = column.strip().lower()
    words = " ".join(fold(name).replace("_", " ").split())
    return CUSTOMER_COLUMNS.get(words) or _ALSO.get(words, name)


def _sentence(fault: Fault, shown: Mapping[str, str]) -> str:
    """A fault with the name of its column, as the file has it, in front."""
    return sentence_of(replace(fault, field=shown.get(fault.field, fault.field)))


def _text(content: bytes) -> str:
    """The text of the file: a spreadsheet writes CSV in UTF-8 or, without asking, in the code of Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        fault = f"línea {line}: no está en UTF-8 ni en Windows-1252; guarde el archivo como «CSV UTF-8»."
        raise TableFileError([fault]) from error


def _cell(value: object) -> str:
    return "" if value is None else marked_as_text(str(value))
