"""The holder of one API key of one company, looked up once for each request."""

from typing import Final

from ocote.companies.caller import Caller

PREFIX_LENGTH: Final = 12
"""The characters at the beginning of a key that are public."""


class KeyHolder(Caller, frozen=True, kw_only=True):
    """The key of a request, with the company, branch and point of sale to which the key belongs (contract 3, D4).

    ``per_minute`` and ``per_hour`` are the key's own limits (contract 17). ``name`` is the public beginning of the key.
    Every request of a disabled company is answered 401.
    """

    key_id: int
    per_minute: int
    per_hour: int
    company_active: bool = True
