"""Reads the file that describes a company to the gateway (``ocote company add FILE.toml``).

Texts are for the operator, hence in Spanish. All faults of a file are reported at once, each with its key.
"""

import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from ocote.companies.description.check import check_company
from ocote.companies.description.fields import COMPANY
from ocote.companies.description.value import CompanyDescription
from ocote.companies.file.toml import fault_line, plain_values, unknown_keys

_LARGEST_FILE: Final = 256 * 1024
_LONGEST_LINE: Final = 500
"""Characters of a line. A key of thousands of dotted names would cost the parser the square of their number."""


class CompanyFileError(Exception):
    """The file does not describe a company; ``faults`` lists every fault, one line for each key."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        super().__init__(f"{path} tiene {len(faults)} falta(s):" + "".join(f"\n  {fault}" for fault in faults))
        self.faults = faults


def read_company_file(path: Path) -> CompanyDescription:
    """Reads the company that a TOML file describes; a relative certificate path starts at the file's own folder.

    Raises CompanyFileError with every fault, and OSError when the file cannot be opened.
    """
    values = _table(path)
    company = check_company(plain_values(values, COMPANY, path.parent))
    faults = [fault_line(fault) for fault in company] if isinstance(company, tuple) else []
    faults += unknown_keys(values, COMPANY)
    if isinstance(company, tuple) or faults:
        raise CompanyFileError(path, tuple(faults))
    return company


def _table(path: Path) -> dict[str, Any]:
    """The values of a TOML file. Raises CompanyFileError when the file is not TOML, or beyond any company's size."""
    with path.open("rb") as file:
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise CompanyFileError(path, ("pesa más de 256 KiB: no es el archivo de una empresa.",))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CompanyFileError(path, ("el archivo no está en UTF-8.",)) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST_LINE and not line.lstrip().startswith("#"):
            fault = f"la línea {number} tiene {len(line)} caracteres y puede tener {_LONGEST_LINE}."
            raise CompanyFileError(path, (fault,))
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise CompanyFileError(path, (f"no es TOML: {error}.",)) from error
    except ValueError as error:
        raise CompanyFileError(path, ("tiene un número con demasiadas cifras.",)) from error
    except RecursionError as error:
        raise CompanyFileError(path, ("tiene listas o tablas anidadas sin fin.",)) from error


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("an exponent that no decimal number can have") from None
