"""``motivo`` of the contingency event: why and how long MH was out of reach, the same block in both editions."""

from typing import Any

from ocote.dte.contingency_event import ContingencyEvent
from ocote.dte.editions.transmission import transmission
from ocote.dte.local_time import date_and_hour

LONGEST_REASON = 500


def outage(event: ContingencyEvent) -> dict[str, Any]:
    """Cause and period in local time; raises InvalidSale when kind 5 lacks its text of up to 500 characters."""
    cause = transmission(event.cause, 1, LONGEST_REASON)
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
