"""Registers, changes and removes the webhooks of companies, and replays announcements. Texts are for the operator."""

import secrets
from datetime import datetime
from typing import Final, get_args
from urllib.parse import urlsplit

from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.registry import find_company
from ocote.outbox.webhook_entry import webhook_entry
from ocote.outbox.webhook_error import WebhookError, unknown_webhook, webhook_to_change
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.store.audit_log import AuditEntry, append_entry, audited
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.outbox import Event, replay_announcement
from ocote.store.webhook_health import ReplayedSpan, held_announcements, replay_some, switch_off, switch_on
from ocote.store.webhooks import NewWebhook, choose_events, end_webhook, insert_webhook
from ocote.vault import Vault
from ocote.webhooks.public_address import is_public

WEBHOOK_EVENTS: Final[tuple[str, ...]] = get_args(Event)
"""The events that a webhook can choose, in the order of their table."""

ALL_EVENTS: Final = "all"
"""The word for all events, also those of later versions."""

_LONGEST_URL: Final = 2000
_REPLAYED_AT_ONCE: Final = 200
"""Announcements that become due at one moment: a worker that takes the next few compares all of one moment."""


class WantedWebhook(Struct, frozen=True):
    """A webhook to register for the company with a NIT.

    ``environment`` is needed only when the company is registered in both. ``allow_private`` admits plain HTTP and
    addresses of the operator's own network. ``events`` are names with commas between them, or ``all``.
    """

    nit: str
    url: str
    environment: str | None = None
    allow_private: bool = False
    events: str = ALL_EVENTS


class WantedSpan(Struct, frozen=True):
    """The announcements of the events from an aware moment to before another one.

    Those that the webhook took are included only with ``also_sent``.
    """

    since: datetime
    before: datetime
    also_sent: bool = False


def new_hook(secrets_of: SigningSecrets, nit: str, environment: str) -> tuple[str, str, bytes]:
    """The id of a webhook that is to be stored, and its secret, open and sealed."""
    webhook_id = f"wh_{secrets.token_hex(6)}"
    return webhook_id, *secrets_of.seal_first(nit, environment, webhook_id)


async def add_webhook(store: Store, vault: Vault, clock: Clock, wanted: WantedWebhook, by: Author) -> str:
    """Registers a webhook and returns its secret, which is stored sealed and never shown again.

    Raises WebhookError and CompanyError.
    """
    checked = checked_url(wanted.url, allow_private=wanted.allow_private)
    events = chosen_events(wanted.events)
    company = await find_company(store, wanted.nit, wanted.environment)
    signing = SigningSecrets(store, vault, clock)
    webhook_id, secret, sealed = new_hook(signing, company.nit, company.environment)
    new = NewWebhook(webhook_id, company.id, checked, sealed, moment_text(clock()), events)
    entry = AuditEntry(
        at=new.now,
        by=by,
        act="webhook_added",
        subject=webhook_id,
        company_id=company.id,
        after={"host": _host(checked), "events": events or ALL_EVENTS},
    )
    if not await store.write(audited, lambda done: entry if done else None, insert_webhook, new):
        raise WebhookError(f"La empresa ya tiene un webhook con la dirección {wanted.url}: se le avisaría dos veces.")
    audit.record("webhook_added", webhook=webhook_id, nit=company.nit, host=_host(checked), events=events)
    return secret


async def remove_webhook(store: Store, clock: Clock, webhook_id: str, by: Author) -> None:
    """Removes a webhook and its waiting announcements. Raises WebhookError."""
    hook = await webhook_to_change(store, webhook_id)
    now = moment_text(clock())
    entry = webhook_entry(
        hook, "webhook_removed", now, by, before={"host": _host(hook.url), "events": hook.events or ALL_EVENTS}
    )
    if not await store.write(audited, lambda done: entry if done else None, end_webhook, webhook_id, now):
        raise unknown_webhook(webhook_id)
    audit.record("webhook_removed", webhook=webhook_id)


async def set_events(store: Store, clock: Clock, webhook_id: str, wanted: str, by: Author) -> None:
    """Sets the events of a webhook, as names with commas between them or ``all``. Raises WebhookError."""
    events = chosen_events(wanted)
    hook = await webhook_to_change(store, webhook_id)
    entry = webhook_entry(
        hook,
        "webhook_events_chosen",
        moment_text(clock()),
        by,
        before={"events": hook.events or ALL_EVENTS},
        after={"events": events or ALL_EVENTS},
    )
    if not await store.write(audited, lambda done: entry if done else None, choose_events, webhook_id, events):
        raise unknown_webhook(webhook_id)
    audit.record("webhook_events_chosen", webhook=webhook_id, events=events)


async def disable_webhook(store: Store, clock: Clock, webhook_id: str, by: Author) -> None:
    """Switches a webhook off: what is announced from now on is held. Raises WebhookError."""
    hook = await webhook_to_change(store, webhook_id)
    now = moment_text(clock())
    entry = webhook_entry(hook, "webhook_disabled", now, by, before={"active": True}, after={"active": False})
    if not await store.write(audited, lambda done: entry if done else None, switch_off, hook, "operator", now, None):
        raise WebhookError(f"El webhook {webhook_id} ya estaba apagado.")
    audit.record("webhook_disabled", webhook=webhook_id)


async def enable_webhook(store: Store, clock: Clock, webhook_id: str, by: Author) -> int:
    """Switches a webhook on; returns how many announcements were held. Raises WebhookError."""
    hook = await webhook_to_change(store, webhook_id)
    now = moment_text(clock())
    entry = webhook_entry(hook, "webhook_enabled", now, by, before={"active": False}, after={"active": True})
    if not await store.write(audited, lambda done: entry if done else None, switch_on, hook):
        raise WebhookError(f"El webhook {webhook_id} no está apagado.")
    audit.record("webhook_enabled", webhook=webhook_id)
    return await store.read(held_announcements, hook)


async def replay_delivery(store: Store, clock: Clock, delivery_id: str, entry: AuditEntry | None = None) -> None:
    """Sends an announcement again, under its own id and in spite of a pause that the receiver asked for.

    ``entry`` goes to the audit log with it. Raises WebhookError.
    """
    now = moment_text(clock())
    if not await store.write(audited, lambda done: entry if done else None, replay_announcement, delivery_id, now):
        raise WebhookError(
            f"No hay ninguna entrega {delivery_id} que pueda repetirse: la de un webhook quitado o apagado, o la que "
            "se está enviando ahora, no se repite.",
            "Véalas con «ocote webhook deliveries».",
        )
    audit.record("announcement_replayed", announcement=delivery_id)


async def replay_span(store: Store, clock: Clock, webhook_id: str, span: WantedSpan, by: Author | None = None) -> int:
    """Sends the announcements of a span again, the oldest first, each under its own id; returns how many.

    A pause that the receiver asked for ends. An announcement that is being sent now is left alone. ``by`` is the person
    whom the audit log names, None for a command. Raises WebhookError.
    """
    hook = await webhook_to_change(store, webhook_id)
    if hook.disabled_at is not None:
        raise WebhookError(
            f"El webhook {webhook_id} está apagado; enciéndalo antes.", f"Escriba: ocote webhook enable {webhook_id}"
        )
    wanted = ReplayedSpan(
        moment_text(span.since), moment_text(span.before), moment_text(clock()), also_sent=span.also_sent
    )
    if by is not None:
        after = {"since": wanted.since, "before": wanted.before, "also_sent": span.also_sent}
        await store.write(append_entry, webhook_entry(hook, "announcements_replayed", wanted.started, by, after=after))
    replayed = 0
    while some := await store.write(replay_some, hook, wanted, moment_text(clock()), _REPLAYED_AT_ONCE):
        replayed += some
    audit.record("announcements_replayed", webhook=webhook_id, since=wanted.since, before=wanted.before, count=replayed)
    return replayed


def chosen_events(wanted: str) -> str | None:
    """The events to store, in the order of their table; None for all. Raises WebhookError for a name of no event."""
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if names == [ALL_EVENTS]:
        return None
    unknown = sorted(set(names) - set(WEBHOOK_EVENTS))
    if unknown or not names:
        what = f"No hay ningún suceso {', '.join(unknown)}." if unknown else "Falta el nombre de algún suceso."
        raise WebhookError(
            f"{what} Los sucesos son: {', '.join(WEBHOOK_EVENTS)}. Sepárelos con comas, o escriba «{ALL_EVENTS}» para "
            "todos."
        )
    return " ".join(name for name in WEBHOOK_EVENTS if name in names)


def checked_url(url: str, *, allow_private: bool) -> str:
    """Returns the URL to store. Raises WebhookError for a URL that cannot or must not receive announcements."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _no_url(url) from None
    schemes = {"https", "http"} if allow_private else {"https"}
    if parts.scheme == "http" and not allow_private:
        raise WebhookError("El webhook debe ser https://: lo que se le anuncia no viaja sin cifrar.")
    if parts.scheme not in schemes or not parts.hostname or not url.isprintable() or " " in url:
        raise _no_url(url)
    if parts.username is not None or parts.fragment:
        raise WebhookError("La dirección no puede llevar usuario, contraseña ni «#».")
    if len(url) > _LONGEST_URL:
        raise WebhookError(f"La dirección pasa de {_LONGEST_URL} caracteres.")
    if not allow_private and _leads_inside(parts.hostname):
        raise WebhookError(
            f"{parts.hostname} no es una dirección pública. Para admitir las de su propia red ponga "
            "OCOTE_WEBHOOK_ALLOW_PRIVATE=on."
        )
    return url


def _host(url: str) -> str:
    """The host of an address: the rest of it may be a secret of the receiver."""
    return urlsplit(url).hostname or ""


def _leads_inside(host: str) -> bool:
    """Whether the text of a host shows an inside address; the addresses of names are checked at each connection."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _no_url(url: str) -> WebhookError:
    return WebhookError(f"«{url}» no es una dirección como https://erp.ejemplo.com/ocote.")
