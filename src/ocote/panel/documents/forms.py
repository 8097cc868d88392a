"""The forms about documents: the filter of the list, sending by e-mail, and cancelling."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.faults import Fault
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase

_PERIODS: Final = (("", "Todos los días"), ("today", "Hoy"), ("yesterday", "Ayer"), ("month", "Este mes"))
_STATES: Final = (
    ("", "Todos"),
    ("stamped", "Sellados"),
    ("contingency", "En espera de Hacienda"),
    ("rejected", "Rechazados"),
    ("invalidated", "Invalidados"),
)
_REASONS: Final = (
    ("1", "1. Error en la información del documento"),
    ("2", "2. Rescindir la operación realizada"),
    ("3", "3. Otro motivo"),
)
_LONGEST: Final = 500


class FilterForm(PanelForm):
    """The filter of the list; its values stand in the address of the page."""

    period = SelectField("Período", choices=choices_of(_PERIODS), validate_choice=False)
    date_from = DateField("Desde", [Optional()])
    date_to = DateField("Hasta", [Optional()])
    doc_type = SelectField(
        "Tipo",
        choices=choices_of([("", "Todos"), *((row.code, row.title) for row in DOCUMENT_TYPES.values())]),
        validate_choice=False,
    )
    state = SelectField("Estado", choices=choices_of(_STATES), validate_choice=False)
    point = SelectField("Punto de venta", choices=choices_of([("", "Todos")]), validate_choice=False)
    customer = StringField("Cliente o proveedor")

    def offer(self, points: Iterable[str]) -> None:
        """Offers points of sale."""
        self.point.choices = choices_of([("", "Todos"), *((point, point) for point in points)])


class EmailForm(PanelForm):
    """To whom a document is sent."""

    to = StringField(
        "Enviar a",
        [Length(max=2000)],
        description="Deje vacío para enviarlo a los correos con que se emitió. Separe varios con comas.",
        render_kw={"inputmode": "email", "autocomplete": "off"},
    )


class CancelForm(PanelForm):
    """Why a document is cancelled, and who asked for it."""

    reason = RadioField("Motivo", [InputRequired("Elija el motivo.")], choices=choices_of(_REASONS), default="2")
    note = TextAreaField(
        "Explicación",
        [Length(max=_LONGEST)],
        render_kw={"rows": 3},
    )
    replacement = StringField(
        "Documento que lo reemplaza",
        [Length(max=_LONGEST)],
        description="Número de control o referencia del que toma su lugar, ya sellado. Obligatorio salvo al rescindir.",
    )
    requester_name = StringField(
        "Nombre de quien lo pide",
        [Length(max=_LONGEST)],
        description="Deje vacío para nombrar a la persona responsable de la empresa.",
    )
    requester_document_type = SelectField("Tipo de documento de quien lo pide", choices=[], validate_choice=False)
    requester_document_number = StringField("Número de documento de quien lo pide", [Length(max=_LONGEST)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = catalogs.labels(Catalog.IDENTITY_DOCUMENTS)
        self.requester_document_type.choices = choices_of([("", "—"), *kinds.items()])

    def bound(self, lengths: range | None) -> None:
        """Says at the explanation what the event admits there; None for no event."""
        if lengths is not None:
            shortest, longest = lengths.start, lengths.stop - 1
            self.note.description = phrase(
                "De %(shortest)s a %(longest)s caracteres. Obligatoria si es otro motivo.",
                shortest=shortest,
                longest=longest,
            )
            self.note.render_kw = {**self.note.render_kw, "maxlength": longest}

    def reason_words(self) -> str:
        """The chosen reason in words."""
        return dict(_REASONS).get(str(self.reason.data), "")

    def body(self) -> dict[str, Any]:
        """The body of the request of the API that says the same; a field left empty is not sent."""
        requester = _sent(
            name=self.requester_name.data,
            document_type=self.requester_document_type.data,
            document_number=self.requester_document_number.data,
        )
        reason = str(self.reason.data or "")
        return {
            **({"reason": Decimal(reason)} if reason.isascii() and reason.isdigit() and len(reason) == 1 else {}),
            **_sent(note=self.note.data, replacement=self.replacement.data),
            **({"requested_by": requester} if requester else {}),
        }

    def explain(self, faults: Iterable[Fault]) -> None:
        """Shows each fault of the request at its field; those of no field stand above the form."""
        for fault in faults:
            name = _FIELDS.get(fault.field)
            if name is None:
                self.form_errors.append(fault.message)
            else:
                self[name].errors = (*self[name].errors, _sentence(fault.message))


_FIELDS: Final[Mapping[str, str]] = {
    "reason": "reason",
    "note": "note",
    "replacement": "replacement",
    "requested_by": "requester_name",
    "requested_by.name": "requester_name",
    "requested_by.document_type": "requester_document_type",
    "requested_by.document_number": "requester_document_number",
}


def _sent(**values: str | None) -> dict[str, str]:
    return {name: value.strip() for name, value in values.items() if value and value.strip()}


def _sentence(message: str) -> str:
    """A message of the table of codes as a sentence of its own."""
    text = message[:1].upper() + message[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."
