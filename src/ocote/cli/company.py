"""``ocote company``: the companies that issue through this gateway."""

from pathlib import Path

import click

from ocote.cli.environment import ENVIRONMENT_NAMES
from ocote.cli.options import environment_option
from ocote.cli.spanish import CommandGroup

company_commands = CommandGroup("company", help="Las empresas que emiten con esta pasarela.")

_nit_argument = click.argument("nit", metavar="NIT", help="NIT de la empresa.")


@company_commands.command("add")
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="ARCHIVO",
    help="Archivo TOML de la empresa.",
)
def _add(file: Path) -> None:
    """Agrega una empresa, o la actualiza. La reconoce por NIT y ambiente."""
    import asyncio

    from ocote import settings
    from ocote.audit import acting_person
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.companies.file.parse import read_company_file
    from ocote.companies.first_numbers import first_numbers
    from ocote.companies.numbering import StandingNumber, standing_numbers
    from ocote.companies.registry import add_company
    from ocote.store.companies import company_by_id
    from ocote.store.engine.opening import open_store
    from ocote.vault import Vault

    configured = settings.load()
    company = read_company_file(file)

    async def save() -> tuple[bool, list[StandingNumber]]:
        async with open_store(configured.database_url) as store:
            vault = Vault.from_secret(configured.required_secret())
            by = acting_person()
            added = await add_company(store, vault, company, system_clock, by)
            row = await store.read(company_by_id, added.id)
            standing = await standing_numbers(store, added.id, first_numbers(company, system_clock(), by))
            return row is not None and row.active, standing

    is_active, standing = asyncio.run(save())
    _warn_of_open_files(*(path for path in (file, company.certificate) if isinstance(path, Path)))
    points = [f"{branch.code}{point.code}" for branch in company.branches for point in branch.points]
    environment = ENVIRONMENT_NAMES[company.environment]
    ready = f"{company.name} (NIT {company.nit}, {environment}) está lista. Puntos de venta: {', '.join(points)}."
    out().print(ready, soft_wrap=True)
    if standing:
        from ocote.cli.number_report import described_standing

        for line in described_standing(company.nit, standing):
            out().print(line, soft_wrap=True)
    if not is_active:
        out().print(f"Sigue desactivada. Para activarla: ocote company enable {company.nit}", soft_wrap=True)
        return
    out().print(f"Siguiente paso: ocote key create --company {company.nit} --pos {points[0]}", soft_wrap=True)


def _warn_of_open_files(*files: Path) -> None:
    """Tells the operator, on standard error, which files with passwords or keys other users can read."""
    import shlex

    from ocote.cli.writing import OTHERS_READ, is_open_to_others

    found = shlex.join(str(file) for file in files if is_open_to_others(file, OTHERS_READ))
    if found:
        told = f"Otros usuarios de esta máquina pueden leer contraseñas y la llave. Ejecute: chmod o-rwx {found}"
        click.echo(told, err=True)


@company_commands.command("disable")
@_nit_argument
@environment_option
def _disable(nit: str, environment: str | None) -> None:
    """Desactiva una empresa. Sus claves reciben 401; lo que ya emitió se termina."""
    _switch(nit, environment, active=False)


@company_commands.command("enable")
@_nit_argument
@environment_option
def _enable(nit: str, environment: str | None) -> None:
    """Activa de nuevo una empresa desactivada."""
    _switch(nit, environment, active=True)


def _switch(nit: str, environment: str | None, *, active: bool) -> None:
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.companies.registry import Registered, switch_company
    from ocote.store.engine.opening import open_store

    async def switch() -> Registered:
        async with open_store(settings.load().database_url) as store:
            return await switch_company(store, system_clock, nit.replace("-", ""), environment, active=active)

    company = asyncio.run(switch())
    stands = "activa" if active else "desactivada"
    out().print(f"{company.name} ({ENVIRONMENT_NAMES[company.environment]}) quedó {stands}.", soft_wrap=True)


@company_commands.command("list")
def _list() -> None:
    """Muestra las empresas y sus certificados."""
    import asyncio

    from rich.table import Table

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import local_date
    from ocote.store.companies import CompanyRow, all_companies
    from ocote.store.engine.opening import open_store
    from ocote.store.engine.values import moment

    async def read() -> list[CompanyRow]:
        async with open_store(settings.load().database_url) as store:
            return await store.read(all_companies)

    companies = asyncio.run(read())
    if not companies:
        out().print("No hay empresas. Agregue una: ocote company add ARCHIVO.toml")
        return
    table = Table()
    for title in ("NIT", "Ambiente", "Certificado hasta", "Estado"):
        table.add_column(title, no_wrap=True)
    table.add_column("Empresa", overflow="fold")
    for company in companies:
        until = company.certificate_valid_until
        table.add_row(
            company.nit,
            ENVIRONMENT_NAMES[company.environment],
            local_date(moment(until)).isoformat() if until else "",
            "activa" if company.active else "desactivada",
            company.name,
        )
    out().print(table)
