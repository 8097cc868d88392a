"""A purchase from a person not registered for VAT (type 14), issued by the buyer, as a plain value."""

from decimal import Decimal

from msgspec import Struct, field

from ocote.dte.body import GOODS, OTHER_UNIT, PIECE, SERVICE
from ocote.dte.mentions import NO_MENTIONS, Mentions
from ocote.dte.sale import Address, Issuer, Payment
from ocote.dte.terms import PLAIN_TERMS, SaleTerms


class Seller(Struct, frozen=True):
    """The seller, whom MH calls excluded subject.

    ``document_type`` is CAT-022; ``document_number`` a NIT of 14 or 9 digits, a DUI of 9, without hyphens, or the
    number of a foreigner's document. MH makes the address compulsory; for a seller without an address the caller gives
    the place of the purchase. ``country`` (CAT-020) is that of a seller with an address abroad.
    """

    name: str
    document_type: str
    document_number: str
    address: Address
    activity_code: str | None = None
    phone: str | None = None
    email: str | None = None
    country: str | None = None


class PurchaseLine(Struct, frozen=True, omit_defaults=True):
    """One line of a purchase; ``unit_price`` is final, in USD: no VAT is split off (contract D5).

    ``item_type`` is CAT-011 and takes the place of ``is_service``; ``unit`` is CAT-014, ``code`` the caller's own. The
    first fields have factories so that kept requests keep their text, as in ``Line``.
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

    @property
    def kind(self) -> int:
        """Whether goods, a service or both were bought (CAT-011)."""
        return self.item_type or (SERVICE if self.is_service else GOODS)

    @property
    def written_unit(self) -> int:
        """The unit that the document states (CAT-014): that of the request, else pieces, or "other" for a service.

        Lines that say ``is_service`` alone are pieces, as they were before other units could be sent.
        """
        return self.unit or (PIECE if self.item_type in (None, GOODS) else OTHER_UNIT)


class WithheldIncomeTax(Struct, frozen=True, omit_defaults=True):
    """The income tax that is withheld in place of 10 % of the services, in USD, with its reason (CT 156, 158)."""

    amount: Decimal
    reason: str | None = None


class Purchase(Struct, frozen=True):
    """The content of a purchase (14) before it is numbered and dated.

    Of ``terms`` the discount and the payments count. ``income_tax`` is None for 10 % of the services.
    """

    issuer: Issuer
    seller: Seller
    lines: tuple[PurchaseLine, ...]
    payment: Payment = Payment()
    terms: SaleTerms = PLAIN_TERMS
    mentions: Mentions = NO_MENTIONS
    income_tax: WithheldIncomeTax | None = None
