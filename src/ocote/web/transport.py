"""Distinguishes confidential connections from connections that others could read (contract 2)."""

from functools import lru_cache
from typing import Final

from starlette.types import Scope

from ocote.web.addresses import PeerAddress, address_in, household

UNKNOWN: Final = "unknown"
"""In place of the address of a client that has none."""

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
    found = _address(scope)
    return UNKNOWN if found is None else str(found)


def household_of(scope: Scope) -> str:
    """The name under which the client's address is counted; "unknown" when a proxy sends no address."""
    found = _address(scope)
    return UNKNOWN if found is None else household(found)


def _address(scope: Scope) -> PeerAddress | None:
    client = scope.get("client")
    return None if client is None else address_in(client[0])


def _is_loopback(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and _is_loopback_address(client[0])


@lru_cache(maxsize=256)
def _is_loopback_address(address: str) -> bool:
    found = address_in(address)
    return found is not None and found.is_loopback
