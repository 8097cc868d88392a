"""Webhooks and their deliveries in words. Pure."""

from typing import Literal

from msgspec import Struct

from ocote.documents.reasons import attempt_text
from ocote.outbox.outcome import Failed
from ocote.outbox.webhook_trial import Trial
from ocote.outbox.webhooks import WEBHOOK_EVENTS
from ocote.outbox.words import EVENT_WORDS, OFF_REASONS, SENDING_STATES
from ocote.panel.frame.moments import shown_moment
from ocote.panel.frame.phrases import phrase
from ocote.store.sending_reason import SendingReason, on_one_line
from ocote.store.sendings import ListedSendingRow
from ocote.store.webhooks import WebhookRow
from ocote.webhooks.http import Answered

_Shade = Literal["good", "waiting", "bad", "info"]
_SHADES: dict[str, _Shade] = {
    "queued": "waiting",
    "sending": "waiting",
    "sent": "good",
    "refused": "bad",
    "expired": "bad",
    "obsolete": "info",
}


class WebhookLine(Struct, frozen=True):
    """A webhook with its health."""

    id: str
    url: str
    events: str
    tone: _Shade
    state: str
    details: tuple[str, ...]
    is_on: bool
    since: str


class DeliveryLine(Struct, frozen=True):
    """An announcement with the answer of its receiver."""

    id: str
    event: str
    what: str
    document: str
    document_id: str
    tone: _Shade
    state: str
    when: str
    answer: str
    may_repeat: bool


class TrialWords(Struct, frozen=True):
    """The answer of a receiver to a message that announces nothing."""

    tone: _Shade
    text: str


def webhook_line(hook: WebhookRow, now: str) -> WebhookLine:
    """A webhook in words; ``now`` is stored text."""
    tone, state = _health(hook)
    details = []
    if hook.disabled_at is None and hook.failing_since is not None:
        details.append(phrase("No recibe nada desde el %(at)s", at=shown_moment(hook.failing_since)))
    if hook.paused_until is not None and hook.paused_until > now:
        details.append(phrase("Pidió una pausa hasta el %(at)s", at=shown_moment(hook.paused_until)))
    if hook.previous_until is not None and hook.previous_until > now:
        details.append(phrase("El secreto anterior vale hasta el %(at)s", at=shown_moment(hook.previous_until)))
    return WebhookLine(
        id=hook.id,
        url=hook.url,
        events=phrase("Todos los sucesos") if hook.events is None else hook.events.replace(" ", ", "),
        tone=tone,
        state=state,
        details=tuple(details),
        is_on=hook.disabled_at is None,
        since=shown_moment(hook.created_at),
    )


def webhook_lines(hooks: list[WebhookRow], now: str) -> tuple[WebhookLine, ...]:
    """The webhooks of a company in words."""
    return tuple(webhook_line(hook, now) for hook in hooks)


def chosen(hook: WebhookRow) -> list[str]:
    """The names of the chosen events."""
    return list(WEBHOOK_EVENTS) if hook.events is None else hook.events.split()


def delivery_line(row: ListedSendingRow, *, is_on: bool) -> DeliveryLine:
    """One announcement in words."""
    is_held = row.state == "queued" and row.due_at is None
    if is_held:
        when: str = phrase("Guardado: el webhook está o estuvo apagado")
    elif row.state == "queued" and row.next_attempt_at is not None:
        when = phrase("Próximo intento: %(when)s", when=shown_moment(row.next_attempt_at))
    else:
        when = shown_moment(row.answered_at or row.created_at)
    return DeliveryLine(
        id=row.id,
        event=row.event,
        what=phrase("Documento %(state)s", state=phrase(EVENT_WORDS.get(row.event, row.event))),
        document=row.control_number,
        document_id=row.document_id,
        tone=_SHADES[row.state],
        state="Guardado" if is_held else SENDING_STATES[row.state].capitalize(),
        when=when,
        answer=attempt_text(row.status, row.answer) if row.attempts else "",
        may_repeat=is_on and row.state != "sending",
    )


def trial_words(trial: Trial) -> TrialWords:
    """The answer to a test message, and what an announcement with this answer would lead to."""
    answered = trial.answered
    if isinstance(answered, Answered):
        answer = f"{answered.status} {on_one_line(answered.excerpt)}".rstrip()
    else:
        kept = answered.why.kept() if isinstance(answered.why, SendingReason) else answered.why
        answer = attempt_text(None, kept)
    if not isinstance(trial.outcome, Failed):
        return TrialWords("good", phrase("Recibió la prueba. Respondió: %(answer)s", answer=answer))
    if trial.outcome.is_permanent:
        text = phrase("Un aviso con esta respuesta apagaría el webhook. Respondió: %(answer)s", answer=answer)
        return TrialWords("bad", text)
    text = phrase("No recibió la prueba: se espera un código de 200 a 299. Respondió: %(answer)s", answer=answer)
    return TrialWords("bad", text)


def _health(hook: WebhookRow) -> tuple[_Shade, str]:
    if hook.disabled_at is not None:
        why = phrase(OFF_REASONS[hook.disabled_because or "operator"])
        return "bad", phrase("Apagado el %(at)s: %(why)s", at=shown_moment(hook.disabled_at), why=why)
    if hook.failing_since is not None:
        return "waiting", "Falla"
    return "good", "Activo"
