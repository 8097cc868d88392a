"""The addresses at which a company's own software receives announcements of its documents."""

from dataclasses import dataclass, field

from ocote.store.companies import hold_company
from ocote.store.engine.statement import StoredRow, Transaction, announce_registration, every, first, sql


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to store, with its sealed secret."""

    id: str
    company_id: int
    url: str
    secret: bytes = field(repr=False)
    now: str


class WebhookRow(StoredRow, frozen=True):
    """A webhook of a company; its secret is sealed, ``removed_at`` is None while the webhook is in use."""

    id: str
    url: str
    secret: bytes
    created_at: str
    removed_at: str | None
    nit: str
    environment: str
    name: str


class _WebhookIdRow(StoredRow, frozen=True):
    id: str


class _RemovedRow(StoredRow, frozen=True):
    company_id: int


_INSERT = sql("""
    INSERT INTO webhook (id, company_id, url, secret, created_at)
    VALUES (:id, :company, :url, :secret, :now)""")
_SAME_ADDRESS = sql(
    "SELECT id FROM webhook WHERE company_id = :company AND url = :url AND removed_at IS NULL", _WebhookIdRow
)
_REMOVE = sql(
    "UPDATE webhook SET removed_at = :now WHERE id = :id AND removed_at IS NULL RETURNING company_id", _RemovedRow
)
_DROP_WAITING = sql("""
    UPDATE outbox SET state = 'obsolete', due_at = NULL
    WHERE company_id = :company AND channel = 'webhook' AND target = :id AND due_at IS NOT NULL""")
# Processes keep a company in memory until updated_at changes.
_TOUCH_COMPANY = sql("UPDATE company SET updated_at = :now WHERE id = :company")
_ANNOUNCE_CHANGE = announce_registration()

_OF_COMPANY = sql(
    "SELECT id FROM webhook WHERE company_id = :company AND removed_at IS NULL ORDER BY created_at, id", _WebhookIdRow
)
_WITH_COMPANY = """
    SELECT webhook.id, webhook.url, webhook.secret, webhook.created_at, webhook.removed_at, company.nit,
           company.environment, company.name
    FROM webhook JOIN company ON company.id = webhook.company_id"""
_BY_ID = sql(f"{_WITH_COMPANY} WHERE webhook.company_id = :company AND webhook.id = :id", WebhookRow)
_ALL = sql(f"{_WITH_COMPANY} ORDER BY company.name, webhook.created_at, webhook.id", WebhookRow)


def insert_webhook(new: NewWebhook) -> Transaction[bool]:
    """Stores a new webhook and announces the change to every process; False when the company has this address."""
    yield from hold_company(new.company_id)
    if (yield from first(_SAME_ADDRESS(company=new.company_id, url=new.url))) is not None:
        return False
    yield _INSERT(id=new.id, company=new.company_id, url=new.url, secret=new.secret, now=new.now)
    yield from _company_changed(new.company_id, new.now)
    return True


def end_webhook(webhook_id: str, now: str) -> Transaction[bool]:
    """Ends a webhook and drops its queued announcements; False for an unknown or ended webhook."""
    removed = yield from first(_REMOVE(id=webhook_id, now=now))
    if removed is None:
        return False
    yield _DROP_WAITING(company=removed.company_id, id=webhook_id)
    yield from _company_changed(removed.company_id, now)
    return True


def webhooks_of(company_id: int) -> Transaction[tuple[str, ...]]:
    """The ids of a company's webhooks."""
    rows = yield from every(_OF_COMPANY(company=company_id))
    return tuple(row.id for row in rows)


def webhook_by_id(company_id: int, webhook_id: str) -> Transaction[WebhookRow | None]:
    """One webhook, also after its removal; None for an unknown id."""
    return (yield from first(_BY_ID(company=company_id, id=webhook_id)))


def all_webhooks() -> Transaction[list[WebhookRow]]:
    """Every webhook of every company, for the operator's listings."""
    return (yield from every(_ALL()))


def _company_changed(company_id: int, now: str) -> Transaction[None]:
    yield _TOUCH_COMPANY(company=company_id, now=now)
    yield _ANNOUNCE_CHANGE()
