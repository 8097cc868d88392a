"""Checks the contingencies that are not over, with their deadlines."""

from datetime import datetime
from typing import Final

from ocote.cli.contingency_report import deadline_text, refusal_remedy, state_text, waiting_count
from ocote.contingency.deadlines import alarm, nearest_deadline
from ocote.contingency.entering import OWN_SYSTEM
from ocote.contingency.refusals import event_was_refused
from ocote.contingency.words import cause_text
from ocote.health.finding import Finding, failed, warning, well
from ocote.store.contingency.row import ContingencyOverview
from ocote.wording.environment import ENVIRONMENT_NAMES

_AN_HOUR_LEFT: Final = 2
_OWN_CAUSE: Final = (
    "La causa está aquí, casi siempre el usuario o la contraseña de Hacienda: mire «Acceso a Hacienda», corrija [mh] "
    "en el archivo de la empresa y ejecute «ocote company add». Cómo va: ocote contingency show"
)


def contingencies(rows: list[ContingencyOverview], now: datetime) -> list[Finding]:
    """One finding for every contingency that is not over.

    A finding has failed when the deadline is past or at most an hour away, when MH refused the event, or while the
    cause is our own system or its credentials: the operator has to act.
    """
    return [_contingency(row, now) for row in rows] or [well("Contingencias", "ninguna en curso")]


def _contingency(row: ContingencyOverview, now: datetime) -> Finding:
    beginning = row.id[:8]
    subject = f"Contingencia {beginning} de {row.name} ({ENVIRONMENT_NAMES[row.environment]})"
    seen = "; ".join(filter(None, (state_text(row).plain, waiting_count(row), deadline_text(row, now).plain)))
    if event_was_refused(row):
        return failed(subject, seen, refusal_remedy(row, now))
    deadline = nearest_deadline(row, now)
    if deadline is not None and alarm(deadline, now) >= _AN_HOUR_LEFT:
        remedy = f"Hágala avanzar ahora: ocote contingency file {beginning}. Qué le falta: ocote contingency show"
        return failed(subject, seen, f"{remedy} {beginning}")
    if row.kind == OWN_SYSTEM and row.state == "open":
        return failed(subject, f"{cause_text(row.kind, row.reason)}; {seen}", f"{_OWN_CAUSE} {beginning}")
    return warning(subject, seen, f"El trabajo de fondo la lleva. Cómo va: ocote contingency show {beginning}")
