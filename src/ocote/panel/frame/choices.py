"""The choices of a list in a form."""

from collections.abc import Mapping
from typing import Any

# The published types of WTForms do not have the class yet.
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]


def choices_of(words: Mapping[str, str]) -> list[Any]:
    """The choices of a select field: the value that is sent, and the text that the person reads."""
    return [SelectChoice(value, text) for value, text in words.items()]
