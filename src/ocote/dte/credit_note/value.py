"""A credit note (type 05) that adjusts one CCF, as a plain value."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from ocote.dte.mentions import NO_MENTIONS, Mentions
from ocote.dte.sale import BodyLine, Issuer, Kinds, Line, Receiver
from ocote.dte.terms import Charge

_ZERO = Decimal("0.00")
_EXACT = Decimal(0)


class Portion(Struct, frozen=True, omit_defaults=True):
    """A part of a CCF's amounts in USD, 2 decimals: everything that the notes on the CCF have to add up to.

    ``gross`` is ``taxable`` plus VAT; ``exempt`` and ``not_subject`` are the other kinds of sale, all after discounts.
    ``withheld`` and ``collected`` are the 1 % of VAT, ``income_tax`` is what the payer withholds. ``taxes`` are the
    taxes of sections 1 and 3 by code (CAT-015), without VAT; ``charges`` are signed sums by description.
    """

    gross: Decimal = _ZERO
    taxable: Decimal = _ZERO
    withheld: Decimal = _ZERO
    exempt: Decimal = _ZERO
    not_subject: Decimal = _ZERO
    collected: Decimal = _ZERO
    income_tax: Decimal = _ZERO
    taxes: Mapping[str, Decimal] = {}
    charges: Mapping[str, Decimal] = {}

    @property
    def vat(self) -> Decimal:
        """The VAT of the taxed sales."""
        return self.gross - self.taxable

    @property
    def net(self) -> Decimal:
        """The sales of all kinds without VAT."""
        return self.taxable + self.exempt + self.not_subject

    def plus(self, other: "Portion") -> "Portion":
        """Both parts together."""
        return self._joined(other, 1)

    def less(self, other: "Portion") -> "Portion":
        """The rest of this part without the other."""
        return self._joined(other, -1)

    def _joined(self, other: "Portion", sign: int) -> "Portion":
        return Portion(
            gross=self.gross + sign * other.gross,
            taxable=self.taxable + sign * other.taxable,
            withheld=self.withheld + sign * other.withheld,
            exempt=self.exempt + sign * other.exempt,
            not_subject=self.not_subject + sign * other.not_subject,
            collected=self.collected + sign * other.collected,
            income_tax=self.income_tax + sign * other.income_tax,
            taxes=_joined(self.taxes, other.taxes, sign),
            charges=_joined(self.charges, other.charges, sign),
        )


def _joined(one: Mapping[str, Decimal], other: Mapping[str, Decimal], sign: int) -> Mapping[str, Decimal]:
    keys = dict.fromkeys([*one, *other])
    return {key: one.get(key, _ZERO) + sign * other.get(key, _ZERO) for key in keys}


class Remainders(Struct, frozen=True):
    """The exact rest of a CCF less its rest in cents, in USD: what rounding has moved between its notes so far.

    ``taxed`` is in the terms of the note that is being made: with VAT, or without for net prices.
    """

    taxed: Decimal = _EXACT
    exempt: Decimal = _EXACT
    not_subject: Decimal = _EXACT
    taxes: Mapping[str, Decimal] = {}


NO_REMAINDERS = Remainders()


class AdjustedCcf(Struct, frozen=True):
    """The CCF that a note adjusts: its own amounts, and the sum of its earlier notes that are still valid.

    ``taxed_off`` is the part of its taxed sales that a discount on the whole CCF took off, from 0 to 1.
    ``special_taxes`` are the taxes of section 2 that are lines of the CCF.
    """

    generation_code: str
    issued_on: date
    amounts: Portion
    adjusted: Portion = Portion()
    remainders: Remainders = NO_REMAINDERS
    taxed_off: Decimal = _EXACT
    special_taxes: frozenset[str] = frozenset()


class CopiedCcf(Struct, frozen=True):
    """The lines of a CCF as it was signed, for a note on all of it, and the discounts on the whole CCF by kind."""

    body: tuple[BodyLine, ...]
    off: Kinds = Kinds()


class Note(Struct, frozen=True):
    """The content of a credit note before it is numbered and dated.

    Prices of ``lines`` include VAT unless ``prices_include_vat`` is false; ``receiver`` is the CCF's. ``condition`` is
    CAT-016. A note on all of the CCF has no lines of its own but ``copied``, and the charges of the CCF.
    """

    issuer: Issuer
    receiver: Receiver
    ccf: AdjustedCcf
    lines: tuple[Line, ...] = ()
    condition: int = 1
    copied: CopiedCcf | None = None
    prices_include_vat: bool = True
    charges: tuple[Charge, ...] = ()
    mentions: Mentions = NO_MENTIONS
