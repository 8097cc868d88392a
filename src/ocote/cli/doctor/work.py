"""Checks the waiting work: contingencies with their deadlines, undelivered e-mails and announcements."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from ocote.cli.contingency_report import deadline_text, refusal_remedy, state_text, waiting_count
from ocote.cli.counted import counted
from ocote.cli.doctor.finding import Finding, failed, warning, well
from ocote.cli.environment import ENVIRONMENT_NAMES
from ocote.cli.moments import local_moment_text
from ocote.contingency.deadlines import alarm, nearest_deadline
from ocote.contingency.entering import OWN_SYSTEM
from ocote.contingency.refusals import event_was_refused
from ocote.contingency.words import cause_text
from ocote.documents.reasons import attempt_text
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.sendings import Channel, Trouble
from ocote.store.stuck_lanes import StuckLane

LATELY: Final = timedelta(days=3)
OVERDUE_AFTER: Final = timedelta(minutes=10)
"""Longer than any attempt and than any pause of a failing mail server or webhook."""
FAILING_AFTER: Final = timedelta(hours=1)

_AN_HOUR_LEFT: Final = 2
_OWN_CAUSE: Final = (
    "La causa está aquí, casi siempre el usuario o la contraseña de Hacienda: mire «Acceso a Hacienda», corrija [mh] "
    "en el archivo de la empresa y ejecute «ocote company add». Cómo va: ocote contingency show"
)
_CHANNELS: Final[Mapping[Channel, tuple[str, str]]] = {
    "email": ("Correos", "ocote email list --unsent"),
    "webhook": ("Avisos a webhooks", "ocote webhook deliveries --unsent"),
}


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


def sendings(found: Mapping[Channel, Trouble]) -> list[Finding]:
    """Counts the e-mails and announcements that do not get through."""
    return [_sending(channel, found.get(channel, Trouble())) for channel in _CHANNELS]


def lanes(stuck: Sequence[StuckLane]) -> list[Finding]:
    """One finding for each mail server or webhook through which nothing gets; nothing when there is none."""
    return [_lane(lane) for lane in stuck]


def _lane(lane: StuckLane) -> Finding:
    company = f"{lane.name} ({ENVIRONMENT_NAMES[lane.environment]})"
    since = local_moment_text(lane.since)
    waiting = counted(lane.waiting, "mensaje", "mensajes")
    seen = f"nada pasa; {waiting} en espera desde el {since}; lo último: {attempt_text(lane.status, lane.answer)}"
    if lane.webhook is None:
        remedy = (
            "Revise [smtp] en el archivo de la empresa y el servidor de correo; qué espera: ocote email list --unsent"
        )
        return failed(f"Servidor de correo de {company}, detenido", seen, remedy)
    remedy = (
        "Revise el programa que recibe los avisos. Qué espera: ocote webhook deliveries --unsent. Si ya no se usa: "
        f"ocote webhook remove {lane.webhook}"
    )
    return failed(f"Webhook {lane.webhook} de {company}, detenido", seen, remedy)


def _sending(channel: Channel, trouble: Trouble) -> Finding:
    subject, look = _CHANNELS[channel]
    counted = (
        (trouble.overdue, "sin que nadie los envíe desde hace más de 10 minutos"),
        (trouble.failing, "intentados en vano desde hace más de una hora"),
        (trouble.held, "guardados, porque su webhook está o estuvo apagado"),
        (trouble.refused, f"rechazados en los últimos {LATELY.days} días"),
        (trouble.expired, f"abandonados en los últimos {LATELY.days} días"),
    )
    seen = "; ".join(f"{what}: {number}" for number, what in counted if number)
    if trouble.overdue:
        return failed(subject, seen, "Ponga en marcha «ocote serve» u «ocote worker»: son los que envían.")
    if seen:
        return warning(subject, seen, f"Vea cuáles y por qué: {look}")
    return well(subject, "nada rechazado ni atascado")
