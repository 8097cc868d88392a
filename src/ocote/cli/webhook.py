"""``ocote webhook``: the addresses at which companies' own software receives announcements of documents."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from ocote.cli.options import (
    SpanEdge,
    SpanEdgeParameter,
    any_company_option,
    company_option,
    environment_option,
    limit_option,
    unsent_option,
)
from ocote.cli.spanish import CommandGroup

if TYPE_CHECKING:
    from ocote.outbox.webhooks import WantedSpan

webhook_commands = CommandGroup("webhook", help="A dónde se avisa al software de las empresas.")

_WEBHOOK_ID = "wh_"
_WILL_BE_SENT = (
    "en unos segundos, o en 5 minutos a más tardar si el webhook acaba de fallar. «ocote serve» u «ocote worker» deben "
    "estar en marcha."
)

_webhook_argument = click.argument("webhook", metavar="WEBHOOK", help="Como lo muestra «ocote webhook list».")


@webhook_commands.command("add")
@company_option
@click.option("--url", metavar="URL", required=True, help="Dirección https:// que recibe los avisos.")
@click.option(
    "--events",
    metavar="SUCESOS",
    default="all",
    help="Qué se avisa, con comas: document.stamped,…; sin esta opción, todo. Los nombres: «ocote webhook events».",
)
@environment_option
def _add(company: str, url: str, events: str, environment: str | None) -> None:
    """Agrega un webhook y escribe su secreto, solo. No se muestra de nuevo: cópielo ahora."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import WantedWebhook, add_webhook
    from ocote.store.engine.opening import open_store
    from ocote.vault import Vault

    configured = settings.load()
    wanted = WantedWebhook(company.replace("-", ""), url, environment, configured.webhook_allow_private, events)

    async def register() -> str:
        async with open_store(configured.database_url) as store:
            vault = Vault.from_secret(configured.required_secret())
            return await add_webhook(store, vault, system_clock, wanted, at_terminal())

    click.echo(asyncio.run(register()))


@webhook_commands.command("events")
@click.argument("webhook", metavar="[WEBHOOK]", required=False, help="Como lo muestra «ocote webhook list».")
@click.option("--events", metavar="SUCESOS", help="Los nuevos, con comas, o «all» para todos.")
def _events(webhook: str | None, events: str | None) -> None:
    """Muestra los sucesos que hay, o cambia los de un webhook."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.cli.console import out
    from ocote.cli.webhook_report import event_table
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import set_events
    from ocote.store.engine.opening import open_store

    if webhook is None and events is None:
        out().print(event_table())
        return
    if webhook is None or events is None:
        raise click.UsageError(
            "Para cambiar los sucesos escriba el webhook y --events; para verlos, ninguno de los dos."
        )
    wanted, chosen = webhook, events

    async def change() -> None:
        async with open_store(settings.load().database_url) as store:
            await set_events(store, system_clock, wanted, chosen, at_terminal())

    asyncio.run(change())
    out().print(f"El webhook {webhook} recibe, desde ahora, esos sucesos.")


@webhook_commands.command("remove")
@_webhook_argument
def _remove(webhook: str) -> None:
    """Quita un webhook. Lo que aún esperaba ser enviado, o estaba guardado, se descarta."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import remove_webhook
    from ocote.store.engine.opening import open_store

    async def take_away() -> None:
        async with open_store(settings.load().database_url) as store:
            await remove_webhook(store, system_clock, webhook, at_terminal())

    asyncio.run(take_away())
    out().print(f"El webhook {webhook} quedó quitado.")


@webhook_commands.command("disable")
@_webhook_argument
def _disable(webhook: str) -> None:
    """Apaga un webhook: los avisos se guardan y no se envían."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import disable_webhook
    from ocote.store.engine.opening import open_store

    async def switch() -> None:
        async with open_store(settings.load().database_url) as store:
            await disable_webhook(store, system_clock, webhook, at_terminal())

    asyncio.run(switch())
    out().print(
        f"El webhook {webhook} quedó apagado. Sus avisos se guardan 90 días; enciéndalo con:\n"
        f"ocote webhook enable {webhook}"
    )


@webhook_commands.command("enable")
@_webhook_argument
def _enable(webhook: str) -> None:
    """Enciende un webhook que se apagó. Lo que se guardó mientras tanto se envía con «ocote webhook replay»."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import enable_webhook
    from ocote.store.engine.opening import open_store

    async def switch() -> int:
        async with open_store(settings.load().database_url) as store:
            return await enable_webhook(store, system_clock, webhook, at_terminal())

    held = asyncio.run(switch())
    out().print(f"El webhook {webhook} quedó encendido.")
    if held:
        kept = "se guardó 1 aviso" if held == 1 else f"se guardaron {held} avisos"
        out().print(f"Mientras estuvo apagado {kept}. Para enviar lo guardado y lo que falló:")
        out().print(f"ocote webhook replay {webhook}")


@webhook_commands.command("rotate")
@_webhook_argument
@click.option(
    "--keep",
    type=click.IntRange(0, 24 * 30),
    metavar="HORAS",
    default=24,
    show_default=True,
    help="Cuánto se firma también con el secreto anterior; 0 si se filtró.",
)
def _rotate(webhook: str, keep: int) -> None:
    """Da otro secreto a un webhook y lo escribe, solo. No se muestra de nuevo: cópielo ahora."""
    import asyncio
    from datetime import timedelta

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.clock import system_clock
    from ocote.outbox.webhook_secrets import SigningSecrets
    from ocote.store.engine.opening import open_store
    from ocote.vault import Vault

    configured = settings.load()

    async def replace() -> str:
        async with open_store(configured.database_url) as store:
            vault = Vault.from_secret(configured.required_secret())
            secrets = SigningSecrets(store, vault, system_clock)
            return await secrets.rotate(webhook, timedelta(hours=keep), at_terminal())

    click.echo(asyncio.run(replace()))


@webhook_commands.command("test")
@_webhook_argument
def _test(webhook: str) -> None:
    """Envía un mensaje de prueba y muestra la respuesta. Es webhook.test, y sale de esta máquina."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.cli.webhook_report import trial_text
    from ocote.clock import system_clock
    from ocote.outbox.webhook_secrets import SigningSecrets
    from ocote.outbox.webhook_trial import Trial, try_webhook
    from ocote.store.engine.opening import open_store
    from ocote.vault import Vault

    configured = settings.load()

    async def send() -> Trial:
        async with open_store(configured.database_url) as store:
            secrets = SigningSecrets(store, Vault.from_secret(configured.required_secret()), system_clock)
            is_private = configured.webhook_allow_private
            return await try_webhook(store, secrets, system_clock, webhook, allow_private=is_private)

    trial = asyncio.run(send())
    out().print(trial_text(trial))
    if not trial.is_taken:
        raise SystemExit(1)


@webhook_commands.command("list")
def _list() -> None:
    """Muestra los webhooks. Sus secretos no se muestran."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.cli.webhook_report import webhook_table
    from ocote.store.engine.opening import open_store
    from ocote.store.webhooks import WebhookRow, all_webhooks

    async def read() -> list[WebhookRow]:
        async with open_store(settings.load().database_url) as store:
            return await store.read(all_webhooks)

    hooks = asyncio.run(read())
    if not hooks:
        out().print("No hay webhooks. Agregue uno: ocote webhook add --company NIT --url https://…")
        return
    out().print(webhook_table(hooks))


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
@click.argument(
    "target",
    metavar="ENTREGA|WEBHOOK",
    help="Una entrega, como la muestra «ocote webhook deliveries», o un webhook, con todo lo que no recibió.",
)
@click.option(
    "--from", "since", type=SpanEdgeParameter(), metavar="MOMENTO", help="Desde: 2026-06-01 o 2026-06-01T14:30."
)
@click.option("--to", "until", type=SpanEdgeParameter(), metavar="MOMENTO", help="Hasta, incluido ese día o minuto.")
@click.option("--all", "also_sent", is_flag=True, help="También los avisos que sí se recibieron.")
def _replay(target: str, since: SpanEdge | None, until: SpanEdge | None, also_sent: bool) -> None:
    """Envía avisos otra vez, con el mismo identificador y contenido. Termina la pausa que pidió quien los recibe."""
    import asyncio

    from ocote import settings
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.outbox.webhooks import replay_delivery, replay_span
    from ocote.store.engine.opening import open_store

    span = _span(since, until, also_sent=also_sent)

    async def again() -> int:
        async with open_store(settings.load().database_url) as store:
            if target.startswith(_WEBHOOK_ID):
                return await replay_span(store, system_clock, target, span)
            await replay_delivery(store, system_clock, target)
            return 1

    if not target.startswith(_WEBHOOK_ID) and (since or until or also_sent):
        raise click.UsageError("--from, --to y --all son para un webhook (wh_…); una entrega se repite sola.")
    replayed = asyncio.run(again())
    if not replayed:
        out().print("No hay avisos que repetir en ese tiempo. Véalos con «ocote webhook deliveries».")
    elif replayed == 1:
        out().print(f"El aviso se enviará {_WILL_BE_SENT}", soft_wrap=True)
    else:
        out().print(f"Se enviarán {replayed} avisos {_WILL_BE_SENT}", soft_wrap=True)


def _span(since: SpanEdge | None, until: SpanEdge | None, *, also_sent: bool) -> "WantedSpan":
    from ocote.dte.local_time import EL_SALVADOR
    from ocote.outbox.webhooks import WantedSpan

    first = since.start if since is not None else datetime(2000, 1, 1, tzinfo=EL_SALVADOR)
    before = until.end if until is not None else datetime(9999, 1, 1, tzinfo=EL_SALVADOR)
    if before <= first:
        raise click.UsageError("--to debe ser igual o posterior a --from.")
    return WantedSpan(first, before, also_sent)
