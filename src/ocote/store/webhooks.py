"""The addresses at which a company's own software receives announcements of its documents."""

from dataclasses import dataclass, field
from typing import Literal

from ocote.store.companies import hold_company
from ocote.store.engine.statement import StoredRow, Transaction, announce_registration, changed, every, first, sql

OffReason = Literal["gone", "failing", "operator"]
"""Why a webhook is switched off: it answered 410, it failed for days, or a person wanted it."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to store, with its sealed secret. ``events`` are names with blanks between them, None for all."""

    id: str
    company_id: int
    url: str
    secret: bytes = field(repr=False)
    now: str
    events: str | None = None


class WebhookRow(StoredRow, frozen=True):
    """A webhook of a company; its secrets are sealed, ``removed_at`` is None while the webhook is in use.

    ``events`` are the names of the chosen events with blanks between them, None for all. ``previous_secrets`` hold the
    secrets that were replaced and still sign, the last of them until ``previous_until``. ``disabled_at`` is None while
    the webhook is switched on. ``failing_since`` and ``failed_at`` are the first and the last failure since an
    announcement was taken, None for a webhook that works. ``paused_until`` is the end of the last pause that the
    receiver asked for.
    """

    id: str
    company_id: int
    url: str
    secret: bytes
    created_at: str
    removed_at: str | None
    events: str | None
    previous_secrets: bytes | None
    previous_until: str | None
    disabled_at: str | None
    disabled_because: OffReason | None
    failing_since: str | None
    failed_at: str | None
    paused_until: str | None
    nit: str
    environment: str
    name: str


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A sealed secret in place of the one that was read, ``replaces``.

    ``previous`` are the secrets that go on signing, sealed, the last of them until ``previous_until``; None for none.
    """

    webhook_id: str
    replaces: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    previous: bytes | None = field(repr=False)
    previous_until: str | None


class _WebhookIdRow(StoredRow, frozen=True):
    id: str


class _CompanyIdRow(StoredRow, frozen=True):
    company_id: int


_INSERT = sql("""
    INSERT INTO webhook (id, company_id, url, secret, events, created_at)
    VALUES (:id, :company, :url, :secret, :events, :now)""")
_SAME_ADDRESS = sql(
    "SELECT id FROM webhook WHERE company_id = :company AND url = :url AND removed_at IS NULL", _WebhookIdRow
)
_REMOVE = sql(
    """
    UPDATE webhook SET removed_at = :now, previous_secrets = NULL, previous_until = NULL
    WHERE id = :id AND removed_at IS NULL RETURNING company_id""",
    _CompanyIdRow,
)
# Also what is held. What is being sent keeps its outcome: a later attempt finds the webhook removed.
_DROP_WAITING = sql("""
    UPDATE outbox SET state = 'obsolete', due_at = NULL
    WHERE company_id = :company AND channel = 'webhook' AND target = :id AND state = 'queued'""")
# Processes keep a company in memory until updated_at changes.
_TOUCH_COMPANY = sql("UPDATE company SET updated_at = :now WHERE id = :company")
_ANNOUNCE_CHANGE = announce_registration()

_REPLACE_SECRET = sql(
    """
    UPDATE webhook SET secret = :secret, previous_secrets = :previous, previous_until = :previous_until
    WHERE id = :id AND removed_at IS NULL AND secret = :replaces
    RETURNING id""",
    _WebhookIdRow,
)
_FORGET_SECRETS = sql(
    """
    UPDATE webhook SET previous_secrets = NULL, previous_until = NULL WHERE previous_until <= :now
    RETURNING id""",
    _WebhookIdRow,
)
_CHOOSE = sql(
    "UPDATE webhook SET events = :events WHERE id = :id AND removed_at IS NULL RETURNING id",
    _WebhookIdRow,
)

_OF_COMPANY = sql(
    "SELECT id FROM webhook WHERE company_id = :company AND removed_at IS NULL ORDER BY created_at, id", _WebhookIdRow
)
_WITH_COMPANY = """
    SELECT webhook.id, webhook.company_id, webhook.url, webhook.secret, webhook.created_at, webhook.removed_at,
           webhook.events, webhook.previous_secrets, webhook.previous_until, webhook.disabled_at,
           webhook.disabled_because, webhook.failing_since, webhook.failed_at, webhook.paused_until, company.nit,
           company.environment, company.name
    FROM webhook JOIN company ON company.id = webhook.company_id"""
_BY_ID = sql(f"{_WITH_COMPANY} WHERE webhook.company_id = :company AND webhook.id = :id", WebhookRow)
_IN_USE = sql(f"{_WITH_COMPANY} WHERE webhook.id = :id AND webhook.removed_at IS NULL", WebhookRow)
_IN_USE_OF_COMPANY = sql(
    f"{_WITH_COMPANY} WHERE webhook.company_id = :company AND webhook.removed_at IS NULL "
    "ORDER BY webhook.created_at, webhook.id",
    WebhookRow,
)
_ALL = sql(f"{_WITH_COMPANY} ORDER BY company.name, webhook.created_at, webhook.id", WebhookRow)


def insert_webhook(new: NewWebhook) -> Transaction[bool]:
    """Stores a new webhook and announces the change to every process; False when the company has this address."""
    yield from hold_company(new.company_id)
    if (yield from first(_SAME_ADDRESS(company=new.company_id, url=new.url))) is not None:
        return False
    yield _INSERT(id=new.id, company=new.company_id, url=new.url, secret=new.secret, events=new.events, now=new.now)
    yield from _company_changed(new.company_id, new.now)
    return True


def end_webhook(webhook_id: str, now: str) -> Transaction[bool]:
    """Ends a webhook and drops its queued and held announcements; False for an unknown or ended webhook."""
    removed = yield from first(_REMOVE(id=webhook_id, now=now))
    if removed is None:
        return False
    yield _DROP_WAITING(company=removed.company_id, id=webhook_id)
    yield from _company_changed(removed.company_id, now)
    return True


def replace_secret(new: NewSecret) -> Transaction[bool]:
    """Gives a webhook another secret; False when the webhook has ended, or its secret was replaced meanwhile."""
    return (
        yield from changed(
            _REPLACE_SECRET.alone(
                id=new.webhook_id,
                replaces=new.replaces,
                secret=new.secret,
                previous=new.previous,
                previous_until=new.previous_until,
            )
        )
    )


def forget_previous_secrets(now: str) -> Transaction[int]:
    """Deletes the secrets that do not sign any more; returns how many."""
    return len((yield from every(_FORGET_SECRETS.alone(now=now))))


def choose_events(webhook_id: str, events: str | None) -> Transaction[bool]:
    """Sets the events of a webhook, from the next event on; False for an unknown or ended webhook."""
    return (yield from changed(_CHOOSE.alone(id=webhook_id, events=events)))


def webhooks_of(company_id: int) -> Transaction[tuple[str, ...]]:
    """The ids of a company's webhooks, also of those that are switched off."""
    rows = yield from every(_OF_COMPANY(company=company_id))
    return tuple(row.id for row in rows)


def webhook_by_id(company_id: int, webhook_id: str) -> Transaction[WebhookRow | None]:
    """One webhook, also after its removal; None for an unknown id."""
    return (yield from first(_BY_ID(company=company_id, id=webhook_id)))


def webhook_in_use(webhook_id: str) -> Transaction[WebhookRow | None]:
    """One webhook of any company, for the operator; None for an unknown or removed webhook."""
    return (yield from first(_IN_USE(id=webhook_id)))


def webhooks_in_use(company_id: int) -> Transaction[list[WebhookRow]]:
    """The webhooks of a company that were not removed, in the order of their registration."""
    return (yield from every(_IN_USE_OF_COMPANY(company=company_id)))


def all_webhooks() -> Transaction[list[WebhookRow]]:
    """Every webhook of every company, for the operator's listings."""
    return (yield from every(_ALL()))


def _company_changed(company_id: int, now: str) -> Transaction[None]:
    yield _TOUCH_COMPANY(company=company_id, now=now)
    yield _ANNOUNCE_CHANGE()
