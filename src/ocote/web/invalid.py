"""The error for a request that is malformed or incomplete, answered 400 with every fault found."""

from collections.abc import Sequence

from ocote.dte.faults import Fault
from ocote.errors import fault


class InvalidRequest(Exception):  # noqa: N818 - it ends as a response, not as a fault of the program
    """Contains the faults of a request, at least one, in the order in which they were found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{each.field} {each.message}" for each in faults))
        self.faults = tuple(faults)


def invalid(code: str, field: str, **values: object) -> InvalidRequest:
    """The error for a single fault, with the text of the table of codes."""
    return InvalidRequest((fault(code, field, **values),))
