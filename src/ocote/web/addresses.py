"""The addresses of clients, and what they are counted by: no device can make itself more than one of its household."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

PeerAddress = IPv4Address | IPv6Address

_HOUSEHOLD: Final = 64
"""The length of the IPv6 prefix that stands for one address: any device chooses the rest at will."""

_SITE: Final = 48
"""The length of the prefix that a provider gives to one customer: 65,536 households."""


def address_in(text: str) -> PeerAddress | None:
    """The address in a text, None in a text that is no address.

    A socket for both kinds of addresses tells an IPv4 address in the form of IPv6.

    >>> address_in("::ffff:192.0.2.1"), address_in("unix:")
    (IPv4Address('192.0.2.1'), None)
    """
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def household(address: PeerAddress) -> str:
    """The name under which an address is counted: itself, or for IPv6 the network of its household.

    >>> household(IPv4Address("192.0.2.1")), household(IPv6Address("2001:db8::5"))
    ('192.0.2.1', '20010db800000000/64')
    """
    return _prefix(address, _HOUSEHOLD) if isinstance(address, IPv6Address) else str(address)


def site(address: IPv6Address) -> str:
    """The network of the provider's customer to whom an address belongs, which may have many households.

    >>> site(IPv6Address("2001:db8:0:7::5"))
    '20010db80000/48'
    """
    return _prefix(address, _SITE)


def _prefix(address: IPv6Address, length: int) -> str:
    return f"{int(address) >> (128 - length):x}/{length}"
