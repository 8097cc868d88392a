"""The choices of a field of a form, from codes and their words."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectChoice  # type: ignore[attr-defined] # the types of the library are of the version before


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """The choices of a field: each code with the words that a person reads."""
    return [SelectChoice(code, words) for code, words in pairs]
