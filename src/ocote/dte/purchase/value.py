"""A purchase from someone who is not registered for VAT (type 14), as a plain value; the buyer issues it."""

from decimal import Decimal

from msgspec import Struct

from ocote.dte.sale import Address, Issuer, Payment


class Seller(Struct, frozen=True):
    """The seller, whom MH calls excluded subject.

    ``document_type`` is CAT-022; ``document_number`` a NIT of 14 or 9 digits, or a DUI of 9, without hyphens.
    MH makes the address compulsory; a caller without one gives the place where the purchase was made.
    """

    name: str
    document_type: str
    document_number: str
    address: Address
    activity_code: str | None = None
    phone: str | None = None
    email: str | None = None


class PurchaseLine(Struct, frozen=True):
    """One thing bought. ``unit_price`` is final, in USD: no VAT is split off (contract D5)."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    is_service: bool = False
    discount_percentage: Decimal = Decimal(0)


class Purchase(Struct, frozen=True):
    """The content of a purchase (14) before it is numbered and dated."""

    issuer: Issuer
    seller: Seller
    lines: tuple[PurchaseLine, ...]
    payment: Payment = Payment()
