"""The rate limit of a key: two fixed windows that begin with the first request (contract 17, D23)."""

import asyncio
from collections.abc import Callable
from math import ceil
from time import monotonic, time
from typing import Any, Literal

import structlog
from limits.aio.storage import RedisStorage, Storage
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from msgspec import Struct

from ocote.settings import SettingsError
from ocote.web.counters import Counters, MemoryCounters
from ocote.web.metrics import LIMITER_FAILURES

_MINUTE_S = 60
_HOUR_S = 3600
_PATIENCE_S = 0.25
_PAUSE_S = 5.0
_TRIAL_S = 3.0

_log = structlog.get_logger(__name__)


class Allowance(Struct, frozen=True):
    """Whether a call is admitted, and how many calls remain. Times are in whole seconds."""

    refused_by: Literal["minute", "hour"] | None
    per_minute: int
    per_hour: int
    left_minute: int
    left_hour: int
    reset_s: int
    retry_after_s: int = 0


class RateLimiter:
    """Counts the calls of each key: in this process's memory, or in the Redis that several processes share.

    When the store does not answer, calls are admitted: a broken counter must not stop the cash register. The failure is
    logged and counted, and the store is not used for five seconds.
    """

    def __init__(self, counters: Counters, now: Callable[[], float] = time) -> None:
        self._counters = counters
        self._is_local = isinstance(counters, MemoryCounters)
        self._now = now
        self._paused_until = 0.0

    @classmethod
    def from_url(cls, url: str, most: int | None = None) -> "RateLimiter":
        """The limiter on ``memory://``, or on ``redis://…`` for Redis and Valkey. Raises SettingsError.

        In memory at most ``most`` counters are kept.
        """
        if url == "memory://":
            return cls(MemoryCounters(most=most))
        try:
            storage = storage_from_string(f"async+{url}", wrap_exceptions=True, implementation="redispy")
        except ConfigurationError as error:
            # The error may quote the URL, which may hold a password.
            why = str(error).replace(url, "…")
            raise SettingsError(
                f"OCOTE_RATE_LIMIT_URL: este almacén no se puede usar ({why}). Instale ocote[redis] o use memory://."
            ) from None
        if not isinstance(storage, Storage):
            raise SettingsError(
                "OCOTE_RATE_LIMIT_URL: el almacén no sirve para esta aplicación; use memory:// o redis://."
            )
        return cls(storage)

    async def admit(self, who: int | str, per_minute: int, per_hour: int) -> Allowance:
        """Counts one call of a key, given by its id, or of a caller, given by a text; refused calls do not count."""
        try:
            if self._is_local:
                return await self._count(who, per_minute, per_hour)
            if monotonic() < self._paused_until:
                return _open(per_minute, per_hour)
            async with asyncio.timeout(_PATIENCE_S):
                return await self._count(who, per_minute, per_hour)
        except (StorageError, TimeoutError) as error:
            self._paused_until = monotonic() + _PAUSE_S
            LIMITER_FAILURES.inc()
            _log.warning("rate_limit_store_failed", error=repr(error), paused_s=_PAUSE_S)
            return _open(per_minute, per_hour)

    async def try_store(self) -> None:
        """Counts once, as for a call. Raises StorageError and TimeoutError when the store does not count."""
        async with asyncio.timeout(_TRIAL_S):
            await self._counters.incr("ocote/trial", _MINUTE_S)

    async def close(self) -> None:
        """Closes the connection to the store, if there is one; the limiter is not used any more."""
        if isinstance(self._counters, RedisStorage):
            bridge: Any = self._counters.bridge  # its base class does not declare the connection
            await bridge.get_connection().aclose()

    async def _count(self, who: int | str, per_minute: int, per_hour: int) -> Allowance:
        counters = self._counters
        minute, hour = f"ocote/minute/{who}", f"ocote/hour/{who}"
        in_minute = await counters.incr(minute, _MINUTE_S)
        in_hour = await counters.incr(hour, _HOUR_S)
        refused: Literal["minute", "hour"] | None = None
        retry_after = 0
        if in_minute > per_minute or in_hour > per_hour:
            refused = "hour" if in_hour > per_hour else "minute"
            in_minute = await counters.incr(minute, _MINUTE_S, amount=-1)
            in_hour = await counters.incr(hour, _HOUR_S, amount=-1)
        reset = self._seconds_to(await counters.get_expiry(minute), _MINUTE_S)
        if refused is not None:
            ends = reset if refused == "minute" else self._seconds_to(await counters.get_expiry(hour), _HOUR_S)
            retry_after = max(1, ends)
        return Allowance(
            refused_by=refused,
            per_minute=per_minute,
            per_hour=per_hour,
            left_minute=max(0, per_minute - in_minute),
            left_hour=max(0, per_hour - in_hour),
            reset_s=reset,
            retry_after_s=retry_after,
        )

    def _seconds_to(self, moment: float, window_s: int) -> int:
        return min(window_s, max(0, ceil(moment - self._now())))


def _open(per_minute: int, per_hour: int) -> Allowance:
    return Allowance(None, per_minute, per_hour, per_minute, per_hour, _MINUTE_S)
