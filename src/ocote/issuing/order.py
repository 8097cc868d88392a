"""What is to be issued, in a form that every family of documents shares."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct

from ocote.clock import local
from ocote.companies.company import Company
from ocote.documents.view import Amounts
from ocote.dte import control_number, text
from ocote.dte.editions import Edition, version_of
from ocote.dte.sale import Contingency, Identity
from ocote.dte.types import DOCUMENT_TYPES, Family
from ocote.store.customers import Keep
from ocote.store.documents import Content, Guard
from ocote.store.engine.values import cents


class IssuingPoint(Struct, frozen=True):
    """Where and when a document is made: company, branch, point of sale, moment, and the code it is to carry."""

    company: Company
    branch_code: str
    pos_code: str
    generation_code: str
    issued_at: datetime
    document_id: str = ""
    """The document that is being retried; empty for a new one."""
    cause: Contingency | None = None
    """Why the document will be transmitted late; None for normal transmission."""

    def identity(self, doc_type: str) -> Identity:
        """The document's identity with a number that stands in for the one still to be given."""
        return Identity(
            self.company.environment,
            doc_type,
            control_number.build_control_number(doc_type, self.branch_code, self.pos_code, 1),
            self.generation_code,
            self.issued_at,
            self.cause,
        )


class Party(Struct, frozen=True):
    """The other side of a document: who it is for, and the company's record of them, which ``keep`` writes."""

    name: str
    email: str | None = None
    redirect_email: str | None = None
    record_id: int | None = None
    keep: Keep | None = None


class Adjusts(Struct, frozen=True):
    """The document that a credit note adjusts, and whether the note cancels it once stamped (contract 10.1)."""

    document_id: str
    whole: bool


class Draft(Struct, frozen=True):
    """A document complete but for its correlative.

    ``guard`` runs first in the transaction that numbers the document and refuses it when, by then, it may not be.
    """

    edition: Edition
    version: int
    year: int
    generation_code: str
    document: dict[str, Any]
    payload: bytes
    amounts: Amounts
    party: Party
    adjusts: Adjusts | None = None
    guard: Guard | None = None

    def numbered(self, number: str) -> bytes:
        """The exact bytes to sign under a control number.

        ``identificacion`` comes first in the document, so the first occurrence of the placeholder is the control
        number itself, whatever the lines say.
        """
        placeholder: str = self.document["identificacion"]["numeroControl"]
        return self.payload.replace(placeholder.encode(), number.encode(), 1)

    def content(self, order: "Order") -> Content:
        """What the tables keep of it and of the order it came from."""
        amounts, party = self.amounts, self.party
        return Content(
            edition=self.edition,
            generation_code=self.generation_code,
            taxable_cents=cents(amounts.taxable),
            vat_cents=cents(amounts.vat),
            gross_cents=cents(amounts.gross),
            withheld_cents=cents(amounts.withheld),
            payable_cents=cents(amounts.payable),
            customer_name=party.name,
            customer_id=party.record_id,
            customer_email=party.email,
            redirect_email=party.redirect_email,
            request=order.request.decode(),
            fingerprint=order.fingerprint,
            adjusts_id=self.adjusts.document_id if self.adjusts else None,
            adjusts_whole=self.adjusts is not None and self.adjusts.whole,
            customer=party.keep,
        )


class Order(Struct, frozen=True):
    """A request to issue one document, of any family; ``request`` is what was asked, as JSON to keep.

    ``prepare`` writes the draft for a desk; it may read the database but changes nothing, and raises InvalidSale or
    Refused when the document cannot be.
    """

    doc_type: str
    external_ref: str | None
    request: bytes
    prepare: Callable[[IssuingPoint], Awaitable[Draft]]

    @property
    def family(self) -> Family:
        """The family of the document's type."""
        return DOCUMENT_TYPES[self.doc_type].family

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of what was asked, to tell a true repetition from other content under one reference."""
        return sha256(self.request).hexdigest()


class DraftOutdated(Exception):  # noqa: N818 - not a fault: the draft has to be written anew
    """What a draft was written from changed before it could be numbered."""


def draft(
    desk: IssuingPoint,
    doc_type: str,
    edition: Edition,
    document: dict[str, Any],
    amounts: Amounts,
    party: Party,
    adjusts: Adjusts | None = None,
    guard: Guard | None = None,
) -> Draft:
    """The draft of a document already written in its edition."""
    return Draft(
        edition=edition,
        version=version_of(doc_type, edition),
        year=local(desk.issued_at).year,
        generation_code=desk.generation_code,
        document=document,
        payload=text.encode(document),
        amounts=amounts,
        party=party,
        adjusts=adjusts,
        guard=guard,
    )
