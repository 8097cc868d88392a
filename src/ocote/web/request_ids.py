"""Names for requests that came without one."""

from itertools import count
from secrets import token_hex

_PROCESS = token_hex(12)
_NUMBERS = count(1)


def new_request_id() -> str:
    """Random for the process, then counted."""
    return f"{_PROCESS}{next(_NUMBERS):08x}"
