"""The parts that the description of a company consists of: values with a rule, groups, lists of groups."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from msgspec import Struct


class Rule(Protocol):
    """The rule for one value."""

    def read(self, value: Any, /) -> Any:
        """Returns the value in the form to be stored. Raises ValueError with a Spanish text for the operator."""


class Contradiction(ValueError):  # noqa: N818 - a fault of the operator's values, not of the program
    """Two values of one group contradict each other. ``key`` names the value to correct; the Spanish text says how."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


class Part(Struct, frozen=True):
    """One key of a group and the description of its value; ``default`` replaces an optional part that is left out."""

    key: str
    what: "Rule | Group | RepeatedGroup"
    is_required: bool = True
    default: Any = None


class Group(Struct, frozen=True):
    """Parts that belong together.

    ``build`` makes the value of the group from the values of its parts by key; a part with a fault is None. Raises
    Contradiction.
    """

    build: Callable[[Mapping[str, Any]], Any]
    parts: tuple[Part, ...]


class RepeatedGroup(Struct, frozen=True):
    """A group that appears once or several times, each time with another ``code``.

    ``otherwise`` is the sentence for a repeated code, with ``{}`` in place of the code.
    """

    group: Group
    otherwise: str
