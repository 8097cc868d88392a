"""Distinguishes addresses of the public internet from those that lead to this machine, its network or its cloud."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_TUNNELS_AND_SAMPLES: Final = tuple(map(IPv6Network, ("2001::/32", "2002::/16", "3fff::/20")))
"""Teredo and 6to4, which carry an unchecked IPv4 address, and addresses for documentation."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet.

    Loopback, private, link-local (where clouds keep their credentials), shared, reserved, multicast and unspecified
    addresses do not, nor IPv6 forms of them. Raises ValueError for what is no address.

    >>> [is_public(text) for text in ("10.0.0.1", "1.1.1.1", "::ffff:127.0.0.1", "2606:4700::1111")]
    [False, True, False, True]
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast
    inner = _inner(found)
    if inner is not None:
        return is_public(str(inner))
    is_tunnelled = any(found in network for network in _TUNNELS_AND_SAMPLES)
    return found in _UNICAST and found.is_global and not is_tunnelled


def _inner(found: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that is reached by an IPv6 address which only stands for it."""
    return IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else found.ipv4_mapped
