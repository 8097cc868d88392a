"""The words in which people read of e-mails and announcements, in Spanish."""

from collections.abc import Mapping
from typing import Final

from ocote.store.outbox import SENT_AGAIN
from ocote.store.sendings import SendingState
from ocote.store.webhooks import OffReason

SENDING_STATES: Final[Mapping[SendingState, str]] = {
    "queued": "en cola",
    "sending": "enviándose",
    "sent": "enviado",
    "refused": "rechazado",
    "expired": "abandonado",
    "obsolete": "sin objeto",
}
"""The state of a message."""

EVENT_WORDS: Final[Mapping[str, str]] = {
    "document.stamped": "sellado",
    "document.rejected": "rechazado por Hacienda",
    "document.contingency_entered": "en contingencia",
    "document.contingency_left": "fuera de contingencia",
    "document.invalidated": "invalidado",
    "document.renumbered": "con otro número",
    "email.failed": "con un correo que no se entregó",
    SENT_AGAIN: "pedido otra vez",
}
"""What happened to the document of a message: the document is …"""

OFF_REASONS: Final[Mapping[OffReason, str]] = {
    "gone": "respondió 410 (ya no quiere avisos)",
    "failing": "falló todo durante días",
    "operator": "por orden suya",
}
"""Why a webhook is switched off, in Spanish."""
