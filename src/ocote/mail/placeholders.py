"""Texts of a company with placeholders in braces, which each mail fills in. Pure."""

import re
from collections.abc import Mapping
from typing import Final

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "documento": "Tipo de documento",
    "numero": "Número de control",
    "cliente": "Nombre del cliente",
    "total": "Total a pagar",
    "empresa": "Nombre de la empresa",
    "fecha": "Fecha del documento",
}
"""The placeholders by their names in braces, in Spanish, with what each is replaced by."""

_PLACE: Final = re.compile(r"\{([^{}]*)\}")


def unknown_placeholders(template: str) -> tuple[str, ...]:
    """The texts in braces that no mail could fill in, as they are written, and braces without a partner.

    >>> unknown_placeholders("{cliente}: {saldo} {"), unknown_placeholders("Gracias, {cliente}")
    (('{saldo}', '{'), ())
    """
    unknown = [found[0] for found in _PLACE.finditer(template) if found[1] not in PLACEHOLDERS]
    rest = _PLACE.sub("", template)
    return tuple(dict.fromkeys((*unknown, *(brace for brace in "{}" if brace in rest))))


def filled_in(template: str, values: Mapping[str, str]) -> str:
    """The text with the values of a mail; a value is never read as a template.

    >>> filled_in("Gracias, {cliente}", {"cliente": "{total}"})
    'Gracias, {total}'
    """
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)
