"""The address at which a person is at the panel, as browsers bind passkeys to it."""

from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct

SiteFault = Literal["not_confidential", "no_name", "elsewhere"]
"""Why browsers offer no passkey: plain HTTP, a number instead of a name, or another address than the configured one."""

_PORTS: Final = {"http": 80, "https": 443}


class Site(Struct, frozen=True):
    """The origin of the pages, such as ``https://facturas.example.com``, and the name to which passkeys are bound.

    ``fault`` says why no browser makes a passkey here; None where they do.
    """

    origin: str
    rp_id: str
    fault: SiteFault | None = None


def site_at(address: str, visited: str) -> Site:
    """The site of the address with which links begin, for a person who is at the address ``visited``.

    >>> site_at("https://facturas.example.com:443/", "https://facturas.example.com")
    Site(origin='https://facturas.example.com', rp_id='facturas.example.com', fault=None)
    >>> [site_at(each, each).fault for each in ("http://localhost:8090", "http://ocote.test", "https://192.0.2.7")]
    [None, 'not_confidential', 'no_name']
    >>> site_at("https://facturas.example.com", "http://localhost:8090").fault
    'elsewhere'
    """
    origin, host = _origin(address)
    if host is None:
        return Site("", "", "no_name")
    is_local = host == "localhost" or host.endswith(".localhost")
    if _is_number(host):
        return Site(origin, host, "no_name")
    if not origin.startswith("https://") and not is_local:
        return Site(origin, host, "not_confidential")
    return Site(origin, host, None if _origin(visited)[0] == origin else "elsewhere")


def _origin(address: str) -> tuple[str, str | None]:
    """The origin of an address as browsers write it, and its host; no host for what is not an address."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:  # of an address such as "http://[", and of a name with an odd part
        return "", None
    if not host:
        return "", None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in (None, _PORTS.get(parts.scheme)) else f":{port}"), host


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
