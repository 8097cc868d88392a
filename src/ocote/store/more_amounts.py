"""The amounts that few documents have, kept together in one column that is NULL for all others (wider-sales.md 4.6)."""

from decimal import Decimal
from typing import Protocol

import msgspec
from msgspec import Struct

from ocote.dte.sale import Amounts
from ocote.store.engine.values import amount, cents


class MoreAmounts(Struct, frozen=True, omit_defaults=True):
    """Whole cents of USD, of a document whose amounts are not all taxed sales, VAT and what the buyer withholds."""

    exempt: int = 0
    not_subject: int = 0
    taxes: int = 0
    charges: int = 0
    discount: int = 0
    collected: int = 0
    income_tax: int = 0


class StoredAmounts(Protocol):
    """A row with the amounts of a document in whole cents of USD; ``more_amounts`` is the text of MoreAmounts."""

    @property
    def taxable_cents(self) -> int: ...
    @property
    def vat_cents(self) -> int: ...
    @property
    def gross_cents(self) -> int: ...
    @property
    def withheld_cents(self) -> int: ...
    @property
    def payable_cents(self) -> int: ...
    @property
    def more_amounts(self) -> str | None: ...


NO_MORE = MoreAmounts()

_decode = msgspec.json.Decoder(MoreAmounts).decode


def more_amounts(text: str | None) -> MoreAmounts:
    """The stored amounts; all zero for NULL."""
    return NO_MORE if text is None else _decode(text)


def more_amounts_text(amounts: Amounts) -> str | None:
    """The text to keep; None when all these amounts are zero."""
    more = MoreAmounts(
        cents(amounts.exempt),
        cents(amounts.not_subject),
        cents(amounts.taxes),
        cents(amounts.charges),
        cents(amounts.discount),
        cents(amounts.collected),
        cents(amounts.income_tax),
    )
    return None if more == NO_MORE else msgspec.json.encode(more).decode()


def amounts_of(row: StoredAmounts, sign: int = 1) -> Amounts:
    """The amounts of a stored document in USD, all of them multiplied by ``sign``."""
    more = more_amounts(row.more_amounts)
    return Amounts(
        taxable=_usd(row.taxable_cents, sign),
        vat=_usd(row.vat_cents, sign),
        gross=_usd(row.gross_cents, sign),
        withheld=_usd(row.withheld_cents, sign),
        payable=_usd(row.payable_cents, sign),
        exempt=_usd(more.exempt, sign),
        not_subject=_usd(more.not_subject, sign),
        taxes=_usd(more.taxes, sign),
        charges=_usd(more.charges, sign),
        discount=_usd(more.discount, sign),
        collected=_usd(more.collected, sign),
        income_tax=_usd(more.income_tax, sign),
    )


def _usd(stored: int, sign: int) -> Decimal:
    return amount(sign * stored)
