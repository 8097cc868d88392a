"""How many files and connections the operating system lets this process have open at once."""

import resource
from contextlib import suppress
from typing import Final

RESERVED: Final = 256
"""Descriptors that clients never get: for the database, MH, mail, webhooks, files and child processes."""


def raise_descriptor_limit() -> int:
    """Raises the soft limit to the hard limit, as far as the system allows; returns the limit now in force."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):  # some systems name a hard limit that they do not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    return soft


def left_for_clients(limit: int) -> int:
    """The descriptors that clients may use; half of them where the limit is very low."""
    return max(limit - RESERVED, limit // 2)
