"""The terms of a sale that change its amounts or say how it is paid (wider-sales.md 4.1), as plain values.

Every field has a default, with which a sale is what it was before the field existed; a default is not written when
a request is kept.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

Withholding = Literal["auto", "none", "vat_1"]
"""Whether the buyer withholds 1 % of VAT: by the law's own rule, not at all, or in any case."""


class Discount(Struct, frozen=True, omit_defaults=True):
    """A discount on the whole document: a percentage of every kind of sale, or an amount in USD.

    Exactly one of the two is set. An amount is spread over the kinds of sale; what it takes from taxed sales is in the
    terms of the prices, with VAT unless the prices are net.
    """

    percentage: Decimal | None = None
    amount: Decimal | None = None


class Charge(Struct, frozen=True, omit_defaults=True):
    """A charge outside the base of VAT, or a credit when the amount in USD is negative (``noGravado``).

    ``item_type`` is CAT-011; goods when it is None. ``related`` is the position of the document that a note adjusts.
    """

    description: str
    amount: Decimal
    item_type: int | None = None
    related: int | None = None


class PartPayment(Struct, frozen=True, omit_defaults=True):
    """One of several payments: method CAT-017, amount in USD, and on credit the unit (CAT-018) and count of its term.

    One payment of a sale may leave its amount out: it takes the rest.
    """

    method: str
    amount: Decimal | None = None
    reference: str | None = None
    term_unit: int | None = None
    term_count: int | None = None


class SaleTerms(Struct, frozen=True, omit_defaults=True):
    """Everything that changes the amounts of a sale beside its lines, and its several payments.

    ``prices_include_vat`` is false for the net prices of a CCF. ``income_tax`` is what the payer withholds from a
    professional (``reteRenta``, USD, v1.x alone). ``collects_vat``: the seller collects 1 % (``ivaPerci``, CT 163).
    ``condition`` (CAT-016) is what the request says beside its several payments. ``payment_number`` is the NPE.
    """

    prices_include_vat: bool = True
    discount: Discount | None = None
    charges: tuple[Charge, ...] = ()
    payments: tuple[PartPayment, ...] = ()
    condition: int | None = None
    payment_number: str | None = None
    withholding: Withholding = "auto"
    income_tax: Decimal | None = None
    collects_vat: bool = False


PLAIN_TERMS = SaleTerms()
"""The terms of a sale that says nothing of them."""
