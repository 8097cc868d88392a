"""Contingencies and events as the store returns them, for tests that need no store."""

from datetime import UTC, datetime
from typing import Any, Final

from ocote.store.contingency.events import EventRow
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.values import moment_text

NOON: Final = datetime(2026, 6, 3, 18, 0, tzinfo=UTC)
"""Noon in El Salvador."""


def overview_of(**facts: Any) -> ContingencyOverview:
    """A contingency whose cause lasted from eight until noon, with two documents to report."""
    usual: dict[str, Any] = {
        "id": "c-1",
        "company_id": 7,
        "kind": 1,
        "reason": None,
        "state": "filing",
        "began_at": moment_text(NOON.replace(hour=14)),
        "ended_at": moment_text(NOON),
        "attempts": 0,
        "done_at": None,
        "due_at": moment_text(NOON),
        "held_by": None,
        "name": "Comercial El Ejemplo",
        "nit": "06149999990012",
        "environment": "01",
        "documents": 2,
        "waiting": 2,
        "unreported": 2,
        "reported_at": None,
        "last_event": None,
        "refused_at": None,
    }
    return ContingencyOverview(**{**usual, **facts})


def event(state: str = "rejected", at: datetime = NOON, **facts: Any) -> EventRow:
    """An event that MH answered at once."""
    usual: dict[str, Any] = {
        "id": "e-1",
        "state": state,
        "documents": 2,
        "stamp": None,
        "mh_message": "",
        "signed_at": moment_text(at),
        "settled_at": moment_text(at),
        "attempts": 1,
    }
    return EventRow(**{**usual, **facts})
