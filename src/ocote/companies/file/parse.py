"""Reads the file that describes a company to the gateway (``ocote company add FILE.toml``).

Texts are for the operator, hence in Spanish. All faults of a file are reported at once, each with its key.
"""

import tomllib
from decimal import Decimal
from pathlib import Path

from ocote.companies.description.check import check_company
from ocote.companies.description.fields import COMPANY
from ocote.companies.description.value import CompanyDescription
from ocote.companies.file.toml import fault_line, plain_values, unknown_keys


class CompanyFileError(Exception):
    """The file does not describe a company; ``faults`` lists everything that is wrong, one line for each key."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        super().__init__(f"{path} tiene {len(faults)} falta(s):" + "".join(f"\n  {fault}" for fault in faults))
        self.faults = faults


def read_company_file(path: Path) -> CompanyDescription:
    """The company that a TOML file describes; a relative certificate path counts from the file's own folder.

    Raises CompanyFileError with every fault, and OSError when the file cannot be opened.
    """
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise CompanyFileError(path, ("el archivo no está en UTF-8.",)) from error
    except tomllib.TOMLDecodeError as error:
        raise CompanyFileError(path, (f"no es TOML: {error}.",)) from error
    company = check_company(plain_values(values, COMPANY, path.parent))
    faults = [fault_line(fault) for fault in company] if isinstance(company, tuple) else []
    faults += unknown_keys(values, COMPANY)
    if isinstance(company, tuple) or faults:
        raise CompanyFileError(path, tuple(faults))
    return company
