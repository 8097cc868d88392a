"""Collects the faults of a request while it is read, and the warnings about what is ignored or changed."""

import re
from typing import Final

from ocote.documents.view import AnswerWarning
from ocote.dte.faults import Fault
from ocote.web.json_text import WHOLE_BODY

MAX_WARNINGS: Final = 50
"""Warnings that one request is answered with; what is left out is counted in one more."""

_MOST_OF_A_NAME: Final = 5
"""Warnings about one name in all lines of a document."""

_POSITION = re.compile(r"\[[0-9]+\]")


class Noted:
    """The faults of one request, and its warnings: ``most_of_a_name`` lines stand for all that have the same."""

    __slots__ = ("_left_out", "_of_a_name", "faults", "warnings")

    def __init__(self, warnings: list[AnswerWarning] | None = None) -> None:
        """Begins with the warnings that a request has already, to which others are added."""
        self.faults: list[Fault] = []
        self.warnings = warnings if warnings is not None else []
        self._of_a_name: dict[tuple[str, str], int] = {}
        self._left_out = 0

    def has_room(self, code: str, path: str) -> bool:
        """Whether one more warning is listed; one that is not listed is counted."""
        name = (code, _POSITION.sub("", path) if "[" in path else path)
        count = self._of_a_name.get(name, 0)
        if len(self.warnings) < MAX_WARNINGS and count < _MOST_OF_A_NAME:
            self._of_a_name[name] = count + 1
            return True
        self._left_out += 1
        return False

    def warn(self, code: str, path: str, **values: str) -> None:
        """Lists a warning for which there is room."""
        self.warnings.append(AnswerWarning(code, path, values))

    def close(self) -> None:
        """Adds how many warnings are not listed."""
        if self._left_out:
            self.warn("warnings_left_out", WHOLE_BODY, count=str(self._left_out))
            self._left_out = 0
