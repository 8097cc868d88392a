"""``ocote company``: the companies that issue through this gateway."""

from pathlib import Path

import click

from ocote.cli.options import environment_option
from ocote.cli.spanish import CommandGroup
from ocote.wording.environment import ENVIRONMENT_NAMES

company_commands = CommandGroup("company", help="Las empresas que emiten con esta pasarela.")

_nit_argument = click.argument("nit", metavar="NIT", help="NIT de la empresa.")


@company_commands.command("add")
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="ARCHIVO",
    help="Archivo TOML de la empresa.",
)
@click.option("--offline", is_flag=True, help="No probar en Hacienda el usuario y la contraseña.")
@click.pass_context
def _add(context: click.Context, file: Path, offline: bool) -> None:
    """Agrega una empresa, o la actualiza. La reconoce por NIT y ambiente; estado 1 si Hacienda no acepta su usuario."""
    from ocote.cli.company_adding import add_from_file

    context.exit(0 if add_from_file(file, offline=offline) else 1)


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
    from ocote.audit import at_terminal
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.companies.registry import Registered, find_company, switch_company
    from ocote.store.engine.opening import open_store

    async def switch() -> Registered:
        async with open_store(settings.load().database_url) as store:
            company = await find_company(store, nit.replace("-", ""), environment)
            await switch_company(store, system_clock, company, at_terminal(), active=active)
            return company

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
    from ocote.store.companies import CompanyRow, all_companies
    from ocote.store.engine.opening import open_store
    from ocote.wording.moments import local_day_text

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
            local_day_text(until) if until else "",
            "activa" if company.active else "desactivada",
            company.name,
        )
    out().print(table)
