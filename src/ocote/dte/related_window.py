"""How long a document may be named as the origin of a sale (CT 109, wider-sales.md 2.9)."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from ocote.dte.types import ACCOUNTING_SETTLEMENT, REMISSION

_DAYS_AFTER_MONTH: Final[Mapping[str, int]] = {REMISSION: 3, ACCOUNTING_SETTLEMENT: 0}
"""Days after the month of the related document, by its type; a type that is not here has no last day."""


def last_day_to_relate(doc_type: str, issued_on: date) -> date | None:
    """The last day on which a sale may name a document; None for a type without such a day.

    >>> last_day_to_relate("04", date(2027, 1, 14))
    datetime.date(2027, 2, 3)
    """
    days = _DAYS_AFTER_MONTH.get(doc_type)
    if days is None:
        return None
    return issued_on.replace(day=monthrange(issued_on.year, issued_on.month)[1]) + timedelta(days)
