"""A document as callers see it, and the results of operations. Values only."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from ocote.dte.sale import Amounts
from ocote.dte.schedule import Edition
from ocote.dte.types import Family
from ocote.public_links import Linked
from ocote.store.document_row import State
from ocote.store.listing import Sought

__all__ = ["Edition", "Family", "State"]

FileKind = Literal["ticket", "invoice", "json"]
"""Thermal ticket, letter-size PDF, delivered JSON (contract 16)."""


class AdjustedDocument(Struct, frozen=True):
    """The only CCF that a credit note adjusts, one of the company (contract 10.2)."""

    id: str
    doc_type: str
    external_ref: str
    control_number: str
    generation_code: str
    full_adjustment: bool
    invalidated: bool


class AdjustedPart(Struct, frozen=True):
    """A document that a credit note adjusts, and the part of its sales that the note takes back, in USD without VAT.

    ``id``, ``external_ref`` and ``invalidated`` are None for a document of another system, of which the caller has
    said everything, its date ``issued_on`` too. A document on paper has a ``number`` in place of its generation code.
    """

    doc_type: str
    taxable: Decimal
    exempt: Decimal
    not_subject: Decimal
    id: str | None = None
    external_ref: str | None = None
    control_number: str | None = None
    generation_code: str | None = None
    number: str | None = None
    issued_on: date | None = None
    invalidated: bool | None = None


class AnswerWarning(Struct, frozen=True):
    """Something that a caller should know of a document that was issued: a stable code of the table of warnings.

    ``field`` is the field of the answer, or of the request, that the warning is about; ``values`` are the values of
    its message.
    """

    code: str
    field: str
    values: Mapping[str, str] = {}


class DocumentView(Struct, frozen=True):
    """One issued document with everything that an answer shows (contract 6.1, 12.2).

    ``edition`` never changes. ``posted_at`` is an aware UTC instant. ``mh_state``, ``mh_message``, ``mh_code``
    and ``observations`` are MH's words, empty when there are none. ``customer_name`` is the buyer's, or the seller's
    for type 14. ``link`` is the present public link. ``related`` are the documents that a credit note adjusts, none
    for other documents; ``adjusts`` is set for a note on one document of the company alone.
    ``contingency_deadline`` is an aware UTC instant, set for a document in contingency once the cause has ended: the
    moment by which the document has to be reported or delivered (rules.md 4). ``warnings`` are about this call alone
    and are not stored.

    Two fields are for the gateway alone: ``version`` counts the signed texts, ``fingerprint`` is the SHA-256 (hex) of
    the request that the document answers.
    """

    id: str
    external_ref: str
    family: Family
    doc_type: str
    edition: Edition
    state: State
    control_number: str
    generation_code: str
    stamp: str | None
    posted_at: datetime
    amounts: Amounts
    customer_name: str
    link: Linked
    mh_state: str = ""
    mh_message: str = ""
    mh_code: str = ""
    observations: tuple[str, ...] = ()
    invalidated: bool = False
    adjusts: AdjustedDocument | None = None
    related: tuple[AdjustedPart, ...] = ()
    contingency_deadline: datetime | None = None
    warnings: tuple[AnswerWarning, ...] = ()
    version: int = 1
    fingerprint: str = ""


class Issued(Struct, frozen=True):
    """The result of a request to issue.

    ``is_duplicate``: the document existed already under this reference and nothing was sent (contract 8, path 2).
    ``content_differs``: the content of the repeated request differs from the original request.
    """

    document: DocumentView
    is_duplicate: bool = False
    content_differs: bool = False


class Preview(Struct, frozen=True):
    """The document that a dry run would have signed: its JSON and amounts. Nothing is stored, no number is used.

    ``warnings`` are those that the document would be issued with.
    """

    doc_type: str
    edition: Edition
    document: dict[str, Any]
    amounts: Amounts
    customer_name: str
    warnings: tuple[AnswerWarning, ...] = ()


class InvalidationAttempt(Struct, frozen=True):
    """One event of invalidation, or the credit note made in its place, and MH's answer to it.

    ``contingency``: MH has not answered, and the event will be sent again. ``at`` is an aware UTC instant, of
    MH's stamp when there is a stamp, else of the last transmission. ``reason`` is CAT-024.
    """

    state: Literal["contingency", "stamped", "rejected"]
    at: datetime
    reason: int
    generation_code: str
    stamp: str | None = None
    mh_state: str = ""
    mh_message: str = ""
    mh_code: str = ""
    observations: tuple[str, ...] = ()


class CreditMemo(Struct, frozen=True):
    """The credit note that took the place of an invalidation past its window (contract 13.2)."""

    id: str
    control_number: str


class InvalidationStatus(Struct, frozen=True):
    """The state of the cancellation of a document (contract 13.3); the last of ``attempts`` counts.

    ``warnings`` are about this call alone and are not stored.
    """

    document: DocumentView
    attempts: tuple[InvalidationAttempt, ...] = ()
    credit_memo: CreditMemo | None = None
    warnings: tuple[AnswerWarning, ...] = ()


class Position(Struct, frozen=True):
    """Where a page of documents ends: newest first, by moment of posting (aware UTC), then by id."""

    posted_at: datetime
    id: str


class DocumentFilter(Struct, frozen=True):
    """Which documents of a company to list, newest first, and how many (1 to 100).

    ``posted_from`` (included) and ``posted_before`` (excluded) are aware UTC instants. ``states`` empty means all.
    ``customer_number`` is a NIT, DUI or NRC as digits, ``customer_name`` a part of the name in any case.
    ``points`` are points of sale (``M001P001``), empty for all. ``sought`` is what a person searches for.
    ``after`` is the position behind which the page begins: new documents do not change the pages behind it.
    """

    posted_from: datetime | None = None
    posted_before: datetime | None = None
    doc_type: str | None = None
    states: frozenset[State] = frozenset()
    invalidated: bool | None = None
    customer_number: str | None = None
    customer_name: str | None = None
    points: tuple[str, ...] = ()
    sought: Sought | None = None
    after: Position | None = None
    limit: int = 50


class DocumentPage(Struct, frozen=True):
    """Documents in the order of their filter, and whether more documents follow."""

    documents: tuple[DocumentView, ...]
    has_more: bool


class SignedDocument(Struct, frozen=True):
    """The exact payload that was signed (MH's JSON, UTF-8) and MH's raw answer, when there is one."""

    payload: bytes
    answer: str | None


class DeliveredFile(Struct, frozen=True):
    """A file ready to send; ``name`` includes the extension."""

    content: bytes
    media_type: str
    name: str


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """The operation is refused: a stable code of the table in ``ocote.errors`` and the values of its message.

    The table gives the HTTP status and the Spanish text of the code. The value ``about`` names the document that the
    refusal is about, where the request names several.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
