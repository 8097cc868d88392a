"""E-mails to customers and announcements to webhooks that the gateway sends after a change of state.

A row is written in the transaction that changes the state, so that every change is announced and nothing else is. The
table is its own queue: ``due_at`` is the moment from which a row may be taken; while a worker has the row, the end of
the worker's lease.
"""

from typing import Final, Literal
from uuid import uuid4

import msgspec
from msgspec import Struct

from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, one, sql
from ocote.store.failed_email import FailedEmail, failed_email
from ocote.store.recipients import different, document_recipients
from ocote.store.sendings import GIVEN_UP, SendingRow, SendingState
from ocote.store.webhooks import webhooks_of

Event = Literal[
    "document.stamped",
    "document.rejected",
    "document.contingency_entered",
    "document.contingency_left",
    "document.invalidated",
    "document.renumbered",
    "email.failed",
]
"""A change of a document's state or number, or an e-mail that was given up, by the name that webhooks receive."""

SENT_AGAIN: Final = "document.sent_again"
"""The name in place of an event for an e-mail sent on request."""

MAILED: Final[frozenset[Event]] = frozenset(
    {"document.stamped", "document.contingency_entered", "document.invalidated"}
)
"""The events that customers get by e-mail: stamp, beginning of a contingency (rules.md 4), invalidation."""


class Listeners(Struct, frozen=True):
    """The receivers of a company's events: its customers by e-mail if ``mail``, and its webhooks by id.

    ``copies`` are the addresses that get a copy of each e-mail to a customer.
    """

    mail: bool = False
    webhooks: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()

    def wait_for(self, event: Event) -> bool:
        """Whether the event may have to be announced."""
        return bool(self.webhooks) or (self.mail and event in MAILED)


NOBODY: Final = Listeners()


class Attempted(Struct, frozen=True):
    """The result of an attempt: the row's new state, when the row is due again, and the answer.

    ``status`` is the HTTP status or SMTP code, None without an answer. ``text`` holds the text of the other side, or
    the reason why there is none (``sending_reason``).
    """

    state: SendingState
    due_at: str | None
    status: int | None
    text: str


class DocumentFacts(Struct, frozen=True):
    """The data of a document that webhooks receive, as of that moment, without data of the customer.

    Moments are stored text in UTC, amounts whole cents of USD, ``observations`` is JSON.
    """

    id: str
    external_ref: str
    doc_type: str
    control_number: str
    generation_code: str
    state: str
    stamp: str | None
    posted_at: str
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int
    payable_cents: int
    mh_state: str
    mh_message: str
    mh_code: str
    observations: str
    invalidated_at: str | None
    more_amounts: str | None = None


class AnnouncedFacts(DocumentFacts, frozen=True, omit_defaults=True):
    """The data of a document in one announcement.

    The previous number is set for ``document.renumbered`` alone, the e-mail for ``email.failed`` alone.
    ``link_version`` is that of the public link, None in announcements of programs that did not keep it.
    """

    previous_control_number: str = ""
    link_version: int | None = None
    email: FailedEmail | None = None


class _AnnouncedRow(StoredRow, DocumentFacts, frozen=True, kw_only=True):
    customer_email: str | None
    redirect_email: str | None
    link_version: int

    def facts(self, previous_number: str = "", email: FailedEmail | None = None) -> AnnouncedFacts:
        found = {name: getattr(self, name) for name in DocumentFacts.__struct_fields__}
        return AnnouncedFacts(
            **found, previous_control_number=previous_number, link_version=self.link_version, email=email
        )

    def recipients(self) -> tuple[str, ...]:
        """The customer's address and the addresses for copies that came with the document, without duplicate."""
        return document_recipients(self.customer_email, self.redirect_email)


class _SendingIdRow(StoredRow, frozen=True):
    id: str


class _ForgottenRow(StoredRow, frozen=True):
    state: SendingState


class _LaneRow(StoredRow, frozen=True):
    lane: str


_ANNOUNCED = f"""
    SELECT {columns(_AnnouncedRow)} FROM document
    WHERE company_id = :company AND id = :id"""
_DOCUMENT = sql(_ANNOUNCED, _AnnouncedRow, lock="update")
# Without a lock: others lock a document before they lock its messages, and this is read after a message was locked.
_DOCUMENT_AS_IS = sql(_ANNOUNCED, _AnnouncedRow)

_ENQUEUE_MAIL = sql("""
    INSERT INTO outbox (id, company_id, document_id, channel, event, lane, target, state, created_at, begun_at, due_at)
    VALUES (:id, :company, :document, 'email', :event, :lane, :target, 'queued', :now, :now, :now)""")

_ENQUEUE_WEBHOOK = sql("""
    INSERT INTO outbox (id, company_id, document_id, channel, event, lane, target, facts, state, created_at, begun_at,
                        due_at, answer)
    SELECT :id, webhook.company_id, :document, 'webhook', :event, :lane, webhook.id, :facts, 'queued', :now, :now,
           CASE WHEN webhook.disabled_at IS NULL THEN :now END,
           CASE WHEN webhook.disabled_at IS NULL THEN '' ELSE '[webhook_off]' END
    FROM webhook
    WHERE webhook.id = :target AND webhook.company_id = :company AND webhook.removed_at IS NULL
      AND (webhook.events IS NULL OR ' ' || webhook.events || ' ' LIKE '% ' || :event || ' %')""")

# One step in the index for each lane, for any number of rows in the lane. A receiver may have asked for a pause.
_DUE_LANES = sql(
    """
    WITH RECURSIVE lanes (lane) AS (
        SELECT min(lane) FROM outbox WHERE due_at IS NOT NULL
        UNION ALL
        SELECT (SELECT min(outbox.lane) FROM outbox WHERE outbox.due_at IS NOT NULL AND outbox.lane > lanes.lane)
        FROM lanes WHERE lanes.lane IS NOT NULL)
    SELECT lane FROM lanes
    WHERE lane IS NOT NULL
      AND EXISTS (SELECT 1 FROM outbox WHERE outbox.lane = lanes.lane AND outbox.due_at <= :now)
      AND NOT EXISTS (SELECT 1 FROM webhook
                      WHERE 'webhook:' || webhook.id = lanes.lane AND webhook.paused_until > :now)""",
    _LaneRow,
)

_CLAIM = sql(
    f"""
    WITH due AS MATERIALIZED (
        SELECT id FROM outbox WHERE lane = :lane AND due_at IS NOT NULL AND due_at <= :now
        ORDER BY due_at, id LIMIT :most :lock)
    UPDATE outbox SET state = 'sending', due_at = :until, attempts = attempts + 1
    WHERE id IN (SELECT id FROM due)
    RETURNING {columns(SendingRow)}""",
    SendingRow,
    lock="update skip locked",
)

# The number of the attempt tells whose the row is: every claim counts it up, and a replay begins a new count. The end
# of the lease does not tell it: a commit of which the worker has not heard may have moved it.
_RENEW = sql(
    """
    UPDATE outbox SET due_at = :until
    WHERE company_id = :company AND id = :id AND state = 'sending'
      AND attempts = :attempts AND begun_at = :begun_at
    RETURNING id""",
    _SendingIdRow,
)

_RECORD = sql(
    """
    UPDATE outbox
    SET state = :state, due_at = :due_at, answered_at = :now, status = :status, answer = :answer
    WHERE company_id = :company AND id = :id AND state = 'sending'
      AND attempts = :attempts AND begun_at = :begun_at
    RETURNING id""",
    _SendingIdRow,
)

_HURRY = sql(
    """
    UPDATE outbox SET due_at = :now
    WHERE company_id = :company AND document_id = :document AND channel = 'email' AND target = :target
      AND state = 'queued' AND event IN (:delivery, 'document.sent_again')
    RETURNING id""",
    _SendingIdRow,
)

# The webhook before its announcements, as every statement that changes both. The pause ends now, as if it had been
# shorter: what waited behind it is due, and not overdue.
_END_PAUSE = sql("""
    UPDATE webhook SET paused_until = :now
    WHERE paused_until > :now AND removed_at IS NULL AND disabled_at IS NULL
      AND id IN (SELECT target FROM outbox WHERE id = :id AND channel = 'webhook' AND state <> 'sending')""")
_REPLAY = sql(
    """
    UPDATE outbox SET state = 'queued', due_at = :now, begun_at = :now, attempts = 0
    WHERE id = :id AND channel = 'webhook' AND state <> 'sending'
      AND target IN (SELECT id FROM webhook WHERE removed_at IS NULL AND disabled_at IS NULL)
    RETURNING id""",
    _SendingIdRow,
)

# ``due_at`` is tested twice: after a wait for a locked row PostgreSQL repeats only the outer conditions.
_FORGET = sql(
    """
    WITH old AS MATERIALIZED (
        SELECT id FROM outbox WHERE channel = 'webhook' AND created_at < :before AND due_at IS NULL
        ORDER BY created_at LIMIT :most)
    DELETE FROM outbox WHERE id IN (SELECT id FROM old) AND due_at IS NULL
    RETURNING state""",
    _ForgottenRow,
)


def announce(
    company_id: int, document_id: str, event: Event, now: str, listeners: Listeners, previous_number: str = ""
) -> Transaction[None]:
    """Writes the messages about a change of state, in the transaction that makes the change.

    Reads and writes nothing for an event without receiver. ``previous_number`` is the control number that the document
    had until this change, "" when the number stays.
    """
    if not listeners.wait_for(event):
        return
    document = yield from one(_DOCUMENT(company=company_id, id=document_id))
    if listeners.mail and event in MAILED:
        addressed = document.recipients()
        # What is mailed to nobody is not mailed to the company either.
        for address in different((*addressed, *listeners.copies)) if addressed else ():
            yield from _enqueue_mail(company_id, document_id, event, address, now)
    yield from _announce_to(listeners.webhooks, company_id, event, document.facts(previous_number), now)


def send_again(company_id: int, document_id: str, to: tuple[str, ...], now: str) -> Transaction[tuple[str, ...]]:
    """Queues an e-mail of a document to each of ``to``, or to the addresses of the document; returns the addresses.

    A message that waits for its next attempt becomes due at once, and no second message is queued.
    """
    document = yield from one(_DOCUMENT(company=company_id, id=document_id))
    addresses = to or document.recipients()
    delivery: Event = "document.contingency_entered" if document.state == "contingency" else "document.stamped"
    for address in addresses:
        is_hurried = yield from changed(
            _HURRY(company=company_id, document=document_id, target=address, delivery=delivery, now=now)
        )
        if not is_hurried:
            yield from _enqueue_mail(company_id, document_id, SENT_AGAIN, address, now)
    return addresses


def due_lanes(now: str) -> Transaction[list[str]]:
    """The lanes with due rows; a lane is a target that fails as a whole: a mail server or a webhook."""
    rows = yield from every(_DUE_LANES(now=now))
    return [row.lane for row in rows]


def claim_due_in_lane(lane: str, now: str, until: str, most: int) -> Transaction[list[SendingRow]]:
    """Takes the due rows of a lane for a worker; if the worker dies, they are due again at ``until``."""
    return (yield from every(_CLAIM.alone(lane=lane, now=now, until=until, most=most)))


def renew_lease(row: SendingRow, until: str) -> Transaction[bool]:
    """Prolongs the lease of a row; False when another worker has taken the row meanwhile."""
    return (
        yield from changed(
            _RENEW.alone(company=row.company_id, id=row.id, attempts=row.attempts, begun_at=row.begun_at, until=until),
        )
    )


def record_attempt(row: SendingRow, attempted: Attempted, now: str) -> Transaction[bool]:
    """Writes the result of an attempt; False when another worker has taken the row meanwhile.

    The company's webhooks learn of an e-mail that is given up, in the transaction that gives it up.
    """
    is_given_up = row.channel == "email" and attempted.state in GIVEN_UP
    statement = _RECORD if is_given_up else _RECORD.alone
    is_recorded = yield from changed(
        statement(
            company=row.company_id,
            id=row.id,
            attempts=row.attempts,
            begun_at=row.begun_at,
            state=attempted.state,
            due_at=attempted.due_at,
            status=attempted.status,
            answer=attempted.text,
            now=now,
        )
    )
    if is_recorded and is_given_up:
        yield from _announce_failed_email(row, attempted, now)
    return is_recorded


def replay_announcement(announcement_id: str, now: str) -> Transaction[bool]:
    """Makes an announcement to a webhook due again under its id, and ends a pause that the receiver asked for.

    False for an unknown announcement, one that is being sent, and one of a webhook that is removed or switched off.
    """
    yield _END_PAUSE(id=announcement_id, now=now)
    return (yield from changed(_REPLAY(id=announcement_id, now=now)))


def forget_announcements(before: str, most: int) -> Transaction[list[SendingState]]:
    """Deletes announcements made before a moment that nobody sends any more; returns the state of each.

    E-mails are kept with their documents.
    """
    return [row.state for row in (yield from every(_FORGET(before=before, most=most)))]


def _announce_failed_email(row: SendingRow, attempted: Attempted, now: str) -> Transaction[None]:
    webhooks = yield from webhooks_of(row.company_id)
    if not webhooks:
        return
    document = yield from one(_DOCUMENT_AS_IS(company=row.company_id, id=row.document_id))
    failed = failed_email(row, attempted.state, attempted.status, attempted.text)
    yield from _announce_to(webhooks, row.company_id, "email.failed", document.facts(email=failed), now)


def _announce_to(
    webhooks: tuple[str, ...], company_id: int, event: Event, facts: AnnouncedFacts, now: str
) -> Transaction[None]:
    encoded = msgspec.json.encode(facts).decode() if webhooks else ""
    for webhook in webhooks:
        yield _ENQUEUE_WEBHOOK(
            id=str(uuid4()),
            company=company_id,
            document=facts.id,
            event=event,
            lane=f"webhook:{webhook}",
            target=webhook,
            facts=encoded,
            now=now,
        )


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
