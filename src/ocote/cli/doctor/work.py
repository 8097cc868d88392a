"""The work that waits: contingencies with their deadlines, e-mails and announcements that do not get through."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from ocote.cli.contingency_report import deadline_text, refusal_remedy, state_text
from ocote.cli.doctor.finding import Finding, failed, warning, well
from ocote.cli.environment import ENVIRONMENT_NAMES
from ocote.contingency.deadlines import alarm, nearest_deadline
from ocote.contingency.refusals import event_was_refused
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.sendings import Channel, Trouble

LATELY: Final = timedelta(days=3)
OVERDUE_AFTER: Final = timedelta(minutes=10)
"""Longer than any attempt, and than any pause of a mail server or webhook that fails as a whole."""
FAILING_AFTER: Final = timedelta(hours=1)

_AN_HOUR_LEFT: Final = 2
_CHANNELS: Final[Mapping[Channel, tuple[str, str]]] = {
    "email": ("Correos", "ocote email list --unsent"),
    "webhook": ("Avisos a webhooks", "ocote webhook deliveries --unsent"),
}


def contingencies(rows: list[ContingencyOverview], now: datetime) -> list[Finding]:
    """Every contingency that is not over.

    One whose deadline is an hour away or past has failed, and one whose event MH refused: it needs a person.
    """
    return [_contingency(row, now) for row in rows] or [well("Contingencias", "ninguna en curso")]


def _contingency(row: ContingencyOverview, now: datetime) -> Finding:
    beginning = row.id[:8]
    subject = f"Contingencia {beginning} de {row.name} ({ENVIRONMENT_NAMES[row.environment]})"
    waiting = "1 documento en espera" if row.waiting == 1 else f"{row.waiting} documentos en espera"
    seen = "; ".join(filter(None, (state_text(row).plain, waiting, deadline_text(row, now).plain)))
    if event_was_refused(row):
        return failed(subject, seen, refusal_remedy(row, now))
    deadline = nearest_deadline(row, now)
    if deadline is not None and alarm(deadline, now) >= _AN_HOUR_LEFT:
        remedy = f"Hágala avanzar ahora: ocote contingency file {beginning}. Qué le falta: ocote contingency show"
        return failed(subject, seen, f"{remedy} {beginning}")
    return warning(subject, seen, f"El trabajo de fondo la lleva. Cómo va: ocote contingency show {beginning}")


def sendings(found: Mapping[Channel, Trouble]) -> list[Finding]:
    """How much of what customers and other software should receive does not get through."""
    return [_sending(channel, found.get(channel, Trouble())) for channel in _CHANNELS]


def _sending(channel: Channel, trouble: Trouble) -> Finding:
    subject, look = _CHANNELS[channel]
    counted = (
        (trouble.overdue, "sin que nadie los envíe desde hace más de 10 minutos"),
        (trouble.failing, "intentados en vano desde hace más de una hora"),
        (trouble.refused, f"rechazados en los últimos {LATELY.days} días"),
        (trouble.expired, f"abandonados en los últimos {LATELY.days} días"),
    )
    seen = "; ".join(f"{what}: {number}" for number, what in counted if number)
    if trouble.overdue:
        return failed(subject, seen, "Ponga en marcha «ocote serve» u «ocote worker»: son los que envían.")
    if seen:
        return warning(subject, seen, f"Vea cuáles y por qué: {look}")
    return well(subject, "nada rechazado ni atascado")
