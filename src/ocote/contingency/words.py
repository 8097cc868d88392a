"""The words in which people read of a contingency, in Spanish. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from ocote.contingency.deadlines import LegalDeadline
from ocote.store.contingency.overview import WaitingDocument

CONTINGENCY_STATES: Final[Mapping[str, str]] = {
    "open": "abierta",
    "asking": "preguntando qué llegó",
    "filing": "presentando el evento",
    "delivering": "entregando",
    "done": "terminada",
}
CAUSES: Final[Mapping[int, str]] = {
    1: "Hacienda no disponible",
    2: "sistema propio no disponible",
    3: "falla de Internet",
    4: "falla de energía eléctrica",
    5: "otra",
}
EVENT_STATES: Final[Mapping[str, str]] = {
    "registered": "sin respuesta aún",
    "stamped": "recibido",
    "rejected": "rechazado",
    "late": "rechazado por estar fuera de plazo",
}
DEADLINE_NAMES: Final[Mapping[str, str]] = {
    "event": "evento",
    "correction": "evento corregido",
    "documents": "entrega",
}
LOT_STATES: Final[Mapping[str, str]] = {
    "registered": "por enviar",
    "received": "en proceso",
    "done": "terminado",
    "failed": "deshecho",
}
SITUATIONS: Final[Mapping[str, str]] = {
    "asked_about": "quizás llegó",
    "to_report": "por reportar",
    "to_deliver": "por entregar",
    "in_a_lot": "en un lote",
}


def cause_text(kind: int, reason: str | None) -> str:
    """The cause (CAT-005) in a few words, or the operator's own reason."""
    return reason or CAUSES[kind]


def time_left(deadline: LegalDeadline, now: datetime) -> str:
    """The time until a deadline in words."""
    left = deadline.at - now
    if left < timedelta():
        return "vencido"
    minutes = int(left / timedelta(minutes=1))
    return f"faltan {minutes} min" if minutes < 120 else f"faltan {minutes // 60} h"


def situation(document: WaitingDocument) -> str:
    """The next step of a waiting document."""
    if document.ask_from is not None:
        return SITUATIONS["asked_about"]
    if document.event_id is None:
        return SITUATIONS["to_report"]
    return SITUATIONS["to_deliver" if document.lot_id is None else "in_a_lot"]
