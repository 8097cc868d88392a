"""An amount in Spanish words, as MH's documents print it in ``totalLetras`` (rules.md 11)."""

from decimal import Decimal
from functools import lru_cache

from num2words import num2words

from ocote.dte.money import to_cents

_THOUSAND = 1000
_MILLION = 1_000_000


def in_words(amount: Decimal) -> str:
    """``amount`` (USD, not negative, below 1e11) in capitals, cents as a fraction; at most 200 characters.

    >>> in_words(Decimal("113.00"))
    'CIENTO TRECE 00/100 DÓLARES'
    >>> in_words(Decimal("21.05")), in_words(Decimal("1")), in_words(Decimal("0.5"))
    ('VEINTIÚN 05/100 DÓLARES', 'UN 00/100 DÓLARES', 'CERO 50/100 DÓLARES')
    """
    whole, cents = divmod(int(to_cents(amount) * 100), 100)
    return f"{_whole(whole)} {cents:02d}/100 DÓLARES"


def _whole(number: int) -> str:
    millions, below = divmod(number, _MILLION)
    if not millions:
        return _below_a_million(below)
    head = "UN MILLÓN" if millions == 1 else f"{_below_a_million(millions)} MILLONES"
    return f"{head} {_below_a_million(below)}" if below else head


def _below_a_million(number: int) -> str:
    thousands, below = divmod(number, _THOUSAND)
    if not thousands:
        return _below_a_thousand(below)
    head = "MIL" if thousands == 1 else f"{_below_a_thousand(thousands)} MIL"
    return f"{head} {_below_a_thousand(below)}" if below else head


@lru_cache(maxsize=_THOUSAND)
def _below_a_thousand(number: int) -> str:
    """The words of a number, a final *uno* shortened as before a noun: *veintiún dólares*, *treinta y un mil*."""
    words: str = num2words(number, lang="es")
    if words.endswith("veintiuno"):
        words = words.removesuffix("uno") + "ún"
    elif words.endswith("uno"):
        words = words.removesuffix("o")
    return words.upper()
