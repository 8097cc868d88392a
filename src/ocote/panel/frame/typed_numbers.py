"""Numbers as people type them in a form: one reading for every form that reads a number itself. Pure.

The point stands before the decimals. Commas stand between thousands alone, in groups of exactly three figures:
``10,50`` is no number, because leaving its comma out would make 1,050 of ten and a half.
"""

import re
from decimal import Decimal
from typing import Any, Final

from wtforms import StringField
from wtforms.validators import ValidationError

from ocote.panel.frame.phrases import Phrase, phrase

_SIGN: Final = re.compile(r"^(?:US)?\$\s*")
_PLAIN: Final = re.compile(r"[0-9]{1,11}(?:\.[0-9]+)?")
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3}(?:\.[0-9]+)?")
_LONGEST: Final = 30
_CENTS: Final = 2


def typed_number(text: str, decimals: int = _CENTS) -> Decimal | None:
    """The number in a text, with at most so many decimals; None when the text is no number, or may be two.

    A comma without a point is a comma between thousands only where three decimals are impossible: of a quantity,
    ``1,250`` may be one and a quarter.

    >>> typed_number("1,290.62"), typed_number("10,50"), typed_number("1,250", decimals=8)
    (Decimal('1290.62'), None, None)
    """
    plain = text.strip()
    if len(plain) > _LONGEST:
        return None
    if _GROUPED.fullmatch(plain) and ("." in plain or decimals <= _CENTS):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain) or len(plain.partition(".")[2]) > decimals:
        return None
    return Decimal(plain)


def typed_amount(text: str) -> Decimal | None:
    """The dollars and cents in a text, with or without the sign of the dollar; None when there is no such amount.

    >>> typed_amount("$ 1,250.5"), typed_amount("12,5"), typed_amount("10 50")
    (Decimal('1250.50'), None, None)
    """
    number = typed_number(_SIGN.sub("", text.strip(), count=1))
    return None if number is None or number >= 10**9 else number.quantize(Decimal("0.01"))


def amount_fault(text: str) -> Phrase:
    """The sentence about a text that is no amount: how an amount is written."""
    if "," in text:
        return phrase("Escriba los centavos con punto, como 10.50. La coma solo separa miles, como en 1,290.62.")
    return phrase("Escriba una cantidad en dólares, con punto para los centavos, como 10.50.")


class AmountField(StringField):
    """A field for an amount in USD as people type it; an empty field is nothing."""

    @property
    def amount(self) -> Decimal:
        """The amount of a field without faults."""
        return typed_amount(self.data or "") or Decimal("0.00")

    def pre_validate(self, form: Any) -> None:
        """Refuses what is no amount."""
        del form
        text = (self.data or "").strip()
        if text and typed_amount(text) is None:
            raise ValidationError(amount_fault(text))
