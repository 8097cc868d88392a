"""The choices of a field of a form, from codes and their words."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import SelectChoice  # type: ignore[attr-defined] # the types of the library are of the version before


def choices_of(words: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[Any]:
    """The choices of a field: each code with the words that a person reads."""
    pairs = words.items() if isinstance(words, Mapping) else words
    return [SelectChoice(code, text) for code, text in pairs]
