"""The time in which a document may be invalidated or adjusted, as dated data, because the sources disagree.

Normativa v1.x by the table of contract 13.2 and D19, v2.0 by MH's manual of May 2026 (rules.md 5.2).
"""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from ocote.dte.business_days import nth_business_day
from ocote.dte.local_time import EL_SALVADOR, local
from ocote.dte.months import months_after
from ocote.dte.schedule import Edition
from ocote.dte.types import DOCUMENT_TYPES
from ocote.dte.windows import Start, Unit, Window

CONTINGENCY_EVENT_WITHIN = timedelta(hours=24)
"""The time from the end of the cause to the event, and from the event's rejection to its correction (rules.md 4)."""

CONTINGENCY_DOCUMENTS_WITHIN = timedelta(hours=72)
"""The time from the stamp of the event to the last of its documents (rules.md 4)."""

CONTINGENCY_WITHOUT_TECHNICAL_REPORT = timedelta(days=3)
"""A cause that lasts longer has to be explained to MH in a technical report before its event (protocol.md 6)."""

_LONG_INVALIDATION_ACTIVITIES = frozenset({"21001", "21008", "46482", "46484", "46491", "47721"})
"""Activities (medicines and the like) whose issuers have two years (annex V of Normativa v2.0).

MH's manual lists other activities for the return event; each list applies to its own event only."""

ADJUSTMENT: Mapping[Edition, Window] = {
    "v1": Window(90, Unit.BUSINESS_DAYS, Start.ISSUE),
    "v2": Window(3, Unit.MONTHS, Start.ISSUE),
}
"""How old the CCF of a credit note may be, by the day of the note.

v1.x: the 90 business days of contract 13.2, D16 and D19, which are about four months. v2.0: the 3 months of MH's
manual and Normativa of v2.0 (rules.md 7). No source for v1.x alone states the 3 months, but rules.md also names the
VAT law for them, and MH may refuse a v1.x note between the two. The note is sent nevertheless, because the contract
promises it: a refused note is shown as rejected, keeps its number for a retry, and leaves the CCF unchanged."""


def invalidation_window(edition: Edition, doc_type: str, activity_code: str) -> Window | None:
    """The window of a document type in the edition in force on the day of the event; None for a type without a window.

    ``activity_code`` is the issuer's activity (CAT-019) in the document.
    """
    written = DOCUMENT_TYPES[doc_type].editions[edition]
    if activity_code in _LONG_INVALIDATION_ACTIVITIES and written.long_invalidation is not None:
        return written.long_invalidation
    return written.invalidation


def last_moment(window: Window, issued_at: datetime, stamped_at: datetime, holidays: Collection[date]) -> datetime:
    """The last second of ``window``, local time; both moments are aware instants."""
    began_on = local(issued_at if window.start is Start.ISSUE else stamped_at).date()
    return datetime.combine(_last_day(window, began_on, holidays), time(23, 59, 59), EL_SALVADOR)


def _last_day(window: Window, began_on: date, holidays: Collection[date]) -> date:
    match window.unit:
        case Unit.DAYS:
            return began_on + timedelta(days=window.count)
        case Unit.BUSINESS_DAYS:
            return nth_business_day(began_on, window.count, holidays)
        case Unit.MONTHS:
            return months_after(began_on, window.count)
        case Unit.BUSINESS_DAYS_OF_NEXT_MONTH:
            end_of_month = began_on.replace(day=monthrange(began_on.year, began_on.month)[1])
            return nth_business_day(end_of_month, window.count, holidays)
