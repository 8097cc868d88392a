"""The reception stamp, ``selloRecibido`` (protocol.md 3.2)."""

import secrets
import string
from datetime import datetime
from uuid import uuid4

_TAIL = string.digits + string.ascii_uppercase


def new_stamp(now: datetime) -> str:
    """A new stamp of 40 characters: year of processing, a UUID v4 without hyphens, and four more characters."""
    tail = "".join(_TAIL[byte % 36] for byte in secrets.token_bytes(4))
    return f"{now.year:04d}{uuid4().hex.upper()}{tail}"
