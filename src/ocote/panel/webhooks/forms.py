"""The forms of a webhook: its address, its events, and a new secret."""

from typing import Final

from wtforms import BooleanField, RadioField, SelectMultipleField, URLField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from ocote.outbox.webhooks import ALL_EVENTS, WEBHOOK_EVENTS
from ocote.outbox.words import EVENT_WORDS
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase

_EVENTS: Final = {
    name: phrase("%(event)s: el documento está %(state)s", event=name, state=phrase(EVENT_WORDS[name]))
    for name in WEBHOOK_EVENTS
}


class EventsForm(PanelForm):
    """Which events a webhook receives."""

    every = BooleanField("Todos los sucesos, también los de versiones que vengan")
    events = SelectMultipleField(
        "O solo estos",
        choices=choices_of(_EVENTS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def wanted(self) -> str:
        """The events as the services read them; empty when none was chosen."""
        return ALL_EVENTS if self.every.data else ",".join(self.events.data or ())


class WebhookForm(EventsForm):
    """A webhook to add."""

    url = URLField(
        "Dirección",
        [InputRequired("Escriba la dirección.")],
        description="Empieza con https:// y es de su software: recibe un aviso por cada suceso.",
        render_kw={"placeholder": "https://erp.ejemplo.com/ocote", "autocomplete": "off"},
    )


class RotateForm(PanelForm):
    """How long the secret before still signs."""

    keep = RadioField(
        "El secreto anterior",
        choices=choices_of({"24": "vale también durante 24 horas", "0": "deja de valer ahora, porque se filtró"}),
        default="24",
    )
