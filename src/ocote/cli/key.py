"""``ocote key``: the API keys of the companies."""

from typing import Annotated

import typer

from ocote.cli.environment import ENVIRONMENT_NAMES, EnvironmentOption

key_commands = typer.Typer(help="Las claves de API de las empresas.", no_args_is_help=True, rich_markup_mode=None)


@key_commands.command("create")
def _create(
    company: Annotated[str, typer.Option(help="NIT de la empresa.")],
    pos: Annotated[str, typer.Option(help="Sucursal y punto de venta con que emite, por ejemplo M001P001.")],
    environment: EnvironmentOption = None,
    per_minute: Annotated[int, typer.Option(min=1, help="Solicitudes por minuto.")] = 120,
    per_hour: Annotated[int, typer.Option(min=1, help="Solicitudes por hora.")] = 5000,
) -> None:
    """Crea una clave y la escribe, sola. No se guarda: cópiela ahora."""
    import asyncio

    from ocote import settings
    from ocote.clock import system_clock
    from ocote.companies.registry import KeyLimits, create_key
    from ocote.store.engine.opening import open_store

    async def make() -> str:
        async with open_store(settings.load().database_url) as store:
            return await create_key(
                store,
                system_clock,
                nit=company.replace("-", ""),
                point=pos,
                environment=environment,
                limits=KeyLimits(per_minute, per_hour),
            )

    typer.echo(asyncio.run(make()))


@key_commands.command("disable")
def _disable(
    prefix: Annotated[str, typer.Argument(help="Comienzo de la clave, como lo muestra «ocote key list».")],
) -> None:
    """Desactiva una clave para siempre. Las llamadas que la usen reciben 401."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.companies.registry import disable_key
    from ocote.store.engine.opening import open_store

    async def switch_off() -> None:
        async with open_store(settings.load().database_url) as store:
            await disable_key(store, system_clock, prefix)

    asyncio.run(switch_off())
    out().print(f"La clave {prefix[:12]}… quedó desactivada.")


@key_commands.command("list")
def _list() -> None:
    """Muestra las claves por su comienzo. La clave completa no se guarda."""
    import asyncio

    from rich.table import Table

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import local_date
    from ocote.store.companies import KeyRow, all_keys
    from ocote.store.engine.opening import open_store
    from ocote.store.engine.values import moment

    async def read() -> list[KeyRow]:
        async with open_store(settings.load().database_url) as store:
            return await store.read(all_keys)

    keys = asyncio.run(read())
    if not keys:
        out().print("No hay claves. Cree una: ocote key create --company NIT --pos M001P001")
        return
    table = Table(show_lines=True)
    for title in ("Clave", "Punto", "Límites", "Estado"):
        table.add_column(title, no_wrap=True)
    table.add_column("Empresa", overflow="fold")
    for key in keys:
        day = local_date(moment(key.disabled_at or key.created_at)).isoformat()
        table.add_row(
            f"{key.prefix}…",
            key.branch_code + key.pos_code,
            f"{key.per_minute}/min\n{key.per_hour}/h",
            f"desactivada\n{day}" if key.disabled_at else f"activa\n{day}",
            f"{key.name}\n{key.nit} ({ENVIRONMENT_NAMES[key.environment]})",
        )
    out().print(table)
