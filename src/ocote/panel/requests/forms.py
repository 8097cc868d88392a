"""The filter of the list of requests, and the form of a call to try."""

from datetime import date, timedelta
from typing import Final

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.day_field import DayField, beginning_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.requests.reference import MAX_REFERENCE
from ocote.store.api_requests import RequestFilter

_FAILED: Final = "failed"
_CLASSES: Final[dict[str, tuple[int, int]]] = {
    "done": (200, 400),
    "client": (400, 500),
    "server": (500, 600),
    "left": (0, 1),
}
"""The statuses of a class: from, and below."""

STATUS_CHOICES: Final = (
    ("", "Todas"),
    (_FAILED, "Con fallo"),
    ("done", "Respondidas (200)"),
    ("client", "Rechazadas (400 a 499)"),
    ("server", "Fallos del servicio (500 o más)"),
    ("left", "Sin respuesta: el cliente se fue"),
)


class RequestFilterForm(PanelForm):
    """The filters of the list: a name, a class of statuses, a key, a route, a day."""

    q = StringField("Buscar", [Optional(), Length(max=MAX_REFERENCE, message="Escriba menos letras.")])
    status = SelectField("Estado", [Optional()], choices=choices_of(STATUS_CHOICES), validate_choice=False)
    key = SelectField("Clave", [Optional()], validate_choice=False)
    route = SelectField("Ruta", [Optional()], validate_choice=False)
    day = DayField("Día", [Optional()])

    def asked(self) -> dict[str, str]:
        """The fields that are filled in, as the query of an address."""
        values = {
            "q": (self.q.data or "").strip(),
            "status": self.status.data if self.status.data in dict(STATUS_CHOICES) else "",
            "key": self.key.data or "",
            "route": self.route.data or "",
            "day": self.day.data.isoformat() if self.day.data else "",
        }
        return {name: value for name, value in values.items() if value}

    def wanted(self, most: int, before: int | None) -> RequestFilter:
        """The filter for the database."""
        asked = self.asked()
        least, above = _CLASSES.get(asked.get("status", ""), (0, 1000))
        day: date | None = self.day.data
        return RequestFilter(
            most,
            before=before,
            is_failed=asked.get("status") == _FAILED,
            least=least,
            above=above,
            key=asked.get("key"),
            route=asked.get("route"),
            name=asked.get("q"),
            since=beginning_of(day) if day else None,
            until=beginning_of(day + timedelta(days=1)) if day else None,
        )


class TrialForm(PanelForm):
    """A call to try: the operation, the point of sale, the body."""

    endpoint = SelectField("Operación", [InputRequired("Elija una operación.")])
    point = SelectField("Punto de venta", [InputRequired("Elija un punto de venta.")])
    body = TextAreaField(
        "Cuerpo (JSON)",
        render_kw={"rows": 18, "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off", "class": "code"},
    )
    is_strict = BooleanField(
        "Estricta", description="Nada se ignora ni se completa: todo aviso es un fallo (Prefer: handling=strict)."
    )
