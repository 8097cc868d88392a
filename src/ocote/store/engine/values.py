"""The form of values in the tables: moments as UTC text of one width, amounts as whole cents of USD."""

import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
from msgspec import Struct

_CENT = Decimal("0.01")
_LONGEST_SEARCHED = 250
"""Characters of a name; without accents some letters become several."""


class _Named(Struct, frozen=True):
    name: str


_NAMED = msgspec.json.Decoder(_Named)


def moment_text(moment: datetime) -> str:
    """An aware instant as UTC text whose order is time order: ``2026-11-20T17:21:33.123456Z``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def moment(text: str) -> datetime:
    """The aware instant of a stored text."""
    return datetime.fromisoformat(text)


def moment_after(earlier: str, now: str) -> str:
    """The moment ``now`` if it is later than ``earlier``, else the smallest moment after ``earlier``.

    What is sorted by its moments stays in its order when a clock goes back, and when work that began later is done
    first.
    """
    return now if now > earlier else moment_text(moment(earlier) + timedelta(microseconds=1))


def cents(amount: Decimal) -> int:
    """USD with two decimals as whole cents. Raises ValueError when there are fractions of a cent."""
    scaled = amount.scaleb(2)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} has fractions of a cent")
    return whole


def amount(whole_cents: int) -> Decimal:
    """Stored cents as USD with exactly two decimals."""
    return Decimal(whole_cents) * _CENT


def folded(text: str) -> str:
    """A name in the form for searches: without accents, in one case."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def searched_name(record: str) -> str:
    """The name in a customer's record (JSON) in the form for searches, at most as long as an index takes."""
    return folded(_NAMED.decode(record).name)[:_LONGEST_SEARCHED]


def containing(text: str) -> str:
    """The pattern of ``LIKE … ESCAPE '!'`` for folded texts that contain this one."""
    escaped = folded(text).replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
