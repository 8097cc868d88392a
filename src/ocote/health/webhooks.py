"""Finds webhooks that are switched off or have only failed for more than a day."""

from datetime import datetime
from typing import Final

from ocote.health.finding import Finding, warning
from ocote.outbox.webhook_health import TOLD_AFTER, UNBROKEN
from ocote.outbox.words import OFF_REASONS
from ocote.store.engine.values import moment_text
from ocote.store.webhooks import WebhookRow
from ocote.wording.moments import local_moment_text

_OFF: Final = "Sus avisos se guardan 90 días. Cuando la dirección atienda otra vez: ocote webhook enable {id}"
_FAILING: Final = "Pruebe la dirección: ocote webhook test {id}. Después de 5 días así se apaga sola."


def webhooks(hooks: list[WebhookRow], now: datetime) -> list[Finding]:
    """One finding for every webhook in use that needs a person: its announcements wait, and are lost after 90 days."""
    long_ago, lately = moment_text(now - TOLD_AFTER), moment_text(now - UNBROKEN)
    found = []
    for hook in hooks:
        if hook.removed_at is not None:
            continue
        subject = f"Webhook {hook.id} de {hook.name}"
        if hook.disabled_at is not None and hook.disabled_because is not None:
            seen = f"apagado desde {local_moment_text(hook.disabled_at)}: {OFF_REASONS[hook.disabled_because]}"
            found.append(warning(subject, seen, _OFF.format(id=hook.id)))
        elif hook.failing_since and hook.failing_since < long_ago and (hook.failed_at or "") >= lately:
            seen = f"no recibe nada desde {local_moment_text(hook.failing_since)}"
            found.append(warning(subject, seen, _FAILING.format(id=hook.id)))
    return found
