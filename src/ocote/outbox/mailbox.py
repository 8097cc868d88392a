"""Sends a document by e-mail again, and shows the outcome of its e-mails."""

from datetime import timedelta
from typing import Final

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.caller import Caller
from ocote.companies.registry import Companies
from ocote.documents.records import view
from ocote.documents.view import Refused
from ocote.dte.faults import InvalidSale
from ocote.errors import fault
from ocote.outbox.sending import Mailing, Sending
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.document_row import DocumentRow
from ocote.store.documents import document_by_any
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.outbox import send_again
from ocote.store.recipients import document_recipients
from ocote.store.sending_reason import english_answer
from ocote.store.sendings import MOST_SENDINGS, SendingRow, sendings_of

MOST_IN_A_DAY: Final = MOST_SENDINGS
"""E-mails about one document in 24 hours, as many as are read of it: a key could send them to anybody."""

_DELIVERABLE = frozenset({"stamped", "contingency"})


class Mailbox:
    """The e-mails of a company's documents."""

    def __init__(self, store: Store, companies: Companies, clock: Clock) -> None:
        self._store = store
        self._companies = companies
        self._clock = clock

    async def send_again(
        self, caller: Caller, id_or_ref: str, to: tuple[str, ...], by: Author | None = None
    ) -> Mailing:
        """Sends a document again, to some addresses or, without any, to those given when the document was issued.

        ``by`` is the person of the panel who wants it, whom the audit log names; None for a program with a key.
        Raises Refused when the company has no mail server, the document cannot be delivered or was mailed very often
        today, and InvalidSale when there is no address.
        """
        row = await self._row(caller, id_or_ref)
        company = await self._companies.get(caller.company_id)
        if not company.listeners.mail:
            raise Refused("email_not_configured")
        if row.state not in _DELIVERABLE:
            raise Refused("document_not_deliverable")
        await self._require_few(row, len(to or document_recipients(row.customer_email, row.redirect_email)))
        now = moment_text(self._clock())
        if by is None:
            sent_to = await self._store.write(send_again, caller.company_id, row.id, to, now)
        else:
            sent_to = await self._store.write(
                audited, lambda found: _entry(row, by, now, found), send_again, caller.company_id, row.id, to, now
            )
        if not sent_to:
            raise InvalidSale([fault("email_recipient_missing", "to")])
        audit.record("email_sent_again", key=caller.name, document_id=row.id, to_another=bool(to))
        return await self._mailing(row)

    async def _require_few(self, row: DocumentRow, more: int) -> None:
        """Raises Refused when the document was mailed very often today, or would be with so many more messages."""
        made = await self._store.read(sendings_of, row.company_id, row.id, "email")
        a_day_ago = self._clock() - timedelta(days=1)
        if sum(moment(each.created_at) > a_day_ago for each in made) + more > MOST_IN_A_DAY:
            raise Refused("emails_too_many", limit=MOST_IN_A_DAY)

    async def sendings(self, caller: Caller, id_or_ref: str) -> Mailing:
        """The sent and waiting e-mails of a document. Raises Refused when there is no such document."""
        return await self._mailing(await self._row(caller, id_or_ref))

    async def _row(self, caller: Caller, id_or_ref: str) -> DocumentRow:
        row = await self._store.read(document_by_any, caller.company_id, id_or_ref)
        if row is None:
            raise Refused("document_not_found")
        return row

    async def _mailing(self, row: DocumentRow) -> Mailing:
        sent = await self._store.read(sendings_of, row.company_id, row.id, "email")
        return Mailing(view(row), tuple(_sending(each) for each in sent))


def _entry(row: DocumentRow, by: Author, now: str, to: tuple[str, ...]) -> AuditEntry | None:
    """The entry of the audit log about a document that was sent again; None when there was no address."""
    if not to:
        return None
    subject = f"document {row.control_number}"
    return AuditEntry(
        now, by, "email_sent_again", subject, company_id=row.company_id, after={"to": list(to), "document_id": row.id}
    )


def _sending(row: SendingRow) -> Sending:
    return Sending(
        to=row.target,
        event=row.event,
        state=row.state,
        requested_at=moment(row.created_at),
        attempts=row.attempts,
        answered_at=moment(row.answered_at) if row.answered_at else None,
        code=row.status,
        answer=english_answer(row.status, row.answer),
    )
