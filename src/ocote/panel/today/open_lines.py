"""The open points of a company and whether a month is closed, as lines with a tone, a number and a link. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote.archive.situation import OpenDocuments, OpenPoints
from ocote.archive.sums import Slice
from ocote.books.due import DueDates
from ocote.clock import local_date
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.rendering import Say
from ocote.panel.today.pages import state_word, written_day

_CERTIFICATE_SOON: Final = timedelta(days=45)
_BACKUP_OLD: Final = timedelta(days=2)
_BACKUPS: Final = f"{PANEL_PATH}/operator/health#backups"
_V2_NEWS: Final = timedelta(days=7)
"""The change to Normativa v2.0 is shown until so many days after it."""


class OpenLine(Struct, frozen=True):
    """Something open: what it is, how many, and the page where it is dealt with, if the panel has one."""

    tone: str
    text: str
    number: int | None
    note: str
    href: str | None


class Reader(Struct, frozen=True):
    """The rights of a person who reads the lines: to operate the gateway, to edit the company, to issue."""

    operates: bool
    may_edit: bool
    may_issue: bool


class DueLine(Struct, frozen=True):
    """A return to file: ``left`` says how many days are left."""

    tone: str
    text: str
    day: str
    left: str


def waiting_lines(documents: OpenDocuments, links: str, now: datetime, say: Say) -> list[OpenLine]:
    """The documents that MH has not stamped."""
    found: list[OpenLine] = []
    if documents.contingency:
        deadline = documents.deadline
        note = say("el plazo corre cuando la causa termine")
        tone = "waiting"
        if deadline is not None:
            limit = say("plazo para el evento:") if deadline.of == "event" else say("plazo para transmitirlos:")
            note = f"{limit} {moment_words(deadline.at)}"
            tone = "bad" if deadline.at < now else "waiting"
        href = f"{links}/documents?state=contingency"
        found.append(OpenLine(tone, say("Documentos en contingencia"), documents.contingency, note, href))
    if documents.rejected:
        found.append(
            OpenLine(
                "bad",
                say("Documentos rechazados sin corregir"),
                documents.rejected,
                say("de los últimos 60 días"),
                f"{links}/documents?state=rejected",
            )
        )
    if documents.unanswered:
        found.append(
            OpenLine(
                "waiting",
                say("Documentos sin respuesta de Hacienda"),
                documents.unanswered,
                say("se consultan solos"),
                f"{links}/documents?state=contingency",
            )
        )
    return found


def open_lines(points: OpenPoints, links: str, now: datetime, say: Say, reader: Reader) -> list[OpenLine]:
    """Everything that is open in a company, what hurts first; nobody is asked for what somebody else has to do."""
    lines = [
        *_installation_lines(points, links, now, say),
        *(_backup_lines(points, now, say) if reader.operates else ()),
        *waiting_lines(points.documents, links, now, say),
        *_message_lines(points, links, say),
        *_own_lines(points, links, say, reader),
        *_date_lines(points, links, now, say),
    ]
    return sorted(lines, key=lambda line: ("bad", "waiting", "info").index(line.tone))


def _installation_lines(points: OpenPoints, links: str, now: datetime, say: Say) -> list[OpenLine]:
    found: list[OpenLine] = []
    if points.unconfirmed_since is not None:
        text = say("Correlativos por confirmar: no se emite nada hasta que el operador los confirme")
        note = f"{say('desde')} {moment_words(points.unconfirmed_since)}"
        found.append(OpenLine("bad", text, None, note, f"{links}/counters"))
    return found


def _backup_lines(points: OpenPoints, now: datetime, say: Say) -> list[OpenLine]:
    found: list[OpenLine] = []
    if points.backed_up_at is None:
        found.append(OpenLine("waiting", say("Nunca se ha hecho una copia de seguridad"), None, "", _BACKUPS))
    elif now - points.backed_up_at > _BACKUP_OLD:
        days = (now - points.backed_up_at).days
        note = f"{say('la última:')} {moment_words(points.backed_up_at)}"
        found.append(OpenLine("waiting", say("Días sin copia de seguridad"), days, note, _BACKUPS))
    return found


def _message_lines(points: OpenPoints, links: str, say: Say) -> list[OpenLine]:
    found: list[OpenLine] = []
    if points.mails:
        text, note = say("Correos que no se entregaron"), say("de los últimos 60 días")
        found.append(OpenLine("bad", text, points.mails, note, f"{links}/mails"))
    if points.webhooks_off:
        found.append(OpenLine("bad", say("Webhooks apagados"), points.webhooks_off, "", f"{links}/webhooks"))
    if points.webhooks_failing:
        found.append(OpenLine("waiting", say("Webhooks que fallan"), points.webhooks_failing, "", f"{links}/webhooks"))
    if points.invalidations:
        text = say("Invalidaciones sin respuesta de Hacienda")
        found.append(OpenLine("waiting", text, points.invalidations, say("se envían solas"), f"{links}/documents"))
    return found


def _own_lines(points: OpenPoints, links: str, say: Say, reader: Reader) -> list[OpenLine]:
    found: list[OpenLine] = []
    company = f"{links}/company"
    if points.unsent_mail:
        text, note = say("Los documentos no se envían: falta el servidor de correo"), say("hay clientes con correo")
        found.append(OpenLine("waiting", text, None, note, f"{company}/mail" if reader.may_edit else company))
    if points.untried_access:
        text, note = say("El acceso a Hacienda está sin probar"), say("pruébelo antes de emitir")
        found.append(OpenLine("waiting", text, None, note, f"{company}/mh" if reader.may_edit else company))
    if points.old_drafts and reader.may_issue:
        text, note = say("Borradores suyos sin emitir"), say("de hace más de un día")
        found.append(OpenLine("info", text, points.old_drafts, note, f"{links}/drafts"))
    return found


def _date_lines(points: OpenPoints, links: str, now: datetime, say: Say) -> list[OpenLine]:
    found: list[OpenLine] = []
    today = local_date(now)
    if points.certificate_until is not None and points.certificate_until - now < _CERTIFICATE_SOON:
        left = max((local_date(points.certificate_until) - today).days, 0)
        tone, text = "waiting", say("Días de vigencia del certificado de Hacienda")
        if points.certificate_until <= now:
            tone, text = "bad", say("El certificado de Hacienda venció")
        note = f"{say('vence el')} {written_day(local_date(points.certificate_until))}"
        found.append(OpenLine(tone, text, left, note, f"{links}/company"))
    if points.v2_from - today >= -_V2_NEWS and points.v2_from.year < date.max.year:
        days = (points.v2_from - today).days
        text = say("Días para la Normativa v2.0") if days > 0 else say("La Normativa v2.0 ya rige")
        nothing = say("no hay que hacer nada: los documentos cambian solos")
        note = f"{say('desde el')} {written_day(points.v2_from)}; {nothing}"
        found.append(OpenLine("info", text, max(days, 0) or None, note, f"{links}/company"))
    return found


def missing_lines(slices: Sequence[Slice], invalidations: int, links: str, say: Say) -> list[OpenLine]:
    """The lines of a month that is not closed yet, out of its slices; none when it is closed."""
    found: list[OpenLine] = []
    for status, tone in (("contingency", "waiting"), ("registered", "waiting"), ("rejected", "bad")):
        open_here = [each for each in slices if each.status == status]
        notes = sum(each.documents for each in open_here if DOCUMENT_TYPES[each.doc_type].family == "note")
        number = sum(each.documents for each in open_here)
        if number:
            text = state_word(open_here[0].status, say)
            note = f"{say('de ellos, notas de crédito:')} {notes}" if notes else ""
            found.append(
                OpenLine(
                    tone,
                    text,
                    number,
                    note,
                    f"{links}/documents?state={'rejected' if status == 'rejected' else 'contingency'}",
                )
            )
    if invalidations:
        text = say("Invalidaciones sin respuesta de Hacienda")
        found.append(OpenLine("waiting", text, invalidations, "", f"{links}/documents"))
    return found


def due_lines(due: DueDates, month: str, today: date, say: Say) -> list[DueLine]:
    """The returns of a month that are not due yet, with the days left."""
    return [
        DueLine(_due_tone(day, today), f"{text}, {month}", written_day(day), _left(day, today, say))
        for text, day in ((say("F-07 y F-14"), due.vat), (say("F-930"), due.report))
        if day >= today
    ]


def _due_tone(day: date, today: date) -> str:
    return "bad" if (day - today).days <= 1 else "waiting" if (day - today).days <= 5 else "info"


def _left(day: date, today: date, say: Say) -> str:
    left = (day - today).days
    if left == 0:
        return say("vence hoy")
    return say("falta 1 día") if left == 1 else say("faltan {days} días").replace("{days}", str(left))
