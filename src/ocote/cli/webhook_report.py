"""Shows webhooks, their state and their answers to the operator."""

from rich.table import Table
from rich.text import Text

from ocote.clock import system_clock
from ocote.documents.reasons import attempt_text
from ocote.outbox.outcome import Failed
from ocote.outbox.webhook_trial import Trial
from ocote.outbox.webhooks import WEBHOOK_EVENTS
from ocote.outbox.words import EVENT_WORDS, OFF_REASONS
from ocote.store.engine.values import moment_text
from ocote.store.sending_reason import SendingReason, on_one_line
from ocote.store.webhooks import WebhookRow
from ocote.webhooks.http import Answered
from ocote.wording.environment import ENVIRONMENT_NAMES
from ocote.wording.moments import local_day_text, local_moment_text


def webhook_table(hooks: list[WebhookRow]) -> Table:
    """The webhooks with what they get and how they are; no secret is shown."""
    table = Table(show_lines=True)
    table.add_column("Webhook", no_wrap=True)
    table.add_column("Dirección y sucesos", overflow="fold")
    table.add_column("Estado", overflow="fold")
    table.add_column("Empresa", overflow="fold")
    now = moment_text(system_clock())
    for hook in hooks:
        table.add_row(
            hook.id,
            Text(f"{hook.url}\n{_events(hook)}"),
            Text("\n".join(_state(hook, now))),
            Text(f"{hook.name}\n{hook.nit} ({ENVIRONMENT_NAMES[hook.environment]})"),
        )
    return table


def event_table() -> Table:
    """The events that a webhook can choose, with their meaning."""
    table = Table("Suceso", "El documento está")
    for name in WEBHOOK_EVENTS:
        table.add_row(name, EVENT_WORDS[name])
    return table


def trial_text(trial: Trial) -> Text:
    """The answer of the receiver to a message that announces nothing, and the remedy."""
    answered = trial.answered
    if isinstance(answered, Answered):
        answer = f"{answered.status} {on_one_line(answered.excerpt)}".rstrip()
    else:
        kept = answered.why.kept() if isinstance(answered.why, SendingReason) else answered.why
        answer = attempt_text(None, kept)
    lines = [f"{trial.hook.url}\nRespuesta: {answer}"]
    if isinstance(trial.outcome, Failed):
        lines.append(f"Un aviso con esta respuesta {_consequence(trial.outcome)}: se espera un código de 200 a 299.")
    elif trial.hook.disabled_at is not None:
        lines.append(f"El webhook está apagado. Enciéndalo: ocote webhook enable {trial.hook.id}")
    return Text("\n".join(lines), overflow="fold")


def _consequence(failed: Failed) -> str:
    """The consequence of a failure for the announcement, and for the others of its webhook."""
    if failed.is_permanent:
        return "apagaría el webhook"
    if not failed.is_about_the_lane:
        return "se intentaría otra vez"
    asked = f" hasta {local_moment_text(moment_text(failed.not_before))}" if failed.not_before is not None else ""
    return f"se intentaría otra vez, y los demás del webhook esperarían{asked}"


def _events(hook: WebhookRow) -> str:
    return "todos los sucesos" if hook.events is None else hook.events.replace(" ", "\n")


def _state(hook: WebhookRow, now: str) -> list[str]:
    if hook.removed_at is not None:
        return [f"quitado\n{local_day_text(hook.removed_at)}"]
    lines = []
    if hook.disabled_at is not None and hook.disabled_because is not None:
        lines.append(f"apagado: {OFF_REASONS[hook.disabled_because]}\n{local_moment_text(hook.disabled_at)}")
    else:
        lines.append(f"activo\n{local_day_text(hook.created_at)}")
    if hook.failing_since is not None:
        lines.append(f"no recibe nada desde {local_moment_text(hook.failing_since)}")
    if hook.paused_until is not None and hook.paused_until > now:
        lines.append(f"pidió una pausa hasta {local_moment_text(hook.paused_until)}")
    if hook.previous_until is not None and hook.previous_until > now:
        lines.append(f"el secreto anterior vale hasta {local_moment_text(hook.previous_until)}")
    return lines
