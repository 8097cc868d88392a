"""The holder of one API key of one company, looked up once for each request."""

from typing import Final

from msgspec import Struct

from ocote.dte.sale import Environment

PREFIX_LENGTH: Final = 12
"""The characters at the beginning of a key that are public."""


class KeyHolder(Struct, frozen=True):
    """The key of a request, with the company, branch and point of sale to which the key belongs (contract 3, D4).

    ``per_minute`` and ``per_hour`` are the key's own limits (contract 17). ``prefix`` is the public beginning of the
    key, safe to log. Every request of a disabled company is answered 401.
    """

    company_id: int
    key_id: int
    prefix: str
    environment: Environment
    per_minute: int
    per_hour: int
    branch_code: str
    pos_code: str
    company_active: bool = True
