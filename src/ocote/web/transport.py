"""Distinguishes confidential connections from connections that others could read (contract 2)."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

from starlette.types import Scope

UNKNOWN: Final = "unknown"
"""In place of the address of a client that has none."""

_HOUSEHOLD: Final = 64
"""The bits of an IPv6 address by which a provider knows a household."""

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


def address_of(scope: Scope) -> str:
    """The address of the client, behind trusted proxies too; "unknown" when a proxy sends no address."""
    client = scope.get("client")
    try:
        return str(ip_address(client[0])) if client is not None else UNKNOWN
    except ValueError:
        return UNKNOWN


def household_of(scope: Scope) -> str:
    """The address of the client; for IPv6 only the prefix that belongs to one household."""
    address = address_of(scope)
    if address == UNKNOWN:
        return UNKNOWN
    parsed = ip_address(address)
    return f"{int(parsed) >> (128 - _HOUSEHOLD):x}" if isinstance(parsed, IPv6Address) else address


def _is_loopback(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and _is_loopback_address(client[0])


@lru_cache(maxsize=256)
def _is_loopback_address(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
