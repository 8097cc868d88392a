"""Moments as the terminal shows them: in El Salvador's time, the day before the month."""

from datetime import datetime

from ocote.clock import local
from ocote.store.engine.values import moment


def day_text(instant: datetime) -> str:
    """The local day of an instant: ``30/11/2026``."""
    return f"{local(instant):%d/%m/%Y}"


def local_day_text(stored: str) -> str:
    """The local day of a stored moment."""
    return day_text(moment(stored))


def local_moment_text(stored: str) -> str:
    """A stored moment in local time, to the minute: ``30/11/2026 14:05``."""
    return f"{local(moment(stored)):%d/%m/%Y %H:%M}"
