"""Spanish texts that are translated where they are shown: a text remembers its template and its values."""

from collections.abc import Callable
from typing import Any, Self


class Phrase(str):
    """A complete Spanish text that also knows its template and its values, so that a page can show it in English.

    Pure code makes it with ``phrase`` and passes it on as any text; ``say`` and every template translate it.
    """

    template: str
    values: dict[str, Any]

    def __mod__(self, values: Any) -> Self:
        """The text as it is: the library of forms fills in the messages of its checks, and this one is complete."""
        del values
        return self

    def said(self, gettext: Callable[[str], str]) -> str:
        """The text by a catalog, with those of its values that are Spanish texts."""
        values = {
            name: value.said(gettext) if isinstance(value, Phrase) else value for name, value in self.values.items()
        }
        return _filled(gettext(self.template), values)


def phrase(template: str, **values: Any) -> Phrase:
    """A Spanish text with its values: ``phrase("Próximo intento: %(when)s", when=…)``."""
    made = Phrase(_filled(template, values))
    made.template, made.values = template, values
    return made


def together(*texts: str, between: str = " ") -> Phrase:
    """The texts that are not empty, one behind the other; those that ``phrase`` made are translated."""
    shown = {f"part{position}": text for position, text in enumerate(texts) if text}
    return phrase(between.join(f"%({name})s" for name in shown), **shown)


def _filled(template: str, values: dict[str, Any]) -> str:
    return template % values if values else template
