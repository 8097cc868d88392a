"""The forms of passkeys: what a browser answers, and the label of a passkey."""

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase
from ocote.people.passkeys import LONGEST_LABEL
from ocote.people.person import shown_name

_NEEDED = "Complete este dato."


class PasskeyLabelForm(PanelForm):
    """The label of a passkey, by which its person knows it again."""

    label = StringField(
        "Nombre de la llave",
        [
            DataRequired(_NEEDED),
            Length(max=LONGEST_LABEL, message=phrase("Use %(n)s letras como máximo.", n=LONGEST_LABEL)),
        ],
        description="Para reconocerla en la lista, por ejemplo «Teléfono de la tienda».",
        render_kw={"maxlength": LONGEST_LABEL, "autocomplete": "off"},
        filters=[lambda text: shown_name(text) if text else text],
    )


class NewPasskeyForm(PasskeyLabelForm):
    """A new passkey: the label, and what the browser answers."""

    credential = HiddenField()
