"""``motivo`` of the contingency event: the cause and the period of the outage, one block for both editions."""

from typing import Any

from ocote.dte.contingency_event.value import ContingencyEvent
from ocote.dte.local_time import date_and_hour
from ocote.dte.sections.transmission import transmission
from ocote.dte.types import ContingencyText

_TEXT = ContingencyText(shortest=1, longest=500)


def require_explained(event: ContingencyEvent) -> None:
    """Raises InvalidSale when kind 5 lacks its text of up to 500 characters."""
    transmission(event.cause, _TEXT)


def outage(event: ContingencyEvent) -> dict[str, Any]:
    """Cause and period in local time; ``event`` has passed ``require_explained``."""
    cause = transmission(event.cause, _TEXT)
    began_on, began_at = date_and_hour(event.began_at)
    ended_on, ended_at = date_and_hour(event.ended_at)
    return {
        "fInicio": began_on,
        "fFin": ended_on,
        "hInicio": began_at,
        "hFin": ended_at,
        "tipoContingencia": cause.kind,
        "motivoContingencia": cause.reason,
    }
