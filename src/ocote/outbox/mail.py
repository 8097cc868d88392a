"""Carries documents to customers by e-mail, through the mail server of their company."""

import asyncio
import json
import ssl
from decimal import Decimal
from email.message import EmailMessage

from ocote.archive.archive import undone
from ocote.companies.brand import brand_of
from ocote.companies.description.value import SmtpAccess
from ocote.companies.registry import Companies
from ocote.mail.message import Attached, MailEnvelope, delivery_mail, invalidation_mail
from ocote.mail.smtp import Accepted, MailServer, send
from ocote.outbox.outcome import Failed, Obsolete, Outcome, Sent
from ocote.printing.file import delivered_json
from ocote.printing.pdf import render, render_invalidation
from ocote.printing.typesetting import TYPESET_AT_ONCE, in_the_press
from ocote.public_links import PublicLinks
from ocote.signing import jws
from ocote.store.documents import document_by_id, signed_text
from ocote.store.engine.store import Row, Store
from ocote.store.engine.values import moment
from ocote.store.invalidations import invalidations_of

_STEP_TIMEOUT_S = 10.0
_OK = 250


class MailCourier:
    """Writes the message of a row from what the tables hold now, and hands it to the company's mail server.

    ``tls_context`` decides which mail servers are trusted; None means the certificates of the system.
    """

    def __init__(
        self, store: Store, companies: Companies, links: PublicLinks, tls_context: ssl.SSLContext | None = None
    ) -> None:
        self._store = store
        self._companies = companies
        self._links = links
        self._tls_context = tls_context
        self._typesetting = asyncio.Semaphore(TYPESET_AT_ONCE)

    async def attempt(self, row: Row) -> Outcome:
        """One attempt to deliver one message to one address."""
        company = await self._companies.get(int(row["company_id"]))
        access = self._companies.mail_access(company)
        if access is None:
            return Obsolete("the company has no mail server any more")
        try:
            message = await self._message(row, access.sender)
            server = _server(access)
        except ValueError as error:
            return Failed(None, str(error), is_permanent=True)
        if isinstance(message, Obsolete):
            return message
        outcome = await send(message, server, tls_context=self._tls_context)
        if isinstance(outcome, Accepted):
            return Sent(_OK, outcome.reply)
        doubt = "; the message may have arrived" if outcome.may_have_arrived else ""
        return Failed(
            outcome.code,
            outcome.reason + doubt,
            is_permanent=outcome.is_permanent,
            is_about_the_lane=outcome.is_about_the_server,
        )

    async def _message(self, row: Row, sender: str) -> EmailMessage | Obsolete:
        # The moment of the request, not of the attempt: every attempt is the same message.
        passage = MailEnvelope(sender, row["target"], moment(row["begun_at"]), sending=row["id"])
        if row["event"] == "document.invalidated":
            return await self._invalidation(row, passage)
        return await self._delivery(row, passage)

    async def _delivery(self, row: Row, passage: MailEnvelope) -> EmailMessage | Obsolete:
        company_id = int(row["company_id"])
        signed = await self._store.read(signed_text, company_id, row["document_id"])
        document = await self._store.read(document_by_id, company_id, row["document_id"])
        if signed is None or document is None:
            raise LookupError(f"document {row['document_id']} is gone")
        if document["version"] != signed["version"]:
            raise RuntimeError("the document was signed anew in this moment")
        wanted = {"contingency"} if row["event"] == "document.contingency_entered" else {"contingency", "stamped"}
        if document["state"] not in wanted:
            return Obsolete(f"the document is {document['state']} now")
        content = json.loads(jws.payload_of(signed["jws"]), parse_float=Decimal)
        stamp, taken_back = document["stamp"], undone(document)
        brand = await self._store.read(brand_of, company_id)
        link = self._links.url(company_id, row["document_id"])
        async with self._typesetting:
            pdf = await in_the_press(
                render,
                content,
                stamp=stamp,
                layout="letter",
                undone=taken_back,
                logo=brand.logo,
                colour=brand.colour,
                link=link,
            )
        attached = Attached(pdf, delivered_json(signed["jws"], stamp))
        return delivery_mail(content, passage, attached, stamp=stamp, undone=taken_back, colour=brand.colour, link=link)

    async def _invalidation(self, row: Row, passage: MailEnvelope) -> EmailMessage:
        made = await self._store.read(invalidations_of, int(row["company_id"]), row["document_id"])
        event = next(one for one in made if one["state"] == "stamped")
        content = json.loads(jws.payload_of(event["jws"]), parse_float=Decimal)
        brand = await self._store.read(brand_of, int(row["company_id"]))
        async with self._typesetting:
            pdf = await in_the_press(
                render_invalidation, content, stamp=event["stamp"], logo=brand.logo, colour=brand.colour
            )
        attached = Attached(pdf, delivered_json(event["jws"], event["stamp"]))
        return invalidation_mail(content, passage, attached, stamp=event["stamp"], colour=brand.colour)


def _server(access: SmtpAccess) -> MailServer:
    return MailServer(
        host=access.host,
        port=access.port,
        security=access.security,
        user=access.user,
        password=access.password,
        timeout_s=_STEP_TIMEOUT_S,
    )
