"""``ocote key``: the API keys of the companies."""

import click

from ocote.cli.options import any_company_option, company_option, environment_option
from ocote.cli.spanish import CommandGroup
from ocote.wording.environment import ENVIRONMENT_NAMES

key_commands = CommandGroup("key", help="Las claves de API de las empresas.")


@key_commands.command("create")
@company_option
@click.option(
    "--pos", metavar="PUNTO", required=True, help="Sucursal y punto de venta con que emite, por ejemplo M001P001."
)
@environment_option
@click.option("--per-minute", type=click.IntRange(1), metavar="N", default=120, help="Solicitudes por minuto.")
@click.option("--per-hour", type=click.IntRange(1), metavar="N", default=5000, help="Solicitudes por hora.")
def _create(company: str, pos: str, environment: str | None, per_minute: int, per_hour: int) -> None:
    """Crea una clave y la escribe, sola. No se guarda: cópiela ahora."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.clock import system_clock
    from ocote.companies.keys import ApiKeys, KeyLimits
    from ocote.companies.registry import find_company
    from ocote.store.engine.opening import open_store

    async def make() -> str:
        async with open_store(settings.load().database_url) as store:
            holder = await find_company(store, company.replace("-", ""), environment)
            limits = KeyLimits(per_minute, per_hour)
            return await ApiKeys(store, system_clock).create(holder, pos, at_terminal(), limits)

    click.echo(asyncio.run(make()))


@key_commands.command("disable")
@click.argument("prefix", metavar="CLAVE", help="Comienzo de la clave, como lo muestra «ocote key list».")
def _disable(prefix: str) -> None:
    """Desactiva una clave para siempre. Las llamadas que la usen reciben 401."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.companies.keys import ApiKeys
    from ocote.store.engine.opening import open_store

    async def switch_off() -> None:
        async with open_store(settings.load().database_url) as store:
            await ApiKeys(store, system_clock).disable(prefix, at_terminal())

    asyncio.run(switch_off())
    out().print(f"La clave {prefix[:12]}… quedó desactivada.")


@key_commands.command("list")
@any_company_option
def _list(company: str | None) -> None:
    """Muestra las claves por su comienzo. La clave completa no se guarda."""
    import asyncio

    from rich.table import Table

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import local
    from ocote.store.companies import KeyRow, all_keys
    from ocote.store.engine.opening import open_store
    from ocote.store.engine.values import moment
    from ocote.wording.moments import local_day_text

    async def read() -> list[KeyRow]:
        async with open_store(settings.load().database_url) as store:
            return await store.read(all_keys, nit)

    nit = company.replace("-", "") if company is not None else None
    keys = asyncio.run(read())
    if not keys and nit is not None:
        out().print(f"La empresa {nit} no tiene claves. Cree una: ocote key create --company {nit} --pos M001P001")
        return
    if not keys:
        out().print("No hay claves. Cree una: ocote key create --company NIT --pos M001P001")
        return
    table = Table(show_lines=True)
    for title in ("Clave\npunto", "Límites", "Estado", "Último uso"):
        table.add_column(title, no_wrap=True)
    table.add_column("Empresa", overflow="fold")
    for key in keys:
        day = local_day_text(key.disabled_at or key.created_at)
        table.add_row(
            f"{key.prefix}…\n{key.branch_code}{key.pos_code}",
            f"{key.per_minute}/min\n{key.per_hour}/h",
            f"desactivada\n{day}" if key.disabled_at else f"activa\n{day}",
            f"{local(moment(key.last_used_at)):%d/%m/%Y\n%H:%M}" if key.last_used_at else "",
            f"{key.name}\n{key.nit}\n{ENVIRONMENT_NAMES[key.environment]}",
        )
    out().print(table)
