"""Sends documents to customers by e-mail, through the mail server of their company."""

import ssl
from email.message import EmailMessage

from ocote.archive.archive import print_job, undone
from ocote.companies.brand import brand_of
from ocote.companies.description.value import SmtpAccess
from ocote.companies.mail_server import mail_server_of
from ocote.companies.registry import Companies
from ocote.documents.records import linked
from ocote.documents.signed import document_of
from ocote.mail.message import Attached, MailEnvelope, delivery_mail, invalidation_mail
from ocote.mail.smtp import Accepted, MailServer, send
from ocote.mail.unsendable import UnsendableError
from ocote.outbox.outcome import AttemptOutcome, Failed, GivenBack, Obsolete, Sent
from ocote.printing.figures import money
from ocote.printing.file import delivered_json
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press, PressClosedError, UnprintableError
from ocote.printing.press.queue import PressBusyError
from ocote.public_links import PublicLinks
from ocote.signing.jws import payload_of
from ocote.store.documents import document_by_id, signed_text
from ocote.store.engine.store import Store
from ocote.store.engine.values import amount, moment
from ocote.store.invalidations import invalidations_of
from ocote.store.sending_reason import SendingReason
from ocote.store.sendings import SendingRow

_STEP_TIMEOUT_S = 10.0
_OK = 250


class MailCourier:
    """Writes the message of a row from the present content of the tables, and hands it to the company's mail server.

    ``tls_context`` decides which mail servers are trusted; None means the certificates of the system.
    """

    def __init__(
        self,
        store: Store,
        companies: Companies,
        links: PublicLinks,
        press: Press,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._store = store
        self._companies = companies
        self._links = links
        self._press = press
        self._tls_context = tls_context

    async def attempt(self, row: SendingRow) -> AttemptOutcome:
        """Tries once to deliver one message to one address. The message waits for the turn of its PDF."""
        company = await self._companies.get(row.company_id)
        access = self._companies.mail_access(company)
        if access is None:
            return Obsolete(SendingReason("no_mail_server"))
        try:
            server = mail_server_of(access, _STEP_TIMEOUT_S)
        except UnsendableError as error:
            # The company can correct its access; the message has no fault.
            return Failed(None, error.reason, is_about_the_lane=True)
        message = await self._message(row, access)
        return await self._handed_over(message, server) if isinstance(message, EmailMessage) else message

    async def _handed_over(self, message: EmailMessage, server: MailServer) -> Sent | Failed:
        outcome = await send(message, server, tls_context=self._tls_context)
        if isinstance(outcome, Accepted):
            return Sent(_OK, outcome.reply)
        return Failed(
            outcome.code,
            outcome.why,
            is_permanent=outcome.is_permanent,
            is_about_the_lane=outcome.is_about_the_server,
        )

    async def _message(self, row: SendingRow, access: SmtpAccess) -> EmailMessage | Obsolete | Failed | GivenBack:
        # The moment of the request, not of the attempt, so that all attempts send an identical message.
        envelope = MailEnvelope(access.sender, row.target, moment(row.begun_at), row.id, access.reply_to)
        try:
            if row.event == "document.invalidated":
                return await self._invalidation(row, envelope)
            return await self._delivery(row, envelope)
        except PressClosedError:
            return GivenBack()
        except PressBusyError:
            return Failed(None, SendingReason("pdf_not_begun"))
        except UnprintableError:
            return Failed(None, SendingReason("pdf_impossible"), is_permanent=True)
        except ValueError as error:
            why = error.reason if isinstance(error, UnsendableError) else str(error)
            return Failed(None, why, is_permanent=True)

    async def _delivery(self, row: SendingRow, envelope: MailEnvelope) -> EmailMessage | Obsolete:
        signed = await self._store.read(signed_text, row.company_id, row.document_id)
        document = await self._store.read(document_by_id, row.company_id, row.document_id)
        if signed is None or document is None:
            raise LookupError(f"document {row.document_id} is gone")
        if document.version != signed.version:
            raise RuntimeError("another text of the document was signed in this moment")
        wanted = {"contingency"} if row.event == "document.contingency_entered" else {"contingency", "stamped"}
        if document.state not in wanted:
            return Obsolete(SendingReason("document_changed", document.state))
        content = document_of(signed.jws)
        stamp, taken_back = document.stamp, undone(document)
        brand = await self._store.read(brand_of, row.company_id)
        link = self._links.url(linked(document))
        job = print_job(document, signed.jws, "letter", brand, link)
        pdf = await self._press.pdf(job, row.company_id, "later")
        attached = Attached(pdf, delivered_json(signed.jws, stamp), link)
        return delivery_mail(content, envelope, attached, stamp=stamp, undone=taken_back, brand=brand)

    async def _invalidation(self, row: SendingRow, envelope: MailEnvelope) -> EmailMessage:
        made = await self._store.read(invalidations_of, row.company_id, row.document_id)
        document = await self._store.read(document_by_id, row.company_id, row.document_id)
        if document is None:
            raise LookupError(f"document {row.document_id} is gone")
        event = next(each for each in made if each.state == "stamped")
        content = document_of(event.jws)
        brand = await self._store.read(brand_of, row.company_id)
        job = PrintJob(payload_of(event.jws), "invalidation", stamp=event.stamp, brand=brand)
        pdf = await self._press.pdf(job, row.company_id, "later")
        link = self._links.url(linked(document))
        total = money(amount(document.payable_cents))
        attached = Attached(pdf, delivered_json(event.jws, event.stamp), link, total)
        return invalidation_mail(content, envelope, attached, stamp=event.stamp, brand=brand)
