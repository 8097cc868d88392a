"""The company of the demonstration: its file, certificate, registration and key, made once and kept."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ocote.audit import at_terminal
from ocote.clock import system_clock
from ocote.companies.file.parse import read_company_file
from ocote.companies.keys import ApiKeys
from ocote.companies.registry import add_company
from ocote.emulator.companies import load_companies
from ocote.people.invitations import entry_link
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.companies import key_holder_of
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import OutdatedError, open_store
from ocote.store.engine.values import moment_text
from ocote.store.people import ensure_owner
from ocote.vault import Vault, new_secret

COMPANY_FILE = """\
# La empresa de la demostración, en el mismo formato que «ocote company add». Sus datos son inventados.
nit = "0614-010126-001-7"
nrc = "123456-7"
name = "Café de Demostración, S.A. de C.V."
trade_name = "Café de Demostración"
activity_code = "10791"
collection_agent = true
environment = "00"
phone = "22220000"
email = "facturas@example.com"

[address]
district = "San Salvador"
complement = "Calle de la Demostración 100"

[mh]
user = "06140101260017"
password = "Demostracion#2026"
certificate = "06140101260017.crt"
certificate_password = "Certificado#2026"

[responsible]
name = "Persona de Demostración"
document_type = "13"
document_number = "00000001-8"

[[branch]]
code = "M001"
[[branch.pos]]
code = "P001"
"""
POINT_OF_SALE = "M001P001"
_OWNER = "propietaria@example.com"


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A registered company: its company file, its API key, and the settings that the gateway needs for it."""

    file: Path
    key: str = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)


def prepare(folder: Path) -> DemoCompany:
    """Prepares the demonstration's company in its folder and uses again the files of an earlier run."""
    file = folder / "empresa.toml"
    if not file.exists():
        file.write_text(COMPANY_FILE, encoding="utf-8")
    load_companies(file)  # makes a missing certificate, in the form in which MH issues it
    data = (folder / "datos").resolve()
    secret = _read_secret(folder / "clave-secreta.txt") or _write_secret(folder / "clave-secreta.txt", new_secret())
    url = f"sqlite:///{data / 'ocote.sqlite3'}"
    try:
        key = asyncio.run(_registered(folder, file, url, secret))
    except OutdatedError:
        migrate(url)
        key = asyncio.run(_registered(folder, file, url, secret))
    environ = {"OCOTE_DATA_DIR": str(data), "OCOTE_DATABASE_URL": url, "OCOTE_SECRET_KEY": secret}
    return DemoCompany(file, key, environ)


async def _registered(folder: Path, file: Path, url: str, secret: str) -> str:
    """Registers the company as described in its file and returns the key to use."""
    company = read_company_file(file)
    key_file = folder / "clave-api.txt"
    async with open_store(url) as store:
        by = at_terminal()
        registered = await add_company(store, Vault.from_secret(secret), company, system_clock, by)
        key = _read_secret(key_file)
        if key is None or await store.read(key_holder_of, sha256(key.encode()).hexdigest()) is None:
            made = await ApiKeys(store, system_clock).create(registered, POINT_OF_SALE, by)
            key = _write_secret(key_file, made)
    return key


def way_in(company: DemoCompany) -> str:
    """The secret of a link that lets the owner of the demonstration into the panel, once; she has no password."""
    return asyncio.run(_way_in(company.environ["OCOTE_DATABASE_URL"], read_company_file(company.file).nit))


async def _way_in(url: str, nit: str) -> str:
    async with open_store(url) as store:
        now, by = moment_text(system_clock()), at_terminal()

        def entries(owned: list[int]) -> list[AuditEntry]:
            given = {"role": "owner", "points": ""}
            return [AuditEntry(now, by, "role_changed", _OWNER, company_id, after=given) for company_id in owned]

        await store.write(audited, entries, ensure_owner, _OWNER, "Propietaria de Demostración", nit, now)
        return await entry_link(store, system_clock, _OWNER)


def _read_secret(path: Path) -> str | None:
    return path.read_text(encoding="ascii").strip() if path.exists() else None


def _write_secret(path: Path, text: str) -> str:
    """Writes a secret into a file that only its owner may read."""
    path.touch(mode=0o600)
    path.write_text(f"{text}\n", encoding="ascii")
    return text
