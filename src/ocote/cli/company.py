"""``ocote company``: the companies that issue through this gateway."""

from pathlib import Path
from typing import Annotated

import typer

ENVIRONMENT_NAMES = {"00": "pruebas", "01": "producción"}

app = typer.Typer(help="Las empresas que emiten con esta pasarela.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def add(file: Annotated[Path, typer.Argument(help="Archivo TOML de la empresa.", exists=True, dir_okay=False)]) -> None:
    """Agrega una empresa, o la actualiza. La reconoce por NIT y ambiente."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.issuing.companies import add_company
    from ocote.issuing.company_file import read_company_file
    from ocote.store.opening import open_store
    from ocote.vault import Vault

    configured = settings.load()
    company = read_company_file(file)

    async def save() -> None:
        async with open_store(configured.database_url) as store:
            await add_company(store, Vault.from_secret(configured.required_secret()), company, system_clock)

    asyncio.run(save())
    points = [f"{branch.code}{point}" for branch in company.branches for point in branch.points]
    environment = ENVIRONMENT_NAMES[company.environment]
    told = f"{company.name} (NIT {company.nit}, {environment}) está lista. Puntos de venta: {', '.join(points)}."
    out().print(told, soft_wrap=True)
    out().print(f"Siguiente paso: ocote key create --company {company.nit} --pos {points[0]}", soft_wrap=True)


@app.command("list")
def list_() -> None:
    """Muestra las empresas y sus certificados."""
    import asyncio

    from rich.table import Table

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import local_date
    from ocote.store.companies import all_companies
    from ocote.store.opening import open_store
    from ocote.store.store import Row
    from ocote.store.values import moment

    async def read() -> list[Row]:
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
        until = company["certificate_valid_until"]
        table.add_row(
            company["nit"],
            ENVIRONMENT_NAMES[company["environment"]],
            local_date(moment(until)).isoformat() if until else "",
            "activa" if company["active"] else "desactivada",
            company["name"],
        )
    out().print(table)
