"""Whether a request came over a connection that nobody could read along (contract 2)."""

from functools import lru_cache
from ipaddress import ip_address

from starlette.types import Scope


def is_confidential(scope: Scope, *, allow_http: bool) -> bool:
    """HTTPS, as the server saw it or a trusted proxy told it; or, where that is allowed, plain HTTP on loopback."""
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
