"""The secrets with which the announcements to a webhook are signed: the present one, and those that it replaced.

A replaced secret goes on signing for a while, so that the receiver can be changed at any moment in between: each
announcement has a signature for each secret, and the receiver takes it if any of them is right.
"""

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.registry import owner
from ocote.outbox.webhook_entry import webhook_entry
from ocote.outbox.webhook_error import WebhookError, webhook_to_change
from ocote.store.audit_log import audited
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.webhooks import NewSecret, WebhookRow, replace_secret
from ocote.vault import Vault
from ocote.webhooks.message import new_webhook_secret

_MOST_PREVIOUS = 4
"""Replaced secrets that sign at once; each makes the header of every announcement longer."""


class _Previous(Struct, frozen=True):
    secret: str
    until: str


class SigningSecrets:
    """Opens and replaces the secrets of webhooks."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock

    def seal_first(self, nit: str, environment: str, webhook_id: str) -> tuple[str, bytes]:
        """A secret for a new webhook, open and sealed."""
        secret = new_webhook_secret()
        return secret, self._vault.seal(secret.encode(), secret_owner(nit, environment, webhook_id))

    def in_use(self, hook: WebhookRow, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at an aware moment, the newest first. Raises VaultError."""
        present = self._vault.open(hook.secret, secret_owner(hook.nit, hook.environment, hook.id)).decode()
        return (present, *(each.secret for each in reversed(self._previous(hook, now))))

    async def rotate(self, webhook_id: str, keep: timedelta, by: Author) -> str:
        """Gives a webhook a new secret, which is returned and never shown again; the one before signs for ``keep``.

        Those that were replaced earlier sign for the rest of their time. With a ``keep`` of zero no other secret signs
        from now on. Raises WebhookError and VaultError.
        """
        hook = await webhook_to_change(self._store, webhook_id)
        now = self._clock()
        present, *_ = self.in_use(hook, now)
        previous = [*self._previous(hook, now), _Previous(present, moment_text(now + keep))] if keep else []
        if len(previous) > _MOST_PREVIOUS:
            raise WebhookError(
                f"El webhook {webhook_id} ya firma con {_MOST_PREVIOUS} secretos anteriores. Espere a que venza "
                "alguno, o no conserve el anterior: solo valdrá el nuevo.",
                "Para no conservarlo: «--keep 0».",
            )
        secret, sealed = self.seal_first(hook.nit, hook.environment, hook.id)
        kept = (
            self._vault.seal(msgspec.json.encode(previous), previous_secrets_owner(hook.nit, hook.environment, hook.id))
            if previous
            else None
        )
        until = max((each.until for each in previous), default=None)
        new = NewSecret(hook.id, hook.secret, sealed, kept, until)
        facts = {"previous_until": until} if until is not None else {}
        entry = webhook_entry(hook, "webhook_secret_rotated", moment_text(now), by, after=facts)
        if not await self._store.write(audited, lambda done: entry if done else None, replace_secret, new):
            raise WebhookError(f"Otra orden cambió el webhook {webhook_id} en este momento; repita esta.")
        audit.record("webhook_secret_rotated", webhook=webhook_id, previous_until=until)
        return secret

    def _previous(self, hook: WebhookRow, now: datetime) -> list[_Previous]:
        if hook.previous_secrets is None:
            return []
        opened = self._vault.open(hook.previous_secrets, previous_secrets_owner(hook.nit, hook.environment, hook.id))
        return [each for each in msgspec.json.decode(opened, type=list[_Previous]) if moment(each.until) > now]


def secret_owner(nit: str, environment: str, webhook_id: str) -> str:
    """The owner to which the sealed secret of a webhook is bound."""
    return owner(nit, environment, f"webhook:{webhook_id}")


def previous_secrets_owner(nit: str, environment: str, webhook_id: str) -> str:
    """The owner to which the sealed secrets are bound that the secret of a webhook has replaced."""
    return owner(nit, environment, f"webhook:{webhook_id}:previous")
