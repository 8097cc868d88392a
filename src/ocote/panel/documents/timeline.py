"""The life of a document as a list of moments, each in words a shop owner understands. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.archive.lives import DocumentLife
from ocote.dte.catalogs import Catalog
from ocote.errors import MH
from ocote.panel.documents.pages import DocumentTone
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.phrases import phrase, together
from ocote.printing.names import word
from ocote.store.document_life import CancellingRow, PersonsActRow
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment
from ocote.store.sending_reason import reason_of
from ocote.store.sendings import SendingRow

_LONGEST_ANSWER: Final = 20_000
_CLOSE: Final = {"registered": "waiting", "contingency": "waiting", "stamped": "good", "rejected": "bad"}


class LifeMoment(Struct, frozen=True):
    """Something that happened to a document. ``details`` is shown on request; "" when there is nothing more to show."""

    moment: str
    tone: DocumentTone
    title: str
    text: str = ""
    details: str = ""

    @property
    def at(self) -> str:
        """The moment in El Salvador's time."""
        return moment_words(moment(self.moment))


def happenings(life: DocumentLife, *, is_whole: bool = True) -> tuple[LifeMoment, ...]:
    """Everything that happened to a document, the oldest first; not whole, without announcements and raw answers."""
    found = [
        _posted(life),
        *_versions(life),
        *_outage(life),
        *_outcome(life),
        *(each for row in life.rows.cancellings for each in _cancelling(row)),
        *map(_mail, life.mails),
        *(_announcement(row, life.webhooks) for row in life.announcements if is_whole),
        *map(_note, life.rows.notes),
        *map(_act, life.rows.acts),
    ]
    shown = found if is_whole else [replace(each, details="") for each in found]
    return tuple(sorted(shown, key=lambda each: each.moment))


def meaning_of(code: str) -> str:
    """The meaning of a code of MH, in words for people; "" for an unknown code."""
    entry = MH.get(code)
    return entry.explanation if entry is not None else ""


def _posted(life: DocumentLife) -> LifeMoment:
    origin = life.rows.origin
    first = min(life.rows.versions, key=lambda each: each.version, default=None)
    key = first.key if first is not None else origin.key
    who: str
    if origin.person_name is not None:
        who = phrase("Desde el panel, por %(name)s (%(email)s).", name=origin.person_name, email=origin.person_email)
    elif key is not None:
        who = phrase("Por la API, con la clave %(key)s.", key=key)
    else:
        who = ""
    return LifeMoment(life.row.posted_at, "info", "Pedido y firmado", who)


_WHY: Final[Mapping[str, str]] = {
    "rejected": "Se corrigió y se firmó otra vez después del rechazo de Hacienda.",
    "contingency": "Se firmó otra vez como documento de contingencia, porque Hacienda no respondió.",
    "number": "Se firmó otra vez con otro número: Hacienda ya tenía un documento con el anterior.",
}


def _versions(life: DocumentLife) -> Iterator[LifeMoment]:
    for row in life.rows.versions:
        if row.rejected_at is not None:
            text, details = _answered(row.answer)
            yield LifeMoment(
                row.rejected_at, "bad", phrase("Rechazado por Hacienda (versión %(n)s)", n=row.version), text, details
            )
        if row.superseded_at is not None:
            key = _by_key(row.key) if row.why == "rejected" else ""
            text = together(phrase(_WHY.get(row.why, "Se firmó otra vez.")), key)
            yield LifeMoment(
                row.superseded_at, "info", phrase("Versión %(n)s", n=row.version + 1), text, row.generation_code
            )


def _outage(life: DocumentLife) -> Iterator[LifeMoment]:
    row = life.rows.outage
    if row is None:
        return
    cause = row.reason or word(Catalog.CONTINGENCY_KINDS, row.kind)
    yield LifeMoment(
        max(row.began_at, life.row.posted_at), "waiting", "En contingencia", phrase("Causa: %(cause)s.", cause=cause)
    )
    if row.ended_at is not None and row.ended_at >= life.row.posted_at:
        yield LifeMoment(row.ended_at, "info", "Terminó la causa de la contingencia")
    if row.event_signed_at is not None and row.event_code is not None:
        yield LifeMoment(row.event_signed_at, "info", "Informado en un evento de contingencia", details=row.event_code)
    if row.event_settled_at is not None:
        is_taken = row.event_state == "stamped"
        said = (
            "Hacienda selló el evento de contingencia" if is_taken else "Hacienda no aceptó el evento de contingencia"
        )
        text, details = row.event_message or "", _pretty(row.event_answer)
        yield LifeMoment(row.event_settled_at, "good" if is_taken else "bad", said, text, details)
    if row.lot_sent_at is not None:
        code = phrase("Código del lote: %(code)s", code=row.lot_code) if row.lot_code else ""
        yield LifeMoment(row.lot_sent_at, "info", "Transmitido a Hacienda en un lote", code)


def _outcome(life: DocumentLife) -> Iterator[LifeMoment]:
    """MH's answer to the last version, or how often MH was asked in vain."""
    row = life.row
    text, details = _answered(life.answer, _said(row.mh_code, row.mh_message, life.document.observations))
    if row.stamped_at is not None:
        title = "Sellado con observaciones" if row.mh_code or life.document.observations else "Sellado por Hacienda"
        yield LifeMoment(row.stamped_at, "good", title, text if title != "Sellado por Hacienda" else "", details)
    if row.rejected_at is not None:
        yield LifeMoment(row.rejected_at, "bad", "Rechazado por Hacienda", text, details)
    if row.invalidated_at is not None and row.invalidated_by == "note":
        yield LifeMoment(row.invalidated_at, "", "Invalidado por una nota de crédito")
    if row.state in ("registered", "contingency") and row.attempts:
        once = row.attempts == 1
        times = "Se ha intentado una vez." if once else phrase("Se ha intentado %(n)s veces.", n=row.attempts)
        yield LifeMoment(row.posted_at, "waiting", "Sin respuesta de Hacienda", times)


def _by_key(key: str | None) -> str:
    return phrase("Clave %(key)s.", key=key) if key else ""


_REASONS: Final = {1: "error en la información", 2: "operación rescindida", 3: "otro motivo"}


def _cancelling(row: CancellingRow) -> Iterator[LifeMoment]:
    reason = phrase(_REASONS.get(row.reason, str(row.reason)))
    code = row.replacement_code
    text = together(
        phrase("Motivo: %(reason)s.", reason=reason),
        _by_key(row.key),
        phrase("Lo reemplaza %(code)s.", code=code) if code else "",
    )
    yield LifeMoment(row.requested_at, "info", "Se pidió invalidarlo", text, row.generation_code)
    if row.settled_at is None:
        if row.attempts:
            yield LifeMoment(row.requested_at, "waiting", "Hacienda no ha respondido al evento", row.mh_message)
        return
    said = _said(row.mh_code, row.mh_message, json.loads(row.observations))
    answered, details = _answered(row.answer, said)
    is_done = row.state == "stamped"
    title = "Invalidado ante Hacienda" if is_done else "Hacienda rechazó la invalidación"
    yield LifeMoment(
        row.settled_at,
        "" if is_done else "bad",
        title,
        phrase("Sello %(stamp)s.", stamp=row.stamp) if is_done and row.stamp else answered,
        details,
    )


_SENT: Final[Mapping[str, tuple[DocumentTone, str]]] = {
    "queued": ("waiting", "en espera"),
    "sending": ("waiting", "enviándose"),
    "sent": ("good", phrase("entregado")),
    "refused": ("bad", "no se entregó"),
    "expired": ("bad", "no se entregó a tiempo"),
    "obsolete": ("", "ya no hacía falta"),
}
_SPANISH: Final[Mapping[str, str]] = {"login_refused": "El servidor de correo no aceptó la contraseña."}


def _mail(row: SendingRow) -> LifeMoment:
    tone, state = _SENT[row.state]
    reason = reason_of(row.status, row.answer)
    details = row.answer if reason is None else _SPANISH.get(reason.code, reason.english())
    code = f"{row.status} " if row.status is not None and row.answer else ""
    return LifeMoment(
        row.created_at, tone, phrase("Correo %(state)s", state=phrase(state)), row.target, f"{code}{details}".strip()
    )


def _announcement(row: SendingRow, webhooks: Mapping[str, str]) -> LifeMoment:
    tone, state = _SENT[row.state]
    url = webhooks.get(row.target, row.target)
    status = f"HTTP {row.status}. " if row.status is not None else ""
    return LifeMoment(
        row.created_at,
        tone,
        phrase("Webhook %(state)s", state=phrase(state)),
        f"{row.event} → {url}",
        f"{status}{row.answer}".strip(),
    )


def _note(row: DocumentRow) -> LifeMoment:
    tone = _CLOSE[row.state]
    return LifeMoment(row.posted_at, _tone(tone), "Nota de crédito sobre este documento", row.control_number)


_ACTS: Final[Mapping[str, str]] = {
    "email_sent_again": "Se pidió enviarlo otra vez por correo",
    "public_link_replaced": "Se renovó el enlace público",
    "cancellation_asked": "Se pidió invalidarlo desde el panel",
    "document_cancelled": "Quedó invalidado",
}


def _act(row: PersonsActRow) -> LifeMoment:
    return LifeMoment(row.at, "info", _ACTS.get(row.act, row.act), phrase("Por %(author)s.", author=row.author))


def _said(code: str, message: str, observations: Iterator[str] | Any) -> str:
    """MH's code, message and observations, and what the code means."""
    head = ": ".join(part for part in (code, message) if part)
    parts = (head, *observations, meaning_of(code))
    return " · ".join(part for part in parts if part)


def _answered(answer: str | None, said: str = "") -> tuple[str, str]:
    """MH's answer in words and in full; ``said`` takes the place of what an answer itself says."""
    if said or answer is None:
        return said, _pretty(answer)
    try:
        found = json.loads(answer)
    except ValueError:
        return "", _pretty(answer)
    if not isinstance(found, dict):
        return "", _pretty(answer)
    observations = found.get("observaciones")
    listed = [str(each) for each in observations] if isinstance(observations, list) else []
    code, message = str(found.get("codigoMsg") or ""), str(found.get("descripcionMsg") or "")
    return _said(code, message, listed), _pretty(answer)


def _pretty(answer: str | None) -> str:
    """MH's raw answer, with a line for each field when it is JSON."""
    if not answer:
        return ""
    try:
        text = json.dumps(json.loads(answer), ensure_ascii=False, indent=2)
    except ValueError:
        text = answer
    return text[:_LONGEST_ANSWER]


def _tone(text: str) -> DocumentTone:
    tones: dict[str, DocumentTone] = {"good": "good", "waiting": "waiting", "bad": "bad"}
    return tones[text]
