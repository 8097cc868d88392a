"""The parts that the description of a company consists of: values with a rule, groups, lists of groups."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct


class Rule(Protocol):
    """What one value may be."""

    def read(self, value: Any, /) -> Any:
        """The value as the gateway keeps it. Raises ValueError with a Spanish text for the operator."""


class Contradiction(ValueError):  # noqa: N818 - a fault of what the operator wrote, not of the program
    """Values of one group do not go together. ``key`` names the value to correct; the text, in Spanish, says how."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


class Part(Struct, frozen=True):
    """One key of a group and the description of its value; ``default`` is taken where an optional part is left out."""

    key: str
    what: "Rule | Group | RepeatedGroup"
    is_required: bool = True
    default: Any = None


class Group(Struct, frozen=True):
    """Parts that belong together.

    ``build`` makes the value of the group from the values of its parts by key, of which those with a fault are
    None. Raises Contradiction.
    """

    build: Callable[[Mapping[str, Any]], Any]
    parts: tuple[Part, ...]


class RepeatedGroup(Struct, frozen=True):
    """A group that stands once or several times; no two may have the same ``code``.

    ``otherwise`` is the sentence for a code that is there already, with ``{}`` in place of the code.
    """

    group: Group
    otherwise: str
