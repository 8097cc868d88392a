"""The event that invalidates a stamped document (rules.md 5), as a plain value."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from ocote.dte.sale import Environment, Issuer, Person

WRONG_DATA = 1
RESCINDED = 2
OTHER_REASON = 3
"""The reason *Otro* of CAT-024."""


class InvalidatedDocument(Struct, frozen=True):
    """The document to invalidate, with the receiver exactly as the document names it (None for null).

    ``issued_on`` is the document's ``fecEmi``; ``vat`` its VAT in USD, None for types without VAT.
    """

    doc_type: str
    generation_code: str
    stamp: str
    control_number: str
    issued_on: date
    vat: Decimal | None
    receiver_document_type: str | None
    receiver_document_number: str | None
    receiver_name: str | None
    receiver_phone: str | None = None
    receiver_email: str | None = None


class InvalidationEvent(Struct, frozen=True):
    """The content of the event; ``made_at`` is an aware instant, ``issuer`` shows the place that sends the event.

    ``reason`` is CAT-024; ``explanation`` its text, compulsory for 3; ``replacement`` the generation code of the
    stamped document that replaces the invalid document, where the reason requires a replacement.
    """

    environment: Environment
    generation_code: str
    made_at: datetime
    issuer: Issuer
    document: InvalidatedDocument
    reason: int
    responsible: Person
    requested_by: Person
    explanation: str | None = None
    replacement: str | None = None
