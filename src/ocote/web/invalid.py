"""The error for a request that is malformed or incomplete, answered 400 with every fault found."""

from collections.abc import Sequence
from typing import Final

from ocote.dte.faults import Fault
from ocote.errors import fault

MAX_FAULTS: Final = 100
"""Faults listed in one answer; a request with more is wrong throughout."""


class InvalidRequest(Exception):  # noqa: N818 - it ends as a response, not as a fault of the program
    """Contains the faults of a request, at least one, in the order in which they were found: the first hundred."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults[:MAX_FAULTS])
        super().__init__("; ".join(f"{each.field} {each.message}" for each in self.faults))


def invalid(code: str, field: str, **values: object) -> InvalidRequest:
    """The error for a single fault, with the text of the table of codes."""
    return InvalidRequest((fault(code, field, **values),))
