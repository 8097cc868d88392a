"""``ocote webhook``: where companies' own software is told of their documents."""

from typing import Annotated

import typer

from ocote.cli.environment import ENVIRONMENT_NAMES, EnvironmentOption

app = typer.Typer(help="A dónde se avisa al software de las empresas.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def add(
    company: Annotated[str, typer.Option(help="NIT de la empresa.")],
    url: Annotated[str, typer.Option(help="Dirección https:// que recibe los avisos.")],
    environment: EnvironmentOption = None,
) -> None:
    """Agrega un webhook y escribe su secreto, solo. No se muestra de nuevo: cópielo ahora."""
    import asyncio

    from ocote import settings
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import add_webhook
    from ocote.store.engine.opening import open_store
    from ocote.vault import Vault

    configured = settings.load()

    async def register() -> str:
        async with open_store(configured.database_url) as store:
            return await add_webhook(
                store,
                Vault.from_secret(configured.required_secret()),
                system_clock,
                nit=company.replace("-", ""),
                url=url,
                environment=environment,
                allow_private=configured.webhook_allow_private,
            )

    typer.echo(asyncio.run(register()))


@app.command()
def remove(webhook: Annotated[str, typer.Argument(help="Como lo muestra «ocote webhook list».")]) -> None:
    """Quita un webhook. Lo que aún esperaba ser enviado se descarta."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import remove_webhook
    from ocote.store.engine.opening import open_store

    async def take_away() -> None:
        async with open_store(settings.load().database_url) as store:
            await remove_webhook(store, system_clock, webhook)

    asyncio.run(take_away())
    out().print(f"El webhook {webhook} quedó quitado.")


@app.command("list")
def list_() -> None:
    """Muestra los webhooks. Sus secretos no se muestran."""
    import asyncio

    from rich.table import Table

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import local_date
    from ocote.store.engine.opening import open_store
    from ocote.store.engine.store import Row
    from ocote.store.engine.values import moment
    from ocote.store.webhooks import all_webhooks

    async def read() -> list[Row]:
        async with open_store(settings.load().database_url) as store:
            return await store.read(all_webhooks)

    hooks = asyncio.run(read())
    if not hooks:
        out().print("No hay webhooks. Agregue uno: ocote webhook add --company NIT --url https://…")
        return
    table = Table(show_lines=True)
    table.add_column("Webhook", no_wrap=True)
    table.add_column("Dirección", overflow="fold")
    table.add_column("Estado", no_wrap=True)
    table.add_column("Empresa", overflow="fold")
    for hook in hooks:
        day = local_date(moment(hook["removed_at"] or hook["created_at"])).isoformat()
        table.add_row(
            hook["id"],
            hook["url"],
            f"quitado\n{day}" if hook["removed_at"] else f"activo\n{day}",
            f"{hook['name']}\n{hook['nit']} ({ENVIRONMENT_NAMES[hook['environment']]})",
        )
    out().print(table)


@app.command()
def deliveries(
    company: Annotated[str | None, typer.Option(help="NIT de la empresa; sin él, de todas.")] = None,
    environment: EnvironmentOption = None,
    unsent: Annotated[bool, typer.Option("--unsent", help="Solo los que no se han entregado.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Cuántos, empezando por el último.")] = 50,
) -> None:
    """Muestra los avisos y qué respondió quien los recibe."""
    from ocote.cli.sendings import show

    show("webhook", company, environment, limit, only_unsent=unsent)


@app.command()
def replay(delivery: Annotated[str, typer.Argument(help="Como la muestra «ocote webhook deliveries».")]) -> None:
    """Envía un aviso otra vez, con el mismo identificador y contenido."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import replay as send_once_more
    from ocote.store.engine.opening import open_store

    async def again() -> None:
        async with open_store(settings.load().database_url) as store:
            await send_once_more(store, system_clock, delivery)

    asyncio.run(again())
    out().print("El aviso se enviará en unos segundos, si «ocote serve» u «ocote worker» están en marcha.")
