"""Stored moments as people read them."""

from ocote.clock import local
from ocote.store.engine.values import moment


def shown_moment(stored: str | None, otherwise: str = "") -> str:
    """A stored moment in El Salvador's time, to the minute: ``30/11/2026 14:05``."""
    return f"{local(moment(stored)):%d/%m/%Y %H:%M}" if stored is not None else otherwise
