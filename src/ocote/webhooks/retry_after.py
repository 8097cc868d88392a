"""Reads for how long a receiver wants to be left alone. Pure."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_RETRY_AFTER: Final = timedelta(hours=10)
"""The longest pause that a receiver can ask for, as long as the longest pause between two attempts."""

_SECONDS: Final = re.compile(r"[0-9]{1,100}")


def pause_until(retry_after: str, now: datetime) -> datetime | None:
    """The aware moment until which to wait; ``retry_after`` is the header, in seconds or as a date (RFC 9110 10.2.3).

    None for a header that is empty, not understood or already over. A longer wish counts as ``LONGEST_RETRY_AFTER``.

    >>> noon = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    >>> [str(pause_until(text, noon)) for text in ("90", "Fri, 20 Nov 2026 18:05:00 GMT", "soon")]
    ['2026-11-20 18:01:30+00:00', '2026-11-20 18:05:00+00:00', 'None']
    """
    asked = retry_after.strip()
    if _SECONDS.fullmatch(asked):
        until: datetime | None = now + timedelta(seconds=min(int(asked), LONGEST_RETRY_AFTER.total_seconds()))
    else:
        until = _date(asked)
    if until is None or until <= now:
        return None
    return min(until, now + LONGEST_RETRY_AFTER)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
