"""Registers and removes the webhooks of companies, and sends announcements again. Texts are for the operator."""

import secrets
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from ocote import audit
from ocote.clock import Clock
from ocote.companies.registry import find_company
from ocote.outbox.webhook import secret_owner
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.outbox import replay_announcement
from ocote.store.webhooks import NewWebhook, end_webhook, insert_webhook
from ocote.vault import Vault
from ocote.webhooks.message import new_webhook_secret
from ocote.webhooks.public_address import is_public

_LONGEST_URL: Final = 2000


class WebhookError(Exception):
    """A webhook cannot be registered, removed or sent to again; the Spanish text gives the reason and the remedy."""


class WantedWebhook(Struct, frozen=True):
    """A webhook to register for the company with a NIT.

    ``environment`` is needed only when the company is registered in both. ``allow_private`` admits plain HTTP and
    addresses of the operator's own network.
    """

    nit: str
    url: str
    environment: str | None = None
    allow_private: bool = False


async def add_webhook(store: Store, vault: Vault, clock: Clock, wanted: WantedWebhook) -> str:
    """Registers a webhook and returns its secret, which is stored sealed and never shown again.

    Raises WebhookError and CompanyError.
    """
    checked = checked_url(wanted.url, allow_private=wanted.allow_private)
    company = await find_company(store, wanted.nit, wanted.environment)
    webhook_id = f"wh_{secrets.token_hex(6)}"
    secret = new_webhook_secret()
    sealed = vault.seal(secret.encode(), secret_owner(company.nit, company.environment, webhook_id))
    new = NewWebhook(webhook_id, company.id, checked, sealed, moment_text(clock()))
    if not await store.write(insert_webhook, new):
        raise WebhookError(f"La empresa ya tiene un webhook con la dirección {wanted.url}: se le avisaría dos veces.")
    audit.record("webhook_added", webhook=webhook_id, nit=company.nit, host=urlsplit(checked).hostname)
    return secret


async def remove_webhook(store: Store, clock: Clock, webhook_id: str) -> None:
    """Removes a webhook and its waiting announcements. Raises WebhookError."""
    if not await store.write(end_webhook, webhook_id, moment_text(clock())):
        raise WebhookError(f"No hay ningún webhook activo {webhook_id}. Véalos con «ocote webhook list».")
    audit.record("webhook_removed", webhook=webhook_id)


async def replay_delivery(store: Store, clock: Clock, delivery_id: str) -> None:
    """Sends an announcement again, at once and under its own id. Raises WebhookError."""
    if not await store.write(replay_announcement, delivery_id, moment_text(clock())):
        raise WebhookError(
            f"No hay ninguna entrega {delivery_id} que pueda repetirse. Véalas con «ocote webhook deliveries»; la de "
            "un webhook quitado, o la que se está enviando ahora, no se repite."
        )
    audit.record("announcement_replayed", announcement=delivery_id)


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


def _leads_inside(host: str) -> bool:
    """Whether the text of a host shows an inside address; the addresses of names are checked at each connection."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _no_url(url: str) -> WebhookError:
    return WebhookError(f"«{url}» no es una dirección como https://erp.ejemplo.com/ocote.")
