"""Posts a message to a webhook in one attempt, bounded in time and size. The outcome is a value.

The addresses come from companies and must not lead into the operator's own network. The check is made on the resolved
address at the moment of connecting, and no name is resolved twice.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import aiohttp
from msgspec import Struct
from yarl import URL

from ocote import __version__
from ocote.store.sending_reason import SendingReason
from ocote.trust import system_trust
from ocote.webhooks.public_address import is_public

_EXCERPT_BYTES: Final = 1024
_UNLIMITED: Final = aiohttp.ClientTimeout(total=None)  # the deadline below is exact; aiohttp would round it up
_CONNECTIONS: Final = 64
_OURS: Final = {
    "User-Agent": f"ocote/{__version__}",
    "Content-Type": "application/json",
    "Accept-Encoding": "identity",
}


class Answered(Struct, frozen=True):
    """The webhook's HTTP status and the beginning of its answer, 1,024 bytes at most.

    ``retry_after`` is the header of this name as it came, empty without the header.
    """

    status: int
    excerpt: str
    retry_after: str = ""


class Unanswered(Struct, frozen=True):
    """There was no HTTP answer; ``why`` is a reason of this program or the library's own word."""

    why: SendingReason | str


class PrivateAddressError(OSError):
    """A name led to an address that is not on the public internet."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is not an address of the public internet")
        self.address = address


def open_webhook_session(*, allow_private: bool, tls: ssl.SSLContext | None = None) -> aiohttp.ClientSession:
    """A session only for webhooks: checked addresses, TLS 1.2 or newer, no cookies, no proxy, no kept connections.

    ``allow_private`` admits addresses of the operator's own network. ``tls`` decides which certificates are trusted;
    None means those of the system. Close the session when the program ends.
    """
    connector = aiohttp.TCPConnector(
        limit=_CONNECTIONS,
        ssl=tls or system_trust(),
        force_close=True,
        use_dns_cache=False,
        socket_factory=_any_socket if allow_private else _public_socket,
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)


async def post(
    session: aiohttp.ClientSession, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float
) -> Answered | Unanswered:
    """Posts once, within ``timeout_s`` seconds, without following redirects. Never raises an error of the network."""
    until = asyncio.get_running_loop().time() + timeout_s
    sent = {**headers, **_OURS}
    try:
        async with asyncio.timeout_at(until):
            response = await session.post(URL(url), data=body, headers=sent, allow_redirects=False, timeout=_UNLIMITED)
    except TimeoutError:
        return Unanswered(SendingReason("no_answer", f"{timeout_s:g}"))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Unanswered(_why(error))
    try:
        asked = response.headers.get("Retry-After", "")
        return Answered(response.status, await _beginning(response, until), asked)
    finally:
        response.close()


async def _beginning(response: aiohttp.ClientResponse, until: float) -> str:
    read = bytearray()
    # The status has arrived and counts, even when the body is cut off.
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout_at(until):
            while len(read) < _EXCERPT_BYTES and (chunk := await response.content.read(_EXCERPT_BYTES - len(read))):
                read += chunk
    return read.decode("utf-8", "replace")


def _why(error: Exception) -> SendingReason | str:
    """The reason of a failure without the URL of the webhook, whose query may hold a secret."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return SendingReason("certificate_untrusted", str(error.certificate_error))
    if not isinstance(error, aiohttp.ClientConnectorError):
        return type(error).__name__
    if isinstance(error.os_error, PrivateAddressError):
        return SendingReason("private_address", error.os_error.address)
    return SendingReason("no_connection", str(error.os_error.strerror or error.os_error))


def _public_socket(found: aiohttp.AddrInfoType) -> socket.socket:
    host = str(found[4][0])
    if not is_public(host):
        raise PrivateAddressError(host)
    return _any_socket(found)


def _any_socket(found: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = found
    return socket.socket(family, kind, protocol)
