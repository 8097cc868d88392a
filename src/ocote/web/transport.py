"""Distinguishes confidential connections from connections that others could read (contract 2)."""

from functools import lru_cache
from ipaddress import ip_address

from starlette.types import Scope


def is_confidential(scope: Scope, *, allow_http: bool) -> bool:
    """Whether a request came over HTTPS, to the server or a trusted proxy, or over loopback where this is allowed."""
    return scope["scheme"] == "https" or (allow_http and _is_loopback(scope))


def _is_loopback(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and _is_loopback_address(client[0])


@lru_cache(maxsize=256)
def _is_loopback_address(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
