"""E-mails to customers and announcements to webhooks that the gateway sends after a change of state.

A row is written in the transaction that changes the state, so that a change without message and a message without
change are impossible. The table is the queue: ``due_at`` says when a row may be taken, and while a worker has the row,
until when.
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
"""A change of a document's state, by the name that webhooks receive."""

SENT_AGAIN: Final = "document.sent_again"
"""The name in place of an event for an e-mail sent on request."""

MAILED: Final[frozenset[Event]] = frozenset(
    {"document.stamped", "document.contingency_entered", "document.invalidated"}
)
"""The events that customers get by e-mail: the stamp, the beginning of a contingency (rules.md 4), the invalidation."""

SendingState = Literal["queued", "sending", "sent", "refused", "expired", "obsolete"]
"""The state of a message: ``refused`` for good, ``expired`` after days without success, ``obsolete`` if unneeded."""


class Listeners(Struct, frozen=True):
    """The receivers of a company's events: its customers by e-mail if ``mail``, and its webhooks by id."""

    mail: bool = False
    webhooks: tuple[str, ...] = ()

    def wait_for(self, event: Event) -> bool:
        """Whether the event may have a receiver."""
        return bool(self.webhooks) or (self.mail and event in MAILED)


NOBODY: Final = Listeners()


class Attempted(Struct, frozen=True):
    """The result of an attempt: the row's new state, when the row is due again, and the text of the other side.

    ``status`` is the HTTP status or SMTP code of the other side, None without an answer.
    """

    state: SendingState
    due_at: str | None
    status: int | None
    text: str


class Trouble(Struct, frozen=True):
    """The numbers of a channel's messages that are not delivered.

    ``refused`` and ``expired`` were given up recently; ``overdue`` should have been tried long ago, but no worker did;
    ``failing`` has been tried without success for a long time.
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
"""The data of a document that a webhook receives, as of that moment, without data of the customer."""

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

# One step in the index for each lane, for any number of rows in the lane.
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

# The condition is repeated, because PostgreSQL does not evaluate the subquery again after it has waited for a row.
_FORGET = sql("""
    DELETE FROM outbox
    WHERE id IN (SELECT id FROM outbox WHERE channel = 'webhook' AND created_at < :before AND due_at IS NULL
                 ORDER BY created_at LIMIT :most)
      AND due_at IS NULL
    RETURNING id""")

# A mail server or webhook that fails entirely is tried with a few messages at a time: the messages behind those are
# late although a worker sends.
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
    """Writes the messages about a change of state, in the transaction that makes the change.

    Nothing is read or written for an event without receiver.
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
    """Queues an e-mail of a document to ``to``, or to the addresses of the document; returns the addresses.

    A message that still has a next attempt becomes due at once, instead of a second message.
    """
    [document] = yield _DOCUMENT(company=company_id, id=document_id)
    addresses = (to,) if to is not None else _recipients(document)
    delivery: Event = "document.contingency_entered" if document["state"] == "contingency" else "document.stamped"
    for address in addresses:
        was_queued = yield _HURRY(company=company_id, document=document_id, target=address, delivery=delivery, now=now)
        if not was_queued:
            yield from _enqueue_mail(company_id, document_id, SENT_AGAIN, address, now)
    return addresses


def due_lanes(now: str) -> Transaction[list[str]]:
    """The lanes with due messages; a lane is a target that fails as a whole: a mail server or a webhook."""
    rows = yield _DUE_LANES(now=now)
    return [row["lane"] for row in rows]


def claim(lane: str, now: str, until: str, most: int) -> Transaction[list[Row]]:
    """Takes up to ``most`` due messages of a lane for a worker; if the worker dies they are due again at ``until``."""
    return (yield _CLAIM.alone(lane=lane, now=now, until=until, most=most))


def record(row: Row, answer: Attempted, now: str) -> Transaction[bool]:
    """Writes the result of an attempt; False when another worker has taken the row meanwhile."""
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
    """Makes an announcement to a webhook due again under its id; False when no announcement has the id."""
    return bool((yield _REPLAY(id=delivery_id, now=now)))


def sendings_of(company_id: int, document_id: str, channel: Channel) -> Transaction[list[Row]]:
    """Every message about one document in a channel, sent or not, oldest first."""
    return (yield _OF_DOCUMENT(company=company_id, document=document_id, channel=channel))


def latest(channel: Channel, company_id: int | None, most: int, *, only_unsent: bool) -> Transaction[list[Row]]:
    """The latest rows of a channel, of one company or of all, with number and reference of their documents."""
    return (yield _LATEST(channel=channel, company=company_id, unsent=int(only_unsent), most=most))


def forget(before: str, most: int) -> Transaction[int]:
    """Deletes finished announcements made before a moment; e-mails stay as long as their documents."""
    return len((yield _FORGET(before=before, most=most)))


def trouble(since: str, overdue: str, failing: str) -> Transaction[dict[Channel, Trouble]]:
    """The numbers of undelivered messages by channel.

    They were given up since ``since``, were due before ``overdue``, or have been tried since before ``failing``.
    """
    rows = yield _TROUBLE(since=since, overdue=overdue, failing=failing)
    return {row["channel"]: Trouble(row["refused"], row["expired"], row["overdue"], row["failing"]) for row in rows}


def waiting() -> Transaction[dict[str, int]]:
    """The number of queued messages in each channel."""
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
    """The customer's address and the address for copies, without duplicate."""
    found = [address for address in (document["customer_email"], document["redirect_email"]) if address]
    if len(found) == 2 and found[0].casefold() == found[1].casefold():
        return (found[0],)
    return tuple(found)
