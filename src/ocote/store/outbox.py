"""What is to leave the gateway after a change of state: e-mails to customers, announcements to webhooks.

A row is written in the transaction that changes the state, so that nothing is told that did not happen and nothing
that happened stays untold. The table is its own queue: ``due_at`` says when a row may be taken, and while somebody is
at it, until when it is theirs.
"""

from typing import Final, Literal
from uuid import uuid4

import msgspec
from msgspec import Struct

from ocote.store.engine.statement import Row, Transaction, sql

Channel = Literal["email", "webhook"]

Event = Literal[
    "document.stamped",
    "document.rejected",
    "document.contingency_entered",
    "document.contingency_left",
    "document.invalidated",
]
"""A change of a document's state, by the name under which webhooks are told of it."""

SENT_AGAIN: Final = "document.sent_again"
"""Stands in place of an event where somebody asked for the e-mail."""

MAILED: Final[frozenset[Event]] = frozenset(
    {"document.stamped", "document.contingency_entered", "document.invalidated"}
)
"""What customers are told: the document with its stamp, the one that waits for it (rules.md 4), its invalidation."""

SendingState = Literal["queued", "sending", "sent", "refused", "expired", "obsolete"]
"""``refused``: never to be taken; ``expired``: tried for days in vain; ``obsolete``: nobody needs it any more."""


class Listeners(Struct, frozen=True):
    """Whom a company tells of its documents: its customers by e-mail, and its webhooks by id."""

    mail: bool = False
    webhooks: tuple[str, ...] = ()

    def wait_for(self, event: Event) -> bool:
        """Whether somebody may have to be told of the event."""
        return bool(self.webhooks) or (self.mail and event in MAILED)


NOBODY: Final = Listeners()


class Attempted(Struct, frozen=True):
    """How an attempt ended: the row's new state, when it is due again, and the words of the other side.

    ``status`` is its HTTP status or SMTP code, None when it said nothing.
    """

    state: SendingState
    due_at: str | None
    status: int | None
    text: str


class Trouble(Struct, frozen=True):
    """How much of a channel does not get through.

    ``refused`` and ``expired`` were given up lately; ``overdue`` should have been tried long ago, and nobody did;
    ``failing`` is tried in vain for a good while.
    """

    refused: int = 0
    expired: int = 0
    overdue: int = 0
    failing: int = 0


_FACTS: Final = (
    "id",
    "external_ref",
    "doc_type",
    "control_number",
    "generation_code",
    "state",
    "stamp",
    "posted_at",
    "taxable_cents",
    "vat_cents",
    "gross_cents",
    "withheld_cents",
    "payable_cents",
    "mh_state",
    "mh_message",
    "mh_code",
    "observations",
    "invalidated_at",
)
"""What a webhook is told of a document, as it was at that moment: nothing of the customer."""

_COLUMNS = """id, company_id, document_id, channel, event, lane, target, facts, state, created_at, begun_at, due_at,
    attempts, answered_at, status, answer"""

_DOCUMENT = sql(
    f"""
    SELECT {", ".join(_FACTS)}, customer_email, redirect_email FROM document
    WHERE company_id = :company AND id = :id""",
    lock="update",
)

_ENQUEUE_MAIL = sql("""
    INSERT INTO outbox (id, company_id, document_id, channel, event, lane, target, state, created_at, begun_at, due_at)
    VALUES (:id, :company, :document, 'email', :event, :lane, :target, 'queued', :now, :now, :now)""")

_ENQUEUE_WEBHOOK = sql("""
    INSERT INTO outbox (id, company_id, document_id, channel, event, lane, target, facts, state, created_at, begun_at,
                        due_at)
    SELECT :id, webhook.company_id, :document, 'webhook', :event, :lane, webhook.id, :facts, 'queued', :now, :now, :now
    FROM webhook WHERE webhook.id = :target AND webhook.company_id = :company AND webhook.removed_at IS NULL""")

# One step in the index for each lane, however many rows wait in it.
_DUE_LANES = sql("""
    WITH RECURSIVE lanes (lane) AS (
        SELECT min(lane) FROM outbox WHERE due_at IS NOT NULL
        UNION ALL
        SELECT (SELECT min(outbox.lane) FROM outbox WHERE outbox.due_at IS NOT NULL AND outbox.lane > lanes.lane)
        FROM lanes WHERE lanes.lane IS NOT NULL)
    SELECT lane FROM lanes
    WHERE lane IS NOT NULL
      AND EXISTS (SELECT 1 FROM outbox WHERE outbox.lane = lanes.lane AND outbox.due_at <= :now)""")

_CLAIM = sql(
    f"""
    UPDATE outbox SET state = 'sending', due_at = :until, attempts = attempts + 1
    WHERE id IN (SELECT id FROM outbox WHERE lane = :lane AND due_at IS NOT NULL AND due_at <= :now
                 ORDER BY due_at, id LIMIT :most :lock)
    RETURNING {_COLUMNS}""",
    lock="update skip locked",
)

_RECORD = sql("""
    UPDATE outbox
    SET state = :state, due_at = :due_at, answered_at = :now, status = :status, answer = :answer
    WHERE company_id = :company AND id = :id AND state = 'sending' AND due_at = :held_until
    RETURNING id""")

_HURRY = sql("""
    UPDATE outbox SET due_at = :now
    WHERE company_id = :company AND document_id = :document AND channel = 'email' AND target = :target
      AND state = 'queued' AND event IN (:delivery, 'document.sent_again')
    RETURNING id""")

_REPLAY = sql("""
    UPDATE outbox SET state = 'queued', due_at = :now, begun_at = :now, attempts = 0
    WHERE id = :id AND channel = 'webhook' AND state <> 'sending'
      AND target IN (SELECT id FROM webhook WHERE removed_at IS NULL)
    RETURNING id""")

_OF_DOCUMENT = sql(f"""
    SELECT {_COLUMNS} FROM outbox
    WHERE company_id = :company AND document_id = :document AND channel = :channel
    ORDER BY created_at, id""")

_LATEST = sql(f"""
    SELECT sending.*, document.control_number, document.external_ref
    FROM (SELECT {_COLUMNS} FROM outbox
          WHERE channel = :channel
            AND (CAST(:company AS BIGINT) IS NULL OR company_id = :company)
            AND (CAST(:unsent AS BIGINT) = 0 OR state <> 'sent')
          ORDER BY created_at DESC, id LIMIT :most) AS sending
    JOIN document ON document.company_id = sending.company_id AND document.id = sending.document_id
    ORDER BY sending.created_at DESC, sending.id""")

# Looked at twice: PostgreSQL does not ask again about the rows that it has chosen when it waited for one of them.
_FORGET = sql("""
    DELETE FROM outbox
    WHERE id IN (SELECT id FROM outbox WHERE channel = 'webhook' AND created_at < :before AND due_at IS NULL
                 ORDER BY created_at LIMIT :most)
      AND due_at IS NULL
    RETURNING id""")

# A mail server or webhook that fails as a whole is tried with a few at a time: the others behind it are late, and yet
# somebody sends.
_TROUBLE = sql("""
    WITH tried AS (SELECT DISTINCT lane FROM outbox WHERE answered_at >= :overdue)
    SELECT channel,
           count(CASE WHEN state = 'refused' THEN 1 END) AS refused,
           count(CASE WHEN state = 'expired' THEN 1 END) AS expired,
           count(CASE WHEN due_at < :overdue AND lane NOT IN (SELECT lane FROM tried) THEN 1 END) AS overdue,
           count(CASE WHEN (due_at >= :overdue OR lane IN (SELECT lane FROM tried))
                       AND attempts > 0 AND begun_at < :failing THEN 1 END) AS failing
    FROM outbox
    WHERE due_at IS NOT NULL OR (state IN ('refused', 'expired') AND answered_at >= :since)
    GROUP BY channel""")

_WAITING = sql("SELECT channel, count(*) AS n FROM outbox WHERE due_at IS NOT NULL GROUP BY channel")


def announce(company_id: int, document_id: str, event: Event, now: str, listeners: Listeners) -> Transaction[None]:
    """Writes what is to be sent because of a change of state, in the transaction that makes the change.

    Nothing is read or written when nobody listens.
    """
    if not listeners.wait_for(event):
        return
    [document] = yield _DOCUMENT(company=company_id, id=document_id)
    if listeners.mail and event in MAILED:
        for address in _recipients(document):
            yield from _enqueue_mail(company_id, document_id, event, address, now)
    if listeners.webhooks:
        facts = msgspec.json.encode({name: document[name] for name in _FACTS}).decode()
        for webhook in listeners.webhooks:
            yield _ENQUEUE_WEBHOOK(
                id=str(uuid4()),
                company=company_id,
                document=document_id,
                event=event,
                lane=f"webhook:{webhook}",
                target=webhook,
                facts=facts,
                now=now,
            )


def send_again(company_id: int, document_id: str, to: str | None, now: str) -> Transaction[tuple[str, ...]]:
    """Has a document e-mailed again, to one address or to those it was issued with; returns the addresses.

    A message that still waits for its next attempt is hurried instead of being joined by a second one.
    """
    [document] = yield _DOCUMENT(company=company_id, id=document_id)
    addresses = (to,) if to is not None else _recipients(document)
    delivery: Event = "document.contingency_entered" if document["state"] == "contingency" else "document.stamped"
    for address in addresses:
        hurried = yield _HURRY(company=company_id, document=document_id, target=address, delivery=delivery, now=now)
        if not hurried:
            yield from _enqueue_mail(company_id, document_id, SENT_AGAIN, address, now)
    return addresses


def due_lanes(now: str) -> Transaction[list[str]]:
    """The lanes in which something is due. A lane is a target that fails as one: a mail server, a webhook."""
    rows = yield _DUE_LANES(now=now)
    return [row["lane"] for row in rows]


def claim(lane: str, now: str, until: str, most: int) -> Transaction[list[Row]]:
    """Takes what is due in a lane, for the worker that asks; if it dies, it is due again at ``until``."""
    return (yield _CLAIM.alone(lane=lane, now=now, until=until, most=most))


def record(row: Row, answer: Attempted, now: str) -> Transaction[bool]:
    """Writes how an attempt ended; False when the row was taken over by somebody else meanwhile."""
    return bool(
        (
            yield _RECORD.alone(
                company=row["company_id"],
                id=row["id"],
                held_until=row["due_at"],
                state=answer.state,
                due_at=answer.due_at,
                status=answer.status,
                answer=answer.text,
                now=now,
            )
        )
    )


def replay(delivery_id: str, now: str) -> Transaction[bool]:
    """Has an announcement sent to its webhook once more, under the same id; False when there is no such one."""
    return bool((yield _REPLAY(id=delivery_id, now=now)))


def sendings_of(company_id: int, document_id: str, channel: Channel) -> Transaction[list[Row]]:
    """Everything that left or is to leave for one document, oldest first."""
    return (yield _OF_DOCUMENT(company=company_id, document=document_id, channel=channel))


def latest(channel: Channel, company_id: int | None, most: int, *, only_unsent: bool) -> Transaction[list[Row]]:
    """The latest rows of a channel, of one company or of all, with number and reference of their documents."""
    return (yield _LATEST(channel=channel, company=company_id, unsent=int(only_unsent), most=most))


def forget(before: str, most: int) -> Transaction[int]:
    """Deletes announcements made before a moment that wait for nothing; e-mails stay, as long as their documents."""
    return len((yield _FORGET(before=before, most=most)))


def trouble(since: str, overdue: str, failing: str) -> Transaction[dict[Channel, Trouble]]:
    """What does not get through, by channel: given up since a moment, due before one, tried since before another."""
    rows = yield _TROUBLE(since=since, overdue=overdue, failing=failing)
    return {row["channel"]: Trouble(row["refused"], row["expired"], row["overdue"], row["failing"]) for row in rows}


def waiting() -> Transaction[dict[str, int]]:
    """How many rows wait in each channel."""
    rows = yield _WAITING()
    return {row["channel"]: row["n"] for row in rows}


def _enqueue_mail(company_id: int, document_id: str, event: str, address: str, now: str) -> Transaction[None]:
    yield _ENQUEUE_MAIL(
        id=str(uuid4()),
        company=company_id,
        document=document_id,
        event=event,
        lane=f"email:{company_id}",
        target=address,
        now=now,
    )


def _recipients(document: Row) -> tuple[str, ...]:
    """The customer's address and the one for copies, once where they are the same."""
    found = [address for address in (document["customer_email"], document["redirect_email"]) if address]
    if len(found) == 2 and found[0].casefold() == found[1].casefold():
        return (found[0],)
    return tuple(found)
