"""One HTTP exchange with MH, whose result is a value: an answer, or the kind of failure."""

import asyncio
import errno
import io
from collections.abc import Callable, Mapping
from typing import Final

import aiohttp
from msgspec import Struct
from yarl import URL

from ocote.mh.outcomes import Undetermined, UndeterminedKind

_LARGEST_ANSWER: Final = 8 * 1024 * 1024  # the results of a lot of 100 documents full of remarks stay below 1 MB
_LARGE_REQUEST: Final = 1024 * 1024
_NO_ROUTE: Final = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EHOSTDOWN})
_UNLIMITED: Final = aiohttp.ClientTimeout(total=None)  # the deadline below is exact; aiohttp would round 8 s up to 9


class Deadline(Struct, frozen=True):
    """The instant, on a monotonic clock in seconds, at which a call is given up."""

    at: float
    now: Callable[[], float]

    def remaining_s(self) -> float:
        """The seconds left until the deadline; zero or less after it."""
        return self.at - self.now()


class Reply(Struct, frozen=True):
    """A complete HTTP answer."""

    status: int
    body: bytes


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout_s: float,
) -> Reply | Undetermined:
    """Send one request and read the whole answer within ``timeout_s``, without following redirects.

    Raises nothing but cancellation. The reasons of failure name neither headers nor body.
    """
    if timeout_s <= 0:
        return Undetermined(UndeterminedKind.TIMEOUT, "no time left")
    try:
        async with (
            asyncio.timeout(timeout_s),
            session.request(
                method, url, data=_payload(body), headers=headers, allow_redirects=False, timeout=_UNLIMITED
            ) as response,
        ):
            return await _reply(response)
    except TimeoutError:
        return Undetermined(UndeterminedKind.TIMEOUT, f"no answer from {url.path} in {timeout_s:.3g} s")
    except aiohttp.ClientConnectorError as error:
        unreachable = isinstance(error, aiohttp.ClientConnectorDNSError) or error.errno in _NO_ROUTE
        kind = UndeterminedKind.NO_NETWORK if unreachable else UndeterminedKind.REFUSED
        return Undetermined(kind, f"no connection to {url.host}: {error}")
    except aiohttp.ClientResponseError as error:
        return Undetermined(UndeterminedKind.UNREADABLE, f"{url.path} answered what is not HTTP: {error.message}")
    except aiohttp.ClientError as error:
        return Undetermined(
            UndeterminedKind.BROKEN_CONNECTION, f"the connection broke at {url.path}: {type(error).__name__}: {error}"
        )


def _payload(body: bytes | None) -> bytes | io.BytesIO | None:
    """The body for aiohttp; a large body is a stream, which aiohttp writes in pieces instead of one blocking step."""
    return io.BytesIO(body) if body is not None and len(body) > _LARGE_REQUEST else body


async def _reply(response: aiohttp.ClientResponse) -> Reply | Undetermined:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_any():
        size += len(piece)
        if size > _LARGEST_ANSWER:
            return Undetermined(
                UndeterminedKind.UNREADABLE, f"HTTP {response.status}, more than {_LARGEST_ANSWER} bytes"
            )
        pieces.append(piece)
    return Reply(response.status, b"".join(pieces))
