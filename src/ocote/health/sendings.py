"""Judges the outbox: e-mails and announcements that do not get through."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from ocote.documents.reasons import attempt_text
from ocote.health.finding import Finding, failed, warning, well
from ocote.store.sendings import Channel, Trouble
from ocote.store.stuck_lanes import StuckLane
from ocote.wording.counted import counted
from ocote.wording.environment import ENVIRONMENT_NAMES
from ocote.wording.moments import local_moment_text

LATELY: Final = timedelta(days=3)
OVERDUE_AFTER: Final = timedelta(minutes=10)
"""Longer than any attempt and than any pause of a failing mail server or webhook."""
FAILING_AFTER: Final = timedelta(hours=1)

_CHANNELS: Final[Mapping[Channel, tuple[str, str]]] = {
    "email": ("Correos", "ocote email list --unsent"),
    "webhook": ("Avisos a webhooks", "ocote webhook deliveries --unsent"),
}


def sendings(found: Mapping[Channel, Trouble]) -> list[Finding]:
    """Counts the e-mails and announcements that do not get through."""
    return [_sending(channel, found.get(channel, Trouble())) for channel in _CHANNELS]


def lanes(stuck: Sequence[StuckLane], outcome: Callable[[int | None, str], str] = attempt_text) -> list[Finding]:
    """One finding for each mail server or webhook through which nothing gets; nothing when there is none.

    ``outcome`` makes the words of the last attempt from its status and its stored answer.
    """
    return [_lane(lane, outcome(lane.status, lane.answer)) for lane in stuck]


def _lane(lane: StuckLane, last: str) -> Finding:
    company = f"{lane.name} ({ENVIRONMENT_NAMES[lane.environment]})"
    since = local_moment_text(lane.since)
    waiting = counted(lane.waiting, "mensaje", "mensajes")
    seen = f"nada pasa; {waiting} en espera desde el {since}; lo último: {last}"
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
    troubles = (
        (trouble.overdue, "sin que nadie los envíe desde hace más de 10 minutos"),
        (trouble.failing, "intentados en vano desde hace más de una hora"),
        (trouble.held, "guardados, porque su webhook está o estuvo apagado"),
        (trouble.refused, f"rechazados en los últimos {LATELY.days} días"),
        (trouble.expired, f"abandonados en los últimos {LATELY.days} días"),
    )
    seen = "; ".join(f"{what}: {number}" for number, what in troubles if number)
    if trouble.overdue:
        return failed(subject, seen, "Ponga en marcha «ocote serve» u «ocote worker»: son los que envían.")
    if seen:
        return warning(subject, seen, f"Vea cuáles y por qué: {look}")
    return well(subject, "nada rechazado ni atascado")
