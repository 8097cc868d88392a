"""Contingencies in words: their step, their deadline, MH's refusals, and what can be done. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from ocote.contingency.deadlines import LegalDeadline, alarm, nearest_deadline, needs_technical_report
from ocote.contingency.of_company import ContingencyDetails, ContingencyPage
from ocote.contingency.refusals import event_was_refused
from ocote.contingency.words import (
    CAUSES,
    CONTINGENCY_STATES,
    DEADLINE_NAMES,
    EVENT_STATES,
    LOT_STATES,
    situation,
)
from ocote.panel.frame.moments import moment_words, shown_moment
from ocote.panel.frame.phrases import phrase, together
from ocote.store.contingency.events import EventRow
from ocote.store.contingency.overview import SettledDocument, WaitingDocument
from ocote.store.contingency.row import ContingencyOverview

BadgeTone = Literal["", "good", "waiting", "bad", "info"]

_STEPS: Final = (
    ("open", "Hacienda no responde"),
    ("asking", "Preguntar qué llegó"),
    ("filing", "Presentar el evento"),
    ("delivering", "Entregar los documentos"),
    ("done", "Terminada"),
)
_EXPLAINED: Final[Mapping[str, str]] = {
    "open": "Hacienda no responde. Se sigue facturando: cada documento se firma, se entrega al cliente y espera.",
    "asking": "Hacienda volvió. Se le pregunta qué documentos le habían llegado antes del corte.",
    "filing": "Se presenta a Hacienda el evento que nombra los documentos que no le llegaron.",
    "delivering": "Hacienda recibió el evento. Se le entregan los documentos.",
    "done": "Todos los documentos tienen la respuesta de Hacienda.",
}
_ALARMS: Final[tuple[BadgeTone, ...]] = ("info", "waiting", "bad", "bad")
_EVENT_TONES: Final[Mapping[str, BadgeTone]] = {
    "registered": "info",
    "stamped": "good",
    "rejected": "bad",
    "late": "bad",
}
_SOON_MIN: Final = 120
_REFUSED: Final = (
    "Hacienda rechazó el evento: lea abajo su respuesta. Corrija el dato que nombra en los datos de la empresa; el "
    "sistema presenta otro evento por sí solo, y una persona operadora puede adelantarlo desde aquí."
)
_LATE_BUT_IN_TIME: Final = (
    "Hacienda rechazó el evento por estar fuera de plazo, y según este servidor el plazo no ha vencido: quien opera el "
    "servicio debe revisar la hora del servidor y presentar otro evento."
)
_LATE: Final = (
    "Hacienda rechazó el evento por estar fuera de plazo. Justifíquelo por escrito ante la DGII y pida una prórroga; "
    "cuando la conceda, se presenta otro evento. Mientras tanto los documentos se conservan, firmados y con su número."
)


class TonedWords(Struct, frozen=True):
    """The state of a contingency in words."""

    tone: BadgeTone
    text: str


class ContingencyLine(Struct, frozen=True):
    """A contingency of the list."""

    id: str
    cause: str
    since: str
    until: str
    documents: int
    waiting: int
    state: TonedWords
    deadline: str
    left: str
    deadline_tone: BadgeTone


class ContingencyEventLine(Struct, frozen=True):
    """An event on the timeline of a contingency, with the names of ``parts.timeline``."""

    tone: BadgeTone
    title: str
    at: str
    text: str
    details: str | None


class LotLine(Struct, frozen=True):
    """A lot in which documents went to MH."""

    sent: str
    code: str
    documents: int
    state: str


class ContingencyDocumentLine(Struct, frozen=True):
    """A document of a contingency with the address of its page."""

    number: str
    reference: str
    issued: str
    situation: str
    tone: BadgeTone
    href: str


class StepLine(Struct, frozen=True):
    """A step of ``parts.steps``."""

    label: str


CONTINGENCY_STEPS: Final = tuple(StepLine(label) for _, label in _STEPS)
"""The way of a contingency, from the first document to the last answer."""


def unfinished_lines(page: ContingencyPage, now: datetime) -> tuple[ContingencyLine, ...]:
    """The contingencies that are not done."""
    return tuple(line_of(row, now) for row in page.unfinished)


def done_lines(page: ContingencyPage) -> tuple[ContingencyLine, ...]:
    """The contingencies that are done."""
    return tuple(
        ContingencyLine(
            id=row.id,
            cause=row.reason or phrase(CAUSES[row.kind]),
            since=shown_moment(row.began_at),
            until=shown_moment(row.ended_at),
            documents=row.documents,
            waiting=0,
            state=TonedWords("good", CONTINGENCY_STATES["done"].capitalize()),
            deadline="",
            left="",
            deadline_tone="",
        )
        for row in page.done
    )


def line_of(row: ContingencyOverview, now: datetime) -> ContingencyLine:
    """One contingency, with its nearest deadline."""
    deadline = nearest_deadline(row, now) if row.state != "done" else None
    return ContingencyLine(
        id=row.id,
        cause=row.reason or phrase(CAUSES[row.kind]),
        since=shown_moment(row.began_at),
        until=shown_moment(row.ended_at) if row.ended_at is not None else phrase("sigue"),
        documents=row.documents,
        waiting=row.waiting,
        state=contingency_words(row),
        deadline=deadline_words(deadline) if deadline is not None else _without_deadline(row),
        left=_left(deadline, now) if deadline is not None else "",
        deadline_tone=_ALARMS[alarm(deadline, now)] if deadline is not None else "",
    )


def contingency_words(row: ContingencyOverview) -> TonedWords:
    """The state of a contingency, or MH's refusal of its event."""
    if event_was_refused(row):
        late = row.last_event == "late"
        return TonedWords("bad", "Evento rechazado: fuera de plazo" if late else "Evento rechazado")
    tone: BadgeTone = "good" if row.state == "done" else "waiting"
    return TonedWords(tone, CONTINGENCY_STATES[row.state].capitalize())


def step_words(row: ContingencyOverview, now: datetime) -> TonedWords:
    """The present step in a sentence, or the way out of a refusal."""
    if not event_was_refused(row):
        return TonedWords("good" if row.state == "done" else "waiting", _EXPLAINED[row.state])
    deadline = nearest_deadline(row, now)
    if row.last_event != "late":
        return TonedWords("bad", _REFUSED)
    return TonedWords("bad", _LATE_BUT_IN_TIME if deadline is not None and now <= deadline.at else _LATE)


def deadline_words(deadline: LegalDeadline) -> str:
    """A deadline in words: its duty and its moment."""
    name = phrase(DEADLINE_NAMES[deadline.of].capitalize())
    return phrase("%(duty)s: hasta %(until)s", duty=name, until=moment_words(deadline.at))


def _left(deadline: LegalDeadline, now: datetime) -> str:
    if deadline.at < now:
        return phrase("Vencido")
    minutes = int((deadline.at - now) / timedelta(minutes=1))
    is_soon = minutes < _SOON_MIN
    return phrase("Faltan %(n)s min", n=minutes) if is_soon else phrase("Faltan %(n)s h", n=minutes // 60)


def step_of(row: ContingencyOverview) -> int:
    """The number of the present step, from 1; behind the last when the contingency is done."""
    number = [state for state, _ in _STEPS].index(row.state) + 1
    return number + 1 if row.state == "done" else number


def wants_report(row: ContingencyOverview, now: datetime) -> bool:
    """Whether MH wants a technical report before the event."""
    return row.state != "done" and needs_technical_report(row, now)


def cause_is_open(details: ContingencyDetails) -> bool:
    """Whether the cause may still be corrected: no event that MH has, or may have, names it."""
    return details.row.state != "done" and not any(event.state in ("registered", "stamped") for event in details.events)


def may_report_again(details: ContingencyDetails) -> bool:
    """Whether another event may be asked for, because MH refused the last one."""
    return event_was_refused(details.row)


def event_lines(events: tuple[EventRow, ...]) -> tuple[ContingencyEventLine, ...]:
    """The events, the latest first, with MH's stamp or words."""
    return tuple(_event_line(event) for event in reversed(events))


def lot_lines(details: ContingencyDetails) -> tuple[LotLine, ...]:
    """The lots, the oldest first."""
    return tuple(
        LotLine(shown_moment(lot.sent_at), lot.code or "", lot.documents, phrase(LOT_STATES[lot.state]))
        for lot in details.lots
    )


def document_lines(details: ContingencyDetails, documents_href: str) -> tuple[ContingencyDocumentLine, ...]:
    """The waiting documents of the page, and behind the last of them those that have MH's answer."""
    waiting = tuple(_waiting_line(each, documents_href) for each in details.waiting)
    if details.later is not None:
        return waiting
    return (*waiting, *(_settled_line(each, documents_href) for each in details.settled))


def _event_line(event: EventRow) -> ContingencyEventLine:
    count = phrase("1 documento") if event.documents == 1 else phrase("%(n)s documentos", n=f"{event.documents:,}")
    settled = event.settled_at
    answered = phrase("Respondió el %(at)s.", at=shown_moment(settled)) if settled is not None else ""
    answer = phrase("Sello: %(stamp)s", stamp=event.stamp) if event.stamp else event.mh_message
    return ContingencyEventLine(
        _EVENT_TONES[event.state],
        phrase("Evento %(state)s, con %(documents)s", state=phrase(EVENT_STATES[event.state]), documents=count),
        shown_moment(event.signed_at),
        together(answered, answer),
        None,
    )


def _waiting_line(document: WaitingDocument, href: str) -> ContingencyDocumentLine:
    words = situation(document).capitalize()
    return ContingencyDocumentLine(
        document.control_number,
        document.external_ref,
        shown_moment(document.posted_at),
        words,
        "waiting",
        f"{href}/{document.id}",
    )


def _settled_line(document: SettledDocument, href: str) -> ContingencyDocumentLine:
    is_stamped = document.state == "stamped"
    return ContingencyDocumentLine(
        document.control_number,
        document.external_ref,
        shown_moment(document.posted_at),
        "Sellado" if is_stamped else "Rechazado por Hacienda" if document.state == "rejected" else "Sin respuesta",
        "good" if is_stamped else "bad" if document.state == "rejected" else "waiting",
        f"{href}/{document.id}",
    )


def _without_deadline(row: ContingencyOverview) -> str:
    return "" if row.state == "done" else phrase("Sin plazo mientras dura la causa")
