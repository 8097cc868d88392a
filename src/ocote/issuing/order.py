"""The order to issue one document and its draft, in one form for every family of documents."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from msgspec import Struct

from ocote.clock import local_date
from ocote.companies.company import Company
from ocote.documents.view import AnswerWarning
from ocote.dte import control_number
from ocote.dte.editions import Edition, edition_for
from ocote.dte.sale import Contingency, Identity, Issuer
from ocote.dte.types import DOCUMENT_TYPES, Family
from ocote.store.new_document import Content


class IssuingPoint(Struct, frozen=True):
    """The place and the moment at which a document is made, and the generation code of the document.

    ``document_id`` names the document that is retried; it is empty for a new one. ``cause`` is set for a document that
    will be transmitted late.
    """

    company: Company
    branch_code: str
    pos_code: str
    generation_code: str
    issued_at: datetime
    document_id: str = ""
    cause: Contingency | None = None

    def identity(self, doc_type: str) -> Identity:
        """The document's identity, with a placeholder for the number, which is assigned later."""
        return Identity(
            self.company.environment,
            doc_type,
            control_number.build_control_number(doc_type, self.branch_code, self.pos_code, 1),
            self.generation_code,
            self.issued_at,
            self.cause,
        )

    def issuer(self, activity_code: str | None = None) -> Issuer:
        """The company as the document names it; without an activity code the company's main activity is used."""
        return self.company.issuer(self.branch_code, self.pos_code, activity_code)

    def receiver_email(self, doc_type: str, known: str | None) -> str | None:
        """The other party's e-mail; the branch's own where MH takes no document without an e-mail (contract D13)."""
        if known is not None or not DOCUMENT_TYPES[doc_type].editions[self.edition(doc_type)].receiver_email:
            return known
        return self.company.email_of(self.branch_code)

    def edition(self, doc_type: str) -> Edition:
        """The edition in force for the company on the day of issue."""
        return edition_for(self.company.profile.schedule(), doc_type, local_date(self.issued_at))


class Draft(Content, frozen=True, kw_only=True):
    """A document that is complete except for its correlative. ``payload`` is ``document`` as the text to sign.

    ``warnings`` name what the document says although the request does not, such as data of the buyer from the company's
    records. ``request`` is the request to keep when it is not the one that was sent, because items of the company have
    completed its lines: a note copies what was sold, whatever the items are by then.
    """

    document: dict[str, Any]
    payload: bytes
    request: bytes | None = None
    warnings: tuple[AnswerWarning, ...] = ()

    def numbered(self, number: str) -> bytes:
        """The exact bytes to sign under a control number.

        ``identificacion`` comes first in the document: the first placeholder is always the control number, even when a
        line contains the text of the placeholder.
        """
        placeholder: str = self.document["identificacion"]["numeroControl"]
        return self.payload.replace(placeholder.encode(), number.encode(), 1)


class Order(Struct, frozen=True):
    """A request to issue one document, of any family; ``request`` is the request as it was sent, as JSON.

    ``prepare`` writes the draft for an issuing point; it may read the database but changes nothing. It
    raises InvalidSale or Refused when the document cannot be issued. With ``is_strict`` nothing is issued of which the
    caller would have to be warned (``Prefer: handling=strict``).
    """

    doc_type: str
    external_ref: str | None
    request: bytes
    prepare: Callable[[IssuingPoint], Awaitable[Draft]]
    is_strict: bool = False

    @property
    def family(self) -> Family:
        """The family of the document's type."""
        return DOCUMENT_TYPES[self.doc_type].family

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the request, to distinguish a true repetition from other content under one reference."""
        return sha256(self.request).hexdigest()

    def kept_by(self, draft: Draft) -> str:
        """The request to keep with the document of a draft."""
        return (draft.request or self.request).decode()


class DraftOutdated(Exception):  # noqa: N818 - not a fault: the draft has to be written again
    """The data from which a draft was written changed before the draft could be numbered."""
