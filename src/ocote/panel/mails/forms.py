"""The form with which a document is mailed again."""

from wtforms import StringField

from ocote.panel.frame.panel_form import PanelForm


class ResendForm(PanelForm):
    """The address, or several with commas between them."""

    to = StringField(
        "Para",
        description="Puede escribir otra dirección, o varias con comas.",
        render_kw={"inputmode": "email", "autocomplete": "off", "required": True},
    )
