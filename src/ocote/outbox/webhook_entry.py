"""A change of a webhook as an entry of the audit log."""

from collections.abc import Mapping
from typing import Any

from ocote.audit import Act, Author
from ocote.store.audit_log import AuditEntry
from ocote.store.webhooks import WebhookRow

_NO_VALUES: Mapping[str, Any] = {}


def webhook_entry(
    hook: WebhookRow,
    act: Act,
    now: str,
    by: Author,
    before: Mapping[str, Any] = _NO_VALUES,
    after: Mapping[str, Any] = _NO_VALUES,
) -> AuditEntry:
    """The entry of a change of a webhook that was read before."""
    return AuditEntry(at=now, by=by, act=act, subject=hook.id, company_id=hook.company_id, before=before, after=after)
