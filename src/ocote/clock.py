"""Time as a parameter: aware UTC instants inside, America/El_Salvador at the edges."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from ocote.dte.local_time import EL_SALVADOR, local

__all__ = ["EL_SALVADOR", "Clock", "local", "local_date", "system_clock"]

Clock = Callable[[], datetime]
"""Tells the present instant, aware, in UTC. Whoever needs the time is handed one, so that tests can set it."""


def system_clock() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The calendar day in El Salvador at that instant. Raises ValueError for a naive time."""
    return local(instant).date()
