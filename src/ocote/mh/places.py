"""Places for calls to MH: the calls of one company never take the connections of all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

CONNECTIONS: Final = 128
"""The connections to MH that are open at once, to both hosts together."""

CONNECTIONS_TO_A_HOST: Final = 96
"""The most of them to one host: a test service that does not answer leaves room for the sales that count."""

CALLS_OF_A_COMPANY: Final = 32
"""The calls of one company that are under way at once; its further calls wait for these."""


class NoPlaceError(Exception):
    """The company has had as many calls under way as it may for the whole time."""


@dataclass(slots=True)
class _CompanyCalls:
    places: asyncio.Semaphore
    callers: int = 0


class CallPlaces:
    """The calls to one MH host by company, which is named by its NIT. Remembers only companies that are calling."""

    def __init__(self, most: int = CALLS_OF_A_COMPANY) -> None:
        self._most = most
        self._calls: dict[str, _CompanyCalls] = {}

    def __len__(self) -> int:
        """The number of companies that are calling."""
        return len(self._calls)

    @asynccontextmanager
    async def place(self, nit: str, within_s: float) -> AsyncIterator[None]:
        """Waits until fewer than ``most`` calls of the company are under way, and counts as one inside the context.

        Raises NoPlaceError when this takes longer than ``within_s`` seconds.
        """
        calls = self._calls.setdefault(nit, _CompanyCalls(asyncio.Semaphore(self._most)))
        calls.callers += 1
        try:
            try:
                async with asyncio.timeout(within_s):
                    await calls.places.acquire()
            except TimeoutError as error:
                raise NoPlaceError from error
            try:
                yield
            finally:
                calls.places.release()
        finally:
            calls.callers -= 1
            if not calls.callers:
                del self._calls[nit]
