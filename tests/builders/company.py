"""The company of the tests: its file, its certificate, its registration and its API key."""

from pathlib import Path

from ocote.audit import Author
from ocote.clock import system_clock
from ocote.companies.file.parse import read_company_file
from ocote.companies.keys import ApiKeys, KeyLimits
from ocote.companies.registry import add_company
from ocote.store.engine.opening import open_store
from ocote.vault import Vault
from tests.builders.certificate import PASSWORD, crt

NIT = "06140101260017"
NRC = "123456-7"
NAME = "Café de Prueba, S.A. de C.V."
TRADE_NAME = "Café de Prueba"
MH_PASSWORD = "Clave#2026"
POINT_OF_SALE = "M001P001"
COMPANY_FILE = "empresa.toml"

EXPORT_SETTINGS = """
[export]
country = "GT"
customs_office = "01"
regime = "1000.000"
incoterm = "09"
item_type = 1
freight = 120.00
insurance = 18.20
"""
"""How the company exports, for the end of its file."""

_NO_LIMIT = 10**9
_VALIDITY = ("1767225600.000000000", "4070908800.000000000")
"""From 2026 to the end of the century."""


def company_file(
    *,
    nit: str = NIT,
    nrc: str = NRC,
    name: str = NAME,
    trade_name: str = TRADE_NAME,
    password: str = MH_PASSWORD,
    certificate_password: str = PASSWORD,
    environment: str = "00",
) -> str:
    """The text of a company file; the company has one point of sale, ``POINT_OF_SALE``."""
    return f"""\
nit = "{nit}"
nrc = "{nrc}"
name = "{name}"
trade_name = "{trade_name}"
activity_code = "10791"
environment = "{environment}"
phone = "22220000"
email = "facturas@example.com"

[address]
district = "San Salvador"
complement = "Calle de la Prueba 100"

[mh]
user = "{nit}"
password = "{password}"
certificate = "{nit}.crt"
certificate_password = "{certificate_password}"

[responsible]
name = "Persona de Prueba"
document_type = "13"
document_number = "00000001-8"

[[branch]]
code = "M001"
[[branch.pos]]
code = "P001"
"""


def write_company(folder: Path, more: str = "", first: str = "") -> Path:
    """Writes the company's file, with ``first`` and ``more`` TOML around it, and the certificate beside the file."""
    (folder / f"{NIT}.crt").write_bytes(crt(nit=NIT, validity=_VALIDITY))
    path = folder / COMPANY_FILE
    path.write_text(f"{first}\n{company_file()}\n{more}", encoding="utf-8")
    return path


BY = Author("prueba", "terminal")
"""Whoever gives the commands of the tests."""

NO_LIMITS = KeyLimits(_NO_LIMIT, _NO_LIMIT)
"""The limits of a key that no test reaches."""


async def register_company(database_url: str, secret: str, path: Path, limits: KeyLimits = NO_LIMITS) -> str:
    """Registers the company of a file and makes an API key with the given limits; returns the key."""
    company = read_company_file(path)
    async with open_store(database_url) as store:
        registered = await add_company(store, Vault.from_secret(secret), company, system_clock, BY)
        return await ApiKeys(store, system_clock).create(registered, POINT_OF_SALE, BY, limits)
