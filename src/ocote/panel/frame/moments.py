"""Moments as people read them, in El Salvador's time."""

from datetime import datetime
from typing import Final

from ocote.clock import local
from ocote.panel.frame.phrases import phrase
from ocote.store.engine.values import moment

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR


def moment_words(instant: datetime) -> str:
    """A moment to the minute: ``30/11/2026 14:05``."""
    return f"{local(instant):%d/%m/%Y %H:%M}"


def ago_words(instant: datetime, now: datetime) -> str:
    """How long ago a moment was, in the largest unit that fits; the clock may have gone back since.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    >>> [str(ago_words(noon - timedelta(minutes=each), noon)) for each in (0, 1, 59, 60, 1500, 5000)]
    ['hace un momento', 'hace 1 minuto', 'hace 59 minutos', 'hace 1 hora', 'hace 1 día', 'hace 3 días']
    """
    minutes = int((now - instant).total_seconds() // 60)
    if minutes < 1:
        return phrase("hace un momento")
    if minutes < _HOUR:
        return phrase("hace 1 minuto") if minutes == 1 else phrase("hace %(n)s minutos", n=minutes)
    if minutes < _DAY:
        hours = minutes // _HOUR
        return phrase("hace 1 hora") if hours == 1 else phrase("hace %(n)s horas", n=hours)
    days = minutes // _DAY
    return phrase("hace 1 día") if days == 1 else phrase("hace %(n)s días", n=f"{days:,}")


def shown_moment(stored: str | None, otherwise: str = "") -> str:
    """A stored moment to the minute, or other words where there is none."""
    return moment_words(moment(stored)) if stored is not None else otherwise
