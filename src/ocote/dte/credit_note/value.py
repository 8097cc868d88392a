"""A credit note (type 05) that adjusts one CCF or several, as a plain value."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from ocote.dte.mentions import NO_MENTIONS, Mentions, RelatedDocument
from ocote.dte.sale import BodyLine, Issuer, Kinds, Line, Receiver, Totals
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

    def left_by(self, taken: "Portion") -> "Portion":
        """The rest of this part after the other is taken; nothing where more was taken than there is.

        More may have been taken of a CCF of which a later request states less. A charge keeps its sign.
        """
        rest = self.less(taken)
        taxable = max(rest.taxable, _ZERO)
        return Portion(
            gross=max(rest.gross, taxable),
            taxable=taxable,
            withheld=max(rest.withheld, _ZERO),
            exempt=max(rest.exempt, _ZERO),
            not_subject=max(rest.not_subject, _ZERO),
            collected=max(rest.collected, _ZERO),
            income_tax=max(rest.income_tax, _ZERO),
            taxes={code: max(value, _ZERO) for code, value in rest.taxes.items() if code in self.taxes},
            charges={
                name: max(rest.charges[name], _ZERO) if amount > 0 else min(rest.charges[name], _ZERO)
                for name, amount in self.charges.items()
            },
        )

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


def summed(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """The signed sums of amounts in USD that have the same name, such as the charges of a document."""
    sums: dict[str, Decimal] = {}
    for name, amount in amounts:
        sums[name] = sums.get(name, _ZERO) + amount
    return sums


def _joined(one: Mapping[str, Decimal], other: Mapping[str, Decimal], sign: int) -> Mapping[str, Decimal]:
    keys = dict.fromkeys([*one, *other])
    return {key: one.get(key, _ZERO) + sign * other.get(key, _ZERO) for key in keys}


class StatedCcf(Struct, frozen=True, omit_defaults=True):
    """A CCF that another system issued, or one on paper, as the caller describes it.

    ``number`` is the generation code of an electronic CCF, or the number of one on paper. ``amounts`` are those of the
    whole CCF after its discounts, on which MH's own limit for notes depends (rules.md 7), less what notes of the other
    system took.
    """

    number: str
    issued_on: date
    amounts: Portion
    electronic: bool = True
    control_number: str | None = None

    @property
    def name(self) -> str:
        """The control number, or else the number, by which people call the CCF."""
        return self.control_number or self.number


class Remainders(Struct, frozen=True):
    """The exact rest of a CCF less its rest in cents, in USD: what rounding has moved between its notes so far.

    ``taxed`` is in the terms of the note that is being made: with VAT, or without for net prices. The exact rest of a
    CCF in other terms may differ from it by ``taxed_unknown``; ``net`` is that rest without VAT.
    """

    taxed: Decimal = _EXACT
    net: Decimal = _EXACT
    taxed_unknown: Decimal = _EXACT
    exempt: Decimal = _EXACT
    not_subject: Decimal = _EXACT
    taxes: Mapping[str, Decimal] = {}


NO_REMAINDERS = Remainders()


class AdjustedCcf(Struct, frozen=True):
    """A CCF that a note adjusts: its own amounts, and the sum of its earlier notes that are still valid.

    ``taxed_off`` is the part of its taxed sales that a discount on the whole CCF took off, from 0 to 1.
    ``special_taxes`` are the taxes of section 2 that are lines of the CCF; None when nobody knows them. ``name`` is
    what people call the CCF by.
    """

    document: RelatedDocument
    amounts: Portion
    adjusted: Portion = Portion()
    remainders: Remainders = NO_REMAINDERS
    taxed_off: Decimal = _EXACT
    special_taxes: frozenset[str] | None = frozenset()
    name: str = ""


class CopiedCcf(Struct, frozen=True):
    """The lines of a CCF as it was signed, for a note on all of it, and the discounts on the whole CCF by kind."""

    body: tuple[BodyLine, ...]
    off: Kinds = Kinds()


class Adjustment(Struct, frozen=True):
    """The lines and charges of one CCF that a note takes back.

    Prices of ``lines`` include VAT unless ``prices_include_vat`` is false. A note on all of the CCF has no lines of its
    own but ``copied``, and the charges of the CCF. ``line_places`` and ``charge_places`` are the positions of
    lines and charges in the request, which may have others of other CCFs.
    """

    ccf: AdjustedCcf
    lines: tuple[Line, ...] = ()
    charges: tuple[Charge, ...] = ()
    prices_include_vat: bool = True
    copied: CopiedCcf | None = None
    line_places: tuple[int, ...] = ()
    charge_places: tuple[int, ...] = ()


class Note(Struct, frozen=True):
    """The content of a credit note before it is numbered and dated.

    ``receiver`` is the buyer of every CCF. ``condition`` is CAT-016.
    """

    issuer: Issuer
    receiver: Receiver
    adjustments: tuple[Adjustment, ...]
    condition: int = 1
    mentions: Mentions = NO_MENTIONS


class NoteTotals(Totals, frozen=True, kw_only=True):
    """The amounts of a note; ``taken`` are the parts that it takes of its CCFs, in their order.

    The ``related`` of a line is the position of its CCF.
    """

    taken: tuple[Portion, ...]
