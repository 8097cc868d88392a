"""``ocote company add``: reads a company's file, tries its user at MH and stores it."""

import asyncio
import shlex
from contextlib import suppress
from pathlib import Path

import click
from msgspec import Struct

from ocote import settings
from ocote.audit import at_terminal
from ocote.cli.console import out
from ocote.cli.file_readers import open_files_text
from ocote.cli.number_report import described_standing
from ocote.clock import system_clock
from ocote.companies.description.value import CompanyDescription
from ocote.companies.file.parse import read_company_file
from ocote.companies.first_numbers import first_numbers
from ocote.companies.mh_login import Access, LoginTried, try_logins
from ocote.companies.numbering import StandingNumber, standing_numbers
from ocote.companies.registry import add_company, credentials_of, own_certificate
from ocote.mh import Credentials
from ocote.settings import Settings
from ocote.store.companies import companies_by_nit, company_by_id
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.vault import Vault, VaultError
from ocote.wording.environment import ENVIRONMENT_NAMES


class _Added(Struct, frozen=True):
    """The outcome of adding a company; ``tried`` is None when MH was not asked."""

    tried: LoginTried | None
    is_stored: bool
    is_active: bool = False
    standing: tuple[StandingNumber, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.tried is not None and self.tried.verdict == "refused"


def add_from_file(file: Path, *, offline: bool) -> bool:
    """Stores the company of a file and says how it stands; returns whether it can issue, as far as MH was asked.

    A user or password that MH refuses never takes the place of another one, with which the company may be selling. A
    company that has no other one is stored with it, so that everything else of it can be made ready. Without an answer
    of MH, and with ``offline``, the company is stored untried.
    """
    company = read_company_file(file)
    added = asyncio.run(_add(settings.load(), company, offline=offline))
    if added.tried is not None:
        click.echo(_login_text(company, added), err=added.tried.verdict != "accepted")
    warned = open_files_text(path for path in (file, company.certificate) if isinstance(path, Path))
    if warned:
        click.echo(warned, err=True)
    if added.is_stored:
        _tell(company, file, added)
    return not added.is_refused


async def _add(configured: Settings, company: CompanyDescription, *, offline: bool) -> _Added:
    async with open_store(configured.database_url) as store:
        vault = Vault.from_secret(configured.required_secret())
        own_certificate(company)  # a fault of the files costs no login
        access = Access(company.environment, _credentials(company))
        tried = None if offline else (await try_logins(configured, [access]))[0]
        if tried is not None and tried.verdict == "refused" and await _has_others(store, vault, company):
            return _Added(tried, is_stored=False)
        by = at_terminal()
        saved = await add_company(store, vault, company, system_clock, by)
        row = await store.read(company_by_id, saved.id)
        standing = await standing_numbers(store, saved.id, first_numbers(company, system_clock(), by.name))
        return _Added(tried, is_stored=True, is_active=row is not None and row.active, standing=tuple(standing))


async def _has_others(store: Store, vault: Vault, company: CompanyDescription) -> bool:
    """Whether the company is registered with another user or password, with which it may be selling right now."""
    for row in await store.read(companies_by_nit, company.nit):
        if row.environment == company.environment:
            with suppress(VaultError):
                return credentials_of(vault, row) != _credentials(company)
    return False


def _credentials(company: CompanyDescription) -> Credentials:
    return Credentials(company.nit, company.mh_user, company.mh_password)


def _login_text(company: CompanyDescription, added: _Added) -> str:
    """A mark, what MH says, what became of the file, and what to do."""
    place, tried = f"Hacienda ({ENVIRONMENT_NAMES[company.environment]})", added.tried
    if tried is None or tried.verdict == "accepted":
        return f"✓ {place} acepta el usuario y la contraseña."
    if not added.is_refused:
        return (
            f"! El usuario y la contraseña quedan sin probar: {place} no contestó ({tried.why}). Pruébelos después con "
            "«ocote doctor»."
        )
    became = (
        "La empresa se guardó, pero mientras no se corrija todo lo que emita queda en contingencia."
        if added.is_stored
        else "No se guardó nada: la empresa sigue con el usuario y la contraseña de antes."
    )
    return (
        f"✗ {place} no acepta el usuario {company.mh_user} con esa contraseña: {tried.why}. {became} Corrija user y "
        "password en [mh], que son los de la API y distintos en pruebas y en producción, y repita la orden. Para "
        "guardarlos sin probar: --offline."
    )


def _tell(company: CompanyDescription, file: Path, added: _Added) -> None:
    points = [f"{branch.code}{point.code}" for branch in company.branches for point in branch.points]
    environment = ENVIRONMENT_NAMES[company.environment]
    stands = "quedó guardada" if added.is_refused else "está lista"
    ready = f"{company.name} (NIT {company.nit}, {environment}) {stands}. Puntos de venta: {', '.join(points)}."
    out().print(ready, soft_wrap=True)
    for line in described_standing(company.nit, added.standing):
        out().print(line, soft_wrap=True)
    if added.is_refused:
        next_step = f"corrija [mh] y repita: ocote company add {shlex.quote(str(file))}"
    elif added.is_active:
        next_step = f"ocote key create --company {company.nit} --pos {points[0]}"
    else:
        out().print(f"Sigue desactivada. Para activarla: ocote company enable {company.nit}", soft_wrap=True)
        return
    out().print(f"Siguiente paso: {next_step}", soft_wrap=True)
