"""The form of an export: its first and last day, and the kind of file."""

from typing import Final

from wtforms import DateField, RadioField

from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm

FORMATS: Final = (
    ("zip", "Todos los archivos: el JSON y el PDF de cada documento, con su índice (ZIP)"),
    ("xlsx", "Índice para hojas de cálculo (XLSX)"),
    ("csv", "Índice en texto (CSV)"),
)


class ExportForm(PanelForm):
    """The days, both included, and the kind of file."""

    date_from = DateField("Desde", render_kw={"required": True})
    date_to = DateField("Hasta", render_kw={"required": True})
    format = RadioField("Archivo", choices=choices_of(FORMATS), default="zip")
