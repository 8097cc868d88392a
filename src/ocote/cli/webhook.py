"""``ocote webhook``: where companies' own software receives announcements of their documents."""

import click

from ocote.cli.environment import ENVIRONMENT_NAMES
from ocote.cli.options import any_company_option, company_option, environment_option, limit_option, unsent_option
from ocote.cli.spanish import CommandGroup

webhook_commands = CommandGroup("webhook", help="A dónde se avisa al software de las empresas.")


@webhook_commands.command("add")
@company_option
@click.option("--url", metavar="URL", required=True, help="Dirección https:// que recibe los avisos.")
@environment_option
def _add(company: str, url: str, environment: str | None) -> None:
    """Agrega un webhook y escribe su secreto, solo. No se muestra de nuevo: cópielo ahora."""
    import asyncio

    from ocote import settings
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import WantedWebhook, add_webhook
    from ocote.store.engine.opening import open_store
    from ocote.vault import Vault

    configured = settings.load()
    wanted = WantedWebhook(company.replace("-", ""), url, environment, configured.webhook_allow_private)

    async def register() -> str:
        async with open_store(configured.database_url) as store:
            vault = Vault.from_secret(configured.required_secret())
            return await add_webhook(store, vault, system_clock, wanted)

    click.echo(asyncio.run(register()))


@webhook_commands.command("remove")
@click.argument("webhook", metavar="WEBHOOK", help="Como lo muestra «ocote webhook list».")
def _remove(webhook: str) -> None:
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


@webhook_commands.command("list")
def _list() -> None:
    """Muestra los webhooks. Sus secretos no se muestran."""
    import asyncio

    from rich.table import Table

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import local_date
    from ocote.store.engine.opening import open_store
    from ocote.store.engine.values import moment
    from ocote.store.webhooks import WebhookRow, all_webhooks

    async def read() -> list[WebhookRow]:
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
        day = local_date(moment(hook.removed_at or hook.created_at)).isoformat()
        table.add_row(
            hook.id,
            hook.url,
            f"quitado\n{day}" if hook.removed_at else f"activo\n{day}",
            f"{hook.name}\n{hook.nit} ({ENVIRONMENT_NAMES[hook.environment]})",
        )
    out().print(table)


@webhook_commands.command("deliveries")
@any_company_option
@environment_option
@unsent_option
@limit_option
def _deliveries(company: str | None, environment: str | None, unsent: bool, limit: int) -> None:
    """Muestra los avisos y qué respondió quien los recibe."""
    from ocote.cli.sendings import show_sendings

    show_sendings("webhook", company, environment, limit, only_unsent=unsent)


@webhook_commands.command("replay")
@click.argument("delivery", metavar="ENTREGA", help="Como la muestra «ocote webhook deliveries».")
def _replay(delivery: str) -> None:
    """Envía un aviso otra vez, con el mismo identificador y contenido."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import replay_delivery
    from ocote.store.engine.opening import open_store

    async def again() -> None:
        async with open_store(settings.load().database_url) as store:
            await replay_delivery(store, system_clock, delivery)

    asyncio.run(again())
    out().print("El aviso se enviará en unos segundos, si «ocote serve» u «ocote worker» están en marcha.")
