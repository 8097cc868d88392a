"""Moments as people read them, in El Salvador's time."""

from datetime import datetime

from ocote.clock import local
from ocote.store.engine.values import moment


def moment_words(instant: datetime) -> str:
    """A moment to the minute: ``30/11/2026 14:05``."""
    return f"{local(instant):%d/%m/%Y %H:%M}"


def shown_moment(stored: str | None, otherwise: str = "") -> str:
    """A stored moment to the minute, or other words where there is none."""
    return moment_words(moment(stored)) if stored is not None else otherwise
