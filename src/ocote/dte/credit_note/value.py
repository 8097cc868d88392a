"""A credit note (type 05) that adjusts one CCF, as a plain value."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from ocote.dte.sale import Issuer, Line, Receiver


class Portion(Struct, frozen=True):
    """A part of a CCF's amounts in USD, 2 decimals: ``gross`` is ``taxable`` plus VAT."""

    gross: Decimal = Decimal(0)
    taxable: Decimal = Decimal(0)
    withheld: Decimal = Decimal(0)


class AdjustedCcf(Struct, frozen=True):
    """The CCF that a note adjusts: its own amounts, and the sum of its earlier notes that are still valid."""

    generation_code: str
    issued_on: date
    amounts: Portion
    adjusted: Portion = Portion()


class Note(Struct, frozen=True):
    """The content of a credit note before it is numbered and dated.

    Prices of ``lines`` include VAT, as in the CCF; ``receiver`` is the CCF's. ``condition`` is CAT-016.
    """

    issuer: Issuer
    receiver: Receiver
    ccf: AdjustedCcf
    lines: tuple[Line, ...]
    condition: int = 1
