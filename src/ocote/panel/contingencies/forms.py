"""The form for the cause of a contingency."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ocote.contingency.words import CAUSES
from ocote.dte.sections.transmission import LONGEST_REASON, SHORTEST_REASON
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.phrases import phrase


class CauseForm(PanelForm):
    """The kind of the cause (CAT-005), and the reason of the kind that needs one."""

    kind = RadioField(
        "Causa",
        [InputRequired("Elija la causa.")],
        choices=choices_of((str(kind), words.capitalize()) for kind, words in CAUSES.items()),
    )
    reason = TextAreaField(
        "Motivo",
        [
            Optional(),
            Length(
                SHORTEST_REASON,
                LONGEST_REASON,
                phrase("De %(least)s a %(most)s caracteres.", least=SHORTEST_REASON, most=LONGEST_REASON),
            ),
        ],
        description=phrase(
            "Solo con «otra», de %(least)s a %(most)s caracteres: Hacienda lo lee.",
            least=SHORTEST_REASON,
            most=LONGEST_REASON,
        ),
        render_kw={"rows": 2, "maxlength": LONGEST_REASON},
    )
