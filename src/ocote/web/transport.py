"""Distinguishes confidential connections from connections that others could read (contract 2)."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from starlette.types import Scope

_FORWARDING: Final = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip"})


def is_confidential(scope: Scope, *, allow_http: bool) -> bool:
    """Whether a request came over HTTPS, to the server or a trusted proxy, or over loopback where this is allowed."""
    return scope["scheme"] == "https" or (allow_http and _is_loopback(scope))


def is_from_this_machine(scope: Scope) -> bool:
    """Whether the client itself is on this machine, and not a stranger behind a proxy on this machine.

    A trusted proxy's word has already replaced the client's address. A header of any other proxy is not believed, but
    it shows that there is one.
    """
    return _is_loopback(scope) and not any(name in _FORWARDING for name, _ in scope["headers"])


def _is_loopback(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and _is_loopback_address(client[0])


@lru_cache(maxsize=256)
def _is_loopback_address(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
