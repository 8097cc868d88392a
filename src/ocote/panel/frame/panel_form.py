"""The form from which every form of the panel derives: what the library of forms says of itself is in Spanish too."""

from collections.abc import Mapping
from typing import Any, Final

from wtforms import Form
from wtforms.meta import DefaultMeta

from ocote.panel.frame.phrases import Phrase, phrase

LIBRARY_WORDS: Final[Mapping[str, str]] = {
    "This field is required.": "Complete este dato.",
    "Not a valid choice.": "Elija una de las opciones.",
    "Invalid Choice: could not coerce.": "Elija una de las opciones.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Elija solo opciones de la lista.",
    "'%(value)s' are not valid choices for this field.": "Elija solo opciones de la lista.",
    "Not a valid integer value.": "Escriba un número entero, sin letras.",
    "Not a valid decimal value.": "Escriba un número.",
    "Not a valid date value.": "Elija una fecha que exista.",
    "Field must be equal to %(other_name)s.": "Los dos datos no son iguales.",
    "Field must be at least %(min)d characters long.": "Escriba al menos %(min)d caracteres.",
    "Field cannot be longer than %(max)d characters.": "Escriba como máximo %(max)d caracteres.",
    "Field must be exactly %(max)d characters long.": "Escriba %(max)d caracteres, ni más ni menos.",
    "Field must be between %(min)d and %(max)d characters long.": "Escriba entre %(min)d y %(max)d caracteres.",
    "Number must be at least %(min)s.": "Escriba %(min)s o un número mayor.",
    "Number must be at most %(max)s.": "Escriba %(max)s o un número menor.",
    "Number must be between %(min)s and %(max)s.": "Escriba un número de %(min)s a %(max)s.",
    "Invalid email address.": "Escriba un correo, por ejemplo nombre@dominio.com.",
    "Invalid URL.": "Escriba una dirección completa, que empiece con https://.",
}
"""What the library says, in its own plural where it has one, and what the person reads."""

_ELSE: Final = "Este dato no es válido."


class _Unfilled(str):
    """A text that becomes a phrase with the values that the library fills into it."""

    __slots__ = ()

    def __mod__(self, values: Any) -> Phrase:
        return phrase(str(self), **values)


class _Words:
    """Answers for the catalog of texts of the library."""

    def gettext(self, text: str) -> str:
        """The Spanish text for one of the library's."""
        return _Unfilled(LIBRARY_WORDS.get(text, _ELSE))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The Spanish text for one of the library's that depends on a number."""
        del singular, n
        return self.gettext(plural)


class PanelForm(Form):
    """A form of the panel. Its own messages are Spanish texts, which the pages translate as all others."""

    class Meta(DefaultMeta):
        """Sets the texts of the library."""

        def get_translations(self, form: Any) -> Any:
            """The texts, whatever the form."""
            del form
            return _WORDS_OF_EVERY_FORM


_WORDS_OF_EVERY_FORM: Final = _Words()
