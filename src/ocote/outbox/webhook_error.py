"""The fault of an operator's wish for a webhook, and the look-up of the webhook."""

from ocote.operator_error import OperatorError
from ocote.store.engine.store import Store
from ocote.store.webhooks import WebhookRow, webhook_in_use


class WebhookError(OperatorError):
    """A webhook cannot be registered, changed or sent to; the Spanish text gives the reason and the remedy."""


async def webhook_to_change(store: Store, webhook_id: str) -> WebhookRow:
    """A webhook in use, of any company. Raises WebhookError for an unknown or removed one."""
    hook = await store.read(webhook_in_use, webhook_id)
    if hook is None:
        raise unknown_webhook(webhook_id)
    return hook


def unknown_webhook(webhook_id: str) -> WebhookError:
    """The fault of an id that no webhook in use has."""
    return WebhookError(f"No hay ningún webhook activo {webhook_id}.", "Véalos con «ocote webhook list».")
