"""The values that the operator's page of health shows. Findings keep the words of ``ocote doctor``. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from ocote.clock import local
from ocote.health.condition import GatewayCondition, ProcessLife
from ocote.health.finding import Level
from ocote.panel.frame.moments import shown_moment
from ocote.panel.frame.phrases import phrase
from ocote.store.engine.values import moment
from ocote.store.gateway_state import AnswersOfHour, LeasedWork

ConditionTone = Literal["", "good", "waiting", "bad", "info"]

_LEVELS: Final[Mapping[Level, tuple[ConditionTone, str, int]]] = {
    "failed": ("bad", "Actúe ahora", 0),
    "warning": ("waiting", "Mírelo", 1),
    "well": ("good", "Bien", 2),
}
_WORK: Final[Mapping[LeasedWork, str]] = {
    "document": "Documentos",
    "invalidation": "Invalidaciones",
    "contingency": "Contingencias",
}
_CHANNELS: Final = (("email", "Correos"), ("webhook", "Avisos a webhooks"))
_HOURS: Final = 24
_KIB: Final = 1024


class FindingLine(Struct, frozen=True):
    """A finding; ``seen`` and ``remedy`` are Spanish texts of ``ocote doctor``."""

    subject: str
    tone: ConditionTone
    level: str
    seen: str
    remedy: str


class ProcessLine(Struct, frozen=True):
    """A process of the list."""

    what: str
    where: str
    version: str
    is_other: bool
    started: str
    life: str
    tone: ConditionTone


class WorkLine(Struct, frozen=True):
    """The work on rows of one kind."""

    what: str
    held: int
    overdue: int
    oldest: str


class ChannelLine(Struct, frozen=True):
    """The outbox in one channel."""

    what: str
    waiting: int
    oldest: str
    given_up: int


class PartOfBar(Struct, frozen=True):
    """A part of a column of ``chart.stacked``."""

    value: int
    text: str


class HourColumn(Struct, frozen=True):
    """A column of ``chart.stacked``: an hour with the documents by MH's answer."""

    label: str
    parts: tuple[PartOfBar, ...]
    text: str
    href: str | None = None


class AnswerSeries(Struct, frozen=True):
    """A series of ``chart.stacked``."""

    tone: ConditionTone
    label: str


class EnvironmentCard(Struct, frozen=True):
    """MH in one environment, with its answers of the last day; ``mean`` is the time to a stamp."""

    environment: str
    title: str
    tone: ConditionTone
    state: str
    companies: int
    contingencies: int
    documents: int
    mean: str
    columns: tuple[HourColumn, ...]


class BackupLine(Struct, frozen=True):
    """A backup of the list."""

    name: str
    finished: str
    size: str
    documents: int
    seconds: int


ANSWER_SERIES: Final = (
    AnswerSeries("good", "Sellados al momento"),
    AnswerSeries("info", "Sellados después"),
    AnswerSeries("bad", "Rechazados"),
    AnswerSeries("waiting", "Sin respuesta"),
)


def finding_lines(seen: GatewayCondition) -> tuple[FindingLine, ...]:
    """The findings, those that a person has to act on first."""
    ordered = sorted(seen.findings, key=lambda each: _LEVELS[each.level][2])
    return tuple(FindingLine(each.subject, *_LEVELS[each.level][:2], each.seen, each.remedy) for each in ordered)


def process_lines(seen: GatewayCondition) -> tuple[ProcessLine, ...]:
    """The processes: those that live, those that are silent, those that ended."""
    order: tuple[ProcessLife, ...] = ("silent", "alive", "ended")
    lines = sorted(seen.processes, key=lambda each: order.index(each.life))
    return tuple(
        ProcessLine(
            what="Atiende solicitudes" if each.row.kind == "serve" else "Trabajo de fondo",
            where=f"{each.row.host}, {each.row.pid}",
            version=each.row.version,
            is_other=each.is_other and each.life == "alive",
            started=shown_moment(each.row.started_at),
            life=_life(each.life, each.row.seen_at, each.row.ended_at),
            tone=_LIFE_TONES[each.life],
        )
        for each in lines
    )


_LIFE_TONES: Final[Mapping[ProcessLife, ConditionTone]] = {"alive": "good", "silent": "bad", "ended": ""}


def _life(life: ProcessLife, seen_at: str, ended_at: str | None) -> str:
    if life == "alive":
        return phrase("Vive")
    if life == "ended":
        return phrase("Terminó el %(at)s", at=shown_moment(ended_at))
    return phrase("Sin señal desde el %(at)s", at=shown_moment(seen_at))


def work_lines(seen: GatewayCondition) -> tuple[WorkLine, ...]:
    """The work under leases and what is late."""
    return tuple(
        WorkLine(_WORK[each.work], each.held, each.overdue, shown_moment(each.oldest, "—")) for each in seen.work or ()
    )


def channel_lines(seen: GatewayCondition) -> tuple[ChannelLine, ...]:
    """The outbox by channel; none when it could not be read in time."""
    if seen.waiting is None or seen.given_up is None:
        return ()
    lines = []
    for channel, title in _CHANNELS:
        waiting = next((each for name, each in seen.waiting.items() if name == channel), None)
        given_up = next((n for name, n in seen.given_up.items() if name == channel), 0)
        oldest = shown_moment(waiting.oldest) if waiting is not None else "—"
        lines.append(ChannelLine(title, waiting.waiting if waiting is not None else 0, oldest, given_up))
    return tuple(lines)


def environment_cards(seen: GatewayCondition) -> tuple[EnvironmentCard, ...]:
    """MH in each environment in which there are companies."""
    cards = []
    for each in seen.environments or ():
        name = each.state.environment
        answers = [row for row in seen.answers or () if row.environment == name]
        tone, state = _mh_state(is_down=each.is_down, contingencies=each.state.contingencies)
        cards.append(
            EnvironmentCard(
                environment=name,
                title="Hacienda, pruebas" if name == "00" else "Hacienda, producción",
                tone=tone,
                state=state,
                companies=each.state.companies,
                contingencies=each.state.contingencies,
                documents=sum(map(_documents, answers)),
                mean=_mean(answers),
                columns=_columns(answers, seen.now) if seen.answers is not None else (),
            )
        )
    return tuple(cards)


def backup_lines(seen: GatewayCondition) -> tuple[BackupLine, ...]:
    """The last backups."""
    return tuple(
        BackupLine(each.name, shown_moment(each.finished_at), size_words(each.bytes), each.documents, each.seconds)
        for each in seen.backups
    )


def size_words(size: int) -> str:
    """A number of bytes for a person.

    >>> size_words(512), size_words(36_175_872)
    ('512 bytes', '34.5 MiB')
    """
    amount, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < _KIB:
            break
        amount, unit = amount / _KIB, larger
    return f"{size} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"


def _mh_state(*, is_down: bool, contingencies: int) -> tuple[ConditionTone, str]:
    if is_down:
        return "bad", "No responde"
    return ("waiting", "Responde; hay contingencias") if contingencies else ("good", "Responde")


def _documents(row: AnswersOfHour) -> int:
    return row.at_once + row.later + row.refused + row.unanswered


def _mean(answers: list[AnswersOfHour]) -> str:
    """The mean time to a stamp in seconds, each hour with the weight of its stamps."""
    timed = [(row.at_once, row.mean_ms) for row in answers if row.mean_ms is not None]
    stamps = sum(count for count, _ in timed)
    return f"{sum(count * mean for count, mean in timed) / stamps / 1000:.2f} s" if stamps else "—"


def _columns(answers: list[AnswersOfHour], now: datetime) -> tuple[HourColumn, ...]:
    """The last 24 hours, the present one last."""
    by_hour = {row.hour: row for row in answers}
    hours = [now - timedelta(hours=back) for back in reversed(range(_HOURS))]
    columns = []
    for hour in hours:
        row = by_hour.get(f"{hour:%Y-%m-%dT%H}")
        counts = (row.at_once, row.later, row.refused, row.unanswered) if row is not None else (0, 0, 0, 0)
        parts = tuple(PartOfBar(count, f"{count:,}") for count in counts)
        columns.append(HourColumn(f"{local(hour):%H}", parts, f"{sum(counts):,}"))
    return tuple(columns)


def journal_words(seen: GatewayCondition) -> str:
    """The segment of the journal that was opened last."""
    if seen.journal is None:
        return phrase("Apagado")
    opened = moment(seen.journal.opened_at)
    return phrase(
        "Encendido; segmento %(number)s, abierto el %(at)s",
        number=seen.journal.number,
        at=f"{local(opened):%d/%m/%Y %H:%M}",
    )
