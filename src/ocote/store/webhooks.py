"""The addresses to which a company's own software wants to be told of its documents."""

from dataclasses import dataclass, field

from ocote.store.companies import hold_company
from ocote.store.engine.statement import Row, Transaction, sql, tell_others


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook about to be kept; its secret is sealed."""

    id: str
    company_id: int
    url: str
    secret: bytes = field(repr=False)
    now: str


_INSERT = sql("""
    INSERT INTO webhook (id, company_id, url, secret, created_at)
    VALUES (:id, :company, :url, :secret, :now)""")
_SAME = sql("SELECT id FROM webhook WHERE company_id = :company AND url = :url AND removed_at IS NULL")
_REMOVE = sql("UPDATE webhook SET removed_at = :now WHERE id = :id AND removed_at IS NULL RETURNING company_id")
_DROP_WAITING = sql("""
    UPDATE outbox SET state = 'obsolete', due_at = NULL
    WHERE company_id = :company AND channel = 'webhook' AND target = :id AND due_at IS NOT NULL""")
# Companies are kept in memory until this moment changes.
_TOUCH_COMPANY = sql("UPDATE company SET updated_at = :now WHERE id = :company")
_TELL_OTHERS = tell_others()

_OF_COMPANY = sql("SELECT id FROM webhook WHERE company_id = :company AND removed_at IS NULL ORDER BY created_at, id")
_BY_ID = sql("""
    SELECT webhook.id, webhook.url, webhook.secret, webhook.removed_at, company.nit, company.environment
    FROM webhook JOIN company ON company.id = webhook.company_id
    WHERE webhook.company_id = :company AND webhook.id = :id""")
_ALL = sql("""
    SELECT webhook.id, webhook.url, webhook.secret, webhook.created_at, webhook.removed_at, company.nit,
           company.environment, company.name
    FROM webhook JOIN company ON company.id = webhook.company_id
    ORDER BY company.name, webhook.created_at, webhook.id""")


def insert_webhook(new: NewWebhook) -> Transaction[bool]:
    """Keeps a new webhook; every process learns of it. False when the company has one with this address already."""
    yield from hold_company(new.company_id)
    if (yield _SAME(company=new.company_id, url=new.url)):
        return False
    yield _INSERT(id=new.id, company=new.company_id, url=new.url, secret=new.secret, now=new.now)
    yield from _company_changed(new.company_id, new.now)
    return True


def remove_webhook(webhook_id: str, now: str) -> Transaction[bool]:
    """Ends a webhook; what waits for it is not sent any more. False when there is no such one."""
    rows = yield _REMOVE(id=webhook_id, now=now)
    if not rows:
        return False
    company_id = int(rows[0]["company_id"])
    yield _DROP_WAITING(company=company_id, id=webhook_id)
    yield from _company_changed(company_id, now)
    return True


def webhooks_of(company_id: int) -> Transaction[tuple[str, ...]]:
    """The ids of a company's webhooks."""
    rows = yield _OF_COMPANY(company=company_id)
    return tuple(row["id"] for row in rows)


def webhook_by_id(company_id: int, webhook_id: str) -> Transaction[Row | None]:
    """One webhook with its sealed secret, also after its removal."""
    rows = yield _BY_ID(company=company_id, id=webhook_id)
    return rows[0] if rows else None


def all_webhooks() -> Transaction[list[Row]]:
    """Every webhook with its sealed secret and its company, for the operator's own listings."""
    return (yield _ALL())


def _company_changed(company_id: int, now: str) -> Transaction[None]:
    yield _TOUCH_COMPANY(company=company_id, now=now)
    yield _TELL_OTHERS()
