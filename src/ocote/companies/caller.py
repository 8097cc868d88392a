"""The caller of an operation on a company's documents: an API key, or a person at the panel."""

from msgspec import Struct

from ocote.audit import Author
from ocote.dte.sale import Environment


class Caller(Struct, frozen=True, kw_only=True):
    """The company for which somebody acts, the branch and the point of sale, and the name of whoever acts.

    ``name`` is safe to log: the public beginning of a key, or the e-mail address of a person. ``key_id`` is None for a
    person, who is the ``author`` of what is changed.
    """

    company_id: int
    environment: Environment
    branch_code: str
    pos_code: str
    name: str
    key_id: int | None = None
    author: Author | None = None
