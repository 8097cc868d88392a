"""E-mails in words: their state, the answer of the server, and what happens next. Pure."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from ocote.documents.reasons import attempt_text
from ocote.outbox.words import EVENT_WORDS, SENDING_STATES
from ocote.panel.frame.moments import shown_moment
from ocote.panel.frame.phrases import phrase
from ocote.store.sending_pages import SendingView
from ocote.store.sendings import ListedSendingRow, SendingState

_TONES: Final[Mapping[SendingState, Literal["good", "waiting", "bad", "info"]]] = {
    "queued": "waiting",
    "sending": "waiting",
    "sent": "good",
    "refused": "bad",
    "expired": "bad",
    "obsolete": "info",
}
_VIEWS: Final[tuple[tuple[SendingView, str], ...]] = (
    ("given_up", "No entregados"),
    ("waiting", "En espera"),
    ("all", "Todos"),
)
_EXPLAINED: Final[Mapping[SendingState, str]] = {
    "queued": "Se intentará otra vez por sí solo.",
    "sending": "Se está enviando en este momento.",
    "sent": "El servidor de correo lo recibió.",
    "refused": "El servidor lo rechazó para siempre: no se intentará más. Corrija la dirección y envíelo otra vez.",
    "expired": "Se intentó durante días sin lograrlo, y se dejó. Corrija la causa y envíelo otra vez.",
    "obsolete": "Ya no hacía falta.",
}


class MailLine(Struct, frozen=True):
    """An e-mail of the list."""

    id: str
    to: str
    document: str
    document_id: str
    reference: str
    why: str
    state: str
    tone: str
    when: str
    answer: str
    explained: str
    attempts: int


class MailTab(Struct, frozen=True):
    """A link of ``parts.tabs``."""

    href: str
    label: str
    is_current: bool


def read_view(text: str | None) -> SendingView:
    """The messages that an address asks for; those that were not delivered without one."""
    return next((view for view, _ in _VIEWS if view == text), "given_up")


def mail_tabs(href: str, current: SendingView | None) -> tuple[MailTab, ...]:
    """The views of the list; None for none of them."""
    return tuple(MailTab(f"{href}?view={view}", label, view == current) for view, label in _VIEWS)


def mail_line(row: ListedSendingRow) -> MailLine:
    """One e-mail in words."""
    return MailLine(
        id=row.id,
        to=row.target,
        document=row.control_number,
        document_id=row.document_id,
        reference=row.external_ref,
        why=phrase("Documento %(state)s", state=phrase(EVENT_WORDS.get(row.event, row.event))),
        state=SENDING_STATES[row.state].capitalize(),
        tone=_TONES[row.state],
        when=_when(row),
        answer=attempt_text(row.status, row.answer) if row.attempts else "",
        explained=_EXPLAINED[row.state],
        attempts=row.attempts,
    )


def mail_lines(rows: tuple[ListedSendingRow, ...]) -> tuple[MailLine, ...]:
    """The e-mails of a page in words."""
    return tuple(mail_line(row) for row in rows)


def _when(row: ListedSendingRow) -> str:
    if row.state == "queued" and row.next_attempt_at is not None:
        return phrase("Próximo intento: %(when)s", when=shown_moment(row.next_attempt_at))
    return shown_moment(row.answered_at or row.created_at)
