"""Identifiers for requests without an ``X-Request-Id``."""

from secrets import token_hex


def new_request_id() -> str:
    """A random identifier of 32 characters: a count would tell strangers how many requests there are."""
    return token_hex(16)
