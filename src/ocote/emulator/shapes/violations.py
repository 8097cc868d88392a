"""The violations found by a schema check, and MH's two wordings of them (protocol.md 5.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["format", "too_short", "too_long", "extra", "missing", "invalid", "parent"]
Dialect = Literal["translated", "untranslated"]

_TRANSLATED: dict[Kind, str] = {
    "format": "Campo #{path} no cumple el formato requerido",
    "too_short": "Campo #{path} no cumple el tamaño mínimo permitido",
    "too_long": "Campo #{path} no cumple el tamaño máximo permitido",
    "extra": "Campo {name} no esta permitido",
    "missing": "Campo #{path}/{name} es requerido",
    "invalid": "Campo #{path} contiene un valor inválido",
    "parent": "Campo #{path} contiene un valor inválido",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One node that breaks the schema.

    ``path`` is a JSON pointer from the node that reports the violation, ``detail`` the untranslated wording, ``name``
    the key that is missing or not permitted.
    """

    path: str
    kind: Kind
    detail: str
    name: str = ""

    def below(self, key: str | int) -> "Violation":
        """This violation with its path from the node's parent."""
        return Violation(f"/{key}{self.path}", self.kind, self.detail, self.name)


def observations(found: Iterable[Violation], dialect: Dialect) -> list[str]:
    """The texts of an answer 096, for each violated node from the leaf up to its parents (protocol.md 5.3)."""
    texts: dict[str, None] = {}
    for violation in found:
        texts[_text(violation, dialect)] = None
    if dialect == "translated":
        for violation in tuple(found):
            for parent in _parents(violation):
                texts[_TRANSLATED["parent"].format(path=parent)] = None
    return list(texts)


def _text(violation: Violation, dialect: Dialect) -> str:
    if dialect == "translated":
        return _TRANSLATED[violation.kind].format(path=violation.path, name=violation.name)
    return f"#{violation.path}: {violation.detail}"


def _parents(violation: Violation) -> Iterable[str]:
    path = violation.path if violation.kind in {"missing", "extra"} else violation.path.rpartition("/")[0]
    while path:
        yield path
        path = path.rpartition("/")[0]
