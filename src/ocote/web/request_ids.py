"""Identifiers for requests without an ``X-Request-Id``."""

from itertools import count
from secrets import token_hex

_PROCESS = token_hex(12)
_NUMBERS = count(1)


def new_request_id() -> str:
    """An identifier of 32 characters: a random prefix for each process, then a count."""
    return f"{_PROCESS}{next(_NUMBERS):08x}"
