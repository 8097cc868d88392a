"""The caller of an operation on a company's documents: an API key, or a person at the panel."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ocote.audit import Author
from ocote.dte.sale import Environment

Reaches: TypeAlias = Callable[[str, str], bool]
"""Whether a caller may name a document of a branch and a point of sale (``Caller.reaches``)."""


class Caller(Struct, frozen=True, kw_only=True):
    """The company for which somebody acts, the branch and the point of sale, and the name of whoever acts.

    ``name`` is safe to log: the public beginning of a key, or the e-mail address of a person. ``key_id`` is None for a
    person, who is the ``author`` of what is changed. ``points`` are the points of sale (``M001P001``) whose documents
    the caller may name; none means all of the company.
    """

    company_id: int
    environment: Environment
    branch_code: str
    pos_code: str
    name: str
    key_id: int | None = None
    author: Author | None = None
    points: tuple[str, ...] = ()

    def reaches(self, branch_code: str, pos_code: str) -> bool:
        """Whether the caller may name a document of a point of sale."""
        return not self.points or f"{branch_code}{pos_code}" in self.points
