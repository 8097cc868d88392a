"""Requests as plain values, valid in form and independent of the company.

The HTTP layer makes the values from JSON; issuing adds the company's defaults and writes the document.
"""

from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from ocote.dte.credit_note.value import StatedCcf
from ocote.dte.mentions import Mentions, RelatedDocument
from ocote.dte.purchase.value import PurchaseLine, WithheldIncomeTax
from ocote.dte.sale import IdentityDocument, Line, Payment, Person, SaleType
from ocote.dte.terms import Charge, SaleTerms

FINAL_CONSUMER = "Consumidor Final"
"""The buyer's name on an invoice whose request names no buyer (contract 7.1)."""


class Place(Struct, frozen=True):
    """The place of a person by official codes: CAT-012, the CAT-013 of 44 municipalities, and CAT-008 when known."""

    department: str
    municipality: str
    district: str | None = None


def _unsent() -> None:
    return None


class CustomerData(Struct, frozen=True, omit_defaults=True):
    """The buyer as the request describes it; ``None`` means the field was not sent (contract 7.3, D13, D14).

    ``nit`` has 14 or 9 digits, ``dui`` 9, ``nrc`` 2 to 8, all without hyphens. ``address`` is the street part.
    ``document`` is an identity document of another kind, ``country`` (CAT-020) that of a buyer with an address abroad.
    The first fields have factories so that kept requests and records keep their text, as in ``Line``.
    """

    name: str
    nit: str | None = field(default_factory=_unsent)
    dui: str | None = field(default_factory=_unsent)
    nrc: str | None = field(default_factory=_unsent)
    contributor_type: int | None = field(default_factory=_unsent)
    activity_code: str | None = field(default_factory=_unsent)
    place: Place | None = field(default_factory=_unsent)
    address: str | None = field(default_factory=_unsent)
    email: str | None = field(default_factory=_unsent)
    phone: str | None = field(default_factory=_unsent)
    document: IdentityDocument | None = None
    trade_name: str | None = None
    country: str | None = None


class RequestedExport(Struct, frozen=True):
    """Export terms of a request, in place of the company's own settings (D15); ``None`` keeps the setting.

    ``country`` CAT-020, ``item_type`` CAT-011 (1 to 3), ``person_type`` CAT-029, ``customs_office`` CAT-027,
    ``regime_type`` CAT-033, ``regime`` CAT-028, ``incoterm`` CAT-031; freight and insurance in USD.
    """

    country: str | None = None
    item_type: int | None = None
    person_type: int | None = None
    customs_office: str | None = None
    regime_type: str | None = None
    regime: str | None = None
    incoterm: str | None = None
    freight: Decimal | None = None
    insurance: Decimal | None = None


class LeftOut(Struct, frozen=True, omit_defaults=True):
    """Fields of a line that were not sent, and that the item named by its code may say."""

    description: bool = False
    unit_price: bool = False
    item_type: bool = False
    unit: bool = False
    sale_kind: bool = False
    taxes: bool = False
    taxes_included: bool = False
    suggested_price: bool = False


class CodedLine(Line, frozen=True, kw_only=True):
    """A line of a sale or a note with a code, which may be that of an item of the company.

    Text and price are placeholders, empty and zero, as long as they are left out.
    """

    left_out: LeftOut


class CodedPurchaseLine(PurchaseLine, frozen=True, kw_only=True):
    """A line of a purchase with a code, as a :class:`CodedLine` is one of a sale."""

    left_out: LeftOut


class InvoiceRequest(Struct, frozen=True, omit_defaults=True):
    """A sale to issue: types 01, 03 and 11 (contract 7).

    ``customer_name`` is always the buyer's name: the name of the customer, else the name in the request, else
    :data:`FINAL_CONSUMER`. ``activity_code`` is the issuer's activity for this document; ``None`` takes the company's.
    ``external_ref`` is ``None`` when the caller sent neither the field nor an ``Idempotency-Key``. ``export`` is set
    for type 11 alone. ``redirect_email`` holds the addresses for copies, separated by commas. ``terms`` and
    ``mentions`` are None when the request says nothing of them. ``related`` are the documents from which the sale
    comes; a text is any identifier of one of the company's own, and ``mentions`` has none of them. The other fields
    have factories so that kept requests keep their text and fingerprint, as in ``Line``.
    """

    doc_type: SaleType
    lines: tuple[Line, ...]
    customer: CustomerData | None = field(default_factory=_unsent)
    customer_name: str = field(default_factory=lambda: FINAL_CONSUMER)
    payment: Payment = field(default_factory=Payment)
    activity_code: str | None = field(default_factory=_unsent)
    redirect_email: str | None = field(default_factory=_unsent)
    external_ref: str | None = field(default_factory=_unsent)
    export: RequestedExport | None = field(default_factory=_unsent)
    terms: SaleTerms | None = None
    mentions: Mentions | None = None
    related: tuple[RelatedDocument | str, ...] = ()


class NoteRequest(Struct, frozen=True, omit_defaults=True):
    """A credit note (05) to issue (contract 10). ``document_ref`` names the CCF by any of its identifiers.

    A note on several CCFs, or on one of another system, lists them in ``adjusted`` instead, and ``document_ref`` is
    empty: a text names one of the company's own, and the ``related`` of each line and charge is a position in the list.
    Those that the request lists stand first, so that one of another system has its position in the request.
    A note on CCFs of other systems alone has a ``customer``, and may have the issuer's ``activity_code``, the
    ``condition`` (CAT-016) and addresses for copies; any other note takes all this from its first own CCF, of whose
    buyer a ``customer`` has to be.

    ``lines`` make a partial note; ``None`` copies all of the CCF. Their prices include VAT as ``prices_include_vat``
    says, None as those of the CCF did. ``charges`` give back charges of the CCF by their descriptions.
    ``full_adjustment``, which excludes ``lines``, also cancels the CCF once the note is stamped. ``mentions`` are the
    remarks and the appendix. The first fields have factories so that kept requests keep their text, as in ``Line``.
    """

    document_ref: str
    lines: tuple[Line, ...] | None = field(default_factory=_unsent)
    full_adjustment: bool = field(default_factory=lambda: False)
    external_ref: str | None = field(default_factory=_unsent)
    prices_include_vat: bool | None = None
    charges: tuple[Charge, ...] = ()
    mentions: Mentions | None = None
    adjusted: tuple[StatedCcf | str, ...] = ()
    customer: CustomerData | None = None
    activity_code: str | None = None
    condition: int | None = None
    redirect_email: str | None = None


class PurchaseRequest(Struct, frozen=True, omit_defaults=True):
    """A purchase from an excluded subject (14) to issue (contract 11).

    The seller has a DUI or a NIT, or both, or another document. ``payment`` is None for a purchase paid in cash;
    of ``terms`` the discount and the payments count, of ``mentions`` remarks and appendix. ``income_tax`` is None for
    10 % of the services. ``external_ref`` has a factory so that kept requests keep their text, as in ``Line``.
    """

    seller: CustomerData
    lines: tuple[PurchaseLine, ...]
    external_ref: str | None = field(default_factory=_unsent)
    payment: Payment | None = None
    terms: SaleTerms | None = None
    mentions: Mentions | None = None
    income_tax: WithheldIncomeTax | None = None


class InvalidationRequest(Struct, frozen=True):
    """The cancellation of a document (contract 13, D18). ``reason`` is CAT-024: 1 error, 2 rescinded, 3 other.

    ``reason`` is None when the caller sent none, which means 2 for a new event and any for the event made already.
    ``note`` explains the reason and is compulsory for reason 3. ``replacement`` names the document that takes the place
    of the cancelled document, by any of its identifiers. ``requested_by`` is the person who asked for the cancellation;
    ``None`` takes the company's responsible person. With ``is_strict`` nothing is done that would ignore one of these
    (``Prefer: handling=strict``).
    """

    reason: int | None = None
    note: str | None = None
    replacement: str | None = None
    requested_by: Person | None = None
    is_strict: bool = False


IssueRequest = TypeVar("IssueRequest", InvoiceRequest, NoteRequest, PurchaseRequest)

_ENCODER = msgspec.json.Encoder()


def encoded(request: IssueRequest) -> bytes:
    """A request as JSON to keep with the document, without the reference.

    Numbers written differently (``12.50``, ``"12.5"``) give equal texts, because a request holds numbers without
    trailing zeros.
    """
    return _ENCODER.encode(replace(request, external_ref=None))
