"""Time as a parameter: aware UTC instants inside, America/El_Salvador at the edges."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

from ocote.dte.local_time import EL_SALVADOR, local

__all__ = ["EL_SALVADOR", "Clock", "local", "local_date", "local_text", "pause", "system_clock"]

Clock = Callable[[], datetime]
"""A function that returns the present aware instant in UTC, passed as an argument so that tests can set the time."""


def system_clock() -> datetime:
    """The present instant of the machine's clock."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The calendar day in El Salvador at an instant. Raises ValueError for a naive instant."""
    return local(instant).date()


def local_text(instant: datetime) -> str:
    """The local time with its offset, to the second, as the API writes it (contract 4.2)."""
    return local(instant).isoformat(timespec="seconds")


async def pause(seconds: float, stop: asyncio.Event) -> None:
    """Waits for so many seconds, or until ``stop`` is set: between two rounds of whatever repeats until the end."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
