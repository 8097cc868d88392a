"""A purchase from a person not registered for VAT (type 14), issued by the buyer, as a plain value."""

from decimal import Decimal

from msgspec import Struct, field

from ocote.dte.sale import Address, Issuer, Payment
from ocote.dte.terms import PLAIN_TERMS, SaleTerms


class Seller(Struct, frozen=True):
    """The seller, whom MH calls excluded subject.

    ``document_type`` is CAT-022; ``document_number`` a NIT of 14 or 9 digits, or a DUI of 9, without hyphens.
    MH makes the address compulsory; for a seller without an address the caller gives the place of the purchase.
    """

    name: str
    document_type: str
    document_number: str
    address: Address
    activity_code: str | None = None
    phone: str | None = None
    email: str | None = None


class PurchaseLine(Struct, frozen=True, omit_defaults=True):
    """One line of a purchase; ``unit_price`` is final, in USD: no VAT is split off (contract D5).

    The first fields have factories so that kept requests keep their text, as in ``Line``.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    is_service: bool = field(default_factory=bool)
    discount_percentage: Decimal = field(default_factory=Decimal)
    discount_amount: Decimal | None = None
    item_type: int | None = None
    unit: int | None = None
    code: str | None = None


class Purchase(Struct, frozen=True):
    """The content of a purchase (14) before it is numbered and dated."""

    issuer: Issuer
    seller: Seller
    lines: tuple[PurchaseLine, ...]
    payment: Payment = Payment()
    terms: SaleTerms = PLAIN_TERMS
