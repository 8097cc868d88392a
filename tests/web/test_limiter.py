"""A key has its minute and its hour, and a broken counter stops nobody (contract 17, D23)."""

import asyncio
import traceback

import pytest
from limits.errors import StorageError

from ocote.settings import SettingsError
from ocote.web.counters import MemoryCounters
from ocote.web.limiter import RateLimiter
from tests.builders.redis_twin import open_redis


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:
    return RateLimiter(MemoryCounters(clock), clock)


async def test_the_first_call_opens_both_windows(limiter: RateLimiter) -> None:
    verdict = await limiter.admit(1, 120, 5000)

    assert verdict.refused_by is None
    assert (verdict.left_minute, verdict.left_hour, verdict.reset_s) == (119, 4999, 60)


async def test_the_window_is_fixed_and_begins_with_the_first_call(limiter: RateLimiter, clock: Clock) -> None:
    await limiter.admit(1, 2, 5000)
    clock.now += 45
    assert (await limiter.admit(1, 2, 5000)).reset_s == 15
    assert (await limiter.admit(1, 2, 5000)).refused_by == "minute"
    clock.now += 15

    assert (await limiter.admit(1, 2, 5000)).refused_by is None


async def test_a_full_minute_says_how_long_to_wait(limiter: RateLimiter, clock: Clock) -> None:
    await limiter.admit(1, 1, 5000)
    clock.now += 20.5

    verdict = await limiter.admit(1, 1, 5000)

    assert (verdict.refused_by, verdict.left_minute, verdict.reset_s, verdict.retry_after_s) == ("minute", 0, 40, 40)


async def test_a_full_hour_waits_for_the_end_of_the_hour(limiter: RateLimiter, clock: Clock) -> None:
    await limiter.admit(1, 120, 1)
    clock.now += 600

    verdict = await limiter.admit(1, 120, 1)

    assert (verdict.refused_by, verdict.left_hour, verdict.retry_after_s) == ("hour", 0, 3000)


async def test_refused_calls_do_not_count(limiter: RateLimiter, clock: Clock) -> None:
    for _ in range(50):
        await limiter.admit(1, 2, 5)
    clock.now += 60

    verdict = await limiter.admit(1, 2, 5)

    assert (verdict.refused_by, verdict.left_minute, verdict.left_hour) == (None, 1, 2)


async def test_keys_do_not_share_their_windows(limiter: RateLimiter) -> None:
    await limiter.admit(1, 1, 1)

    assert (await limiter.admit(2, 1, 1)).refused_by is None


async def test_ended_counters_are_forgotten(clock: Clock) -> None:
    counters = MemoryCounters(clock)
    for minute in range(100):
        for key in range(1000):
            await counters.incr(f"{minute}-{key}", 60)
        clock.now += 60

    assert len(counters) < 3000


class Broken:
    """A store that fails, or never answers."""

    def __init__(self, error: Exception | None) -> None:
        self.calls = 0
        self.error = error

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self.calls += 1
        if self.error is not None:
            raise self.error
        await asyncio.Event().wait()
        return 0

    async def get_expiry(self, key: str) -> float:
        return 0.0


@pytest.mark.parametrize("error", [StorageError(ConnectionError("down")), None])
async def test_a_broken_store_lets_calls_pass_and_is_left_alone_for_a_while(error: Exception | None) -> None:
    store = Broken(error)
    limiter = RateLimiter(store)

    verdicts = [await limiter.admit(1, 120, 5000) for _ in range(3)]

    assert [verdict.refused_by for verdict in verdicts] == [None, None, None]
    assert (verdicts[0].left_minute, verdicts[0].left_hour, verdicts[0].reset_s) == (120, 5000, 60)
    assert store.calls == 1


async def test_processes_that_share_a_redis_count_together() -> None:
    async with open_redis() as url:
        here, there = RateLimiter.from_url(url), RateLimiter.from_url(url)

        verdicts = [await limiter.admit(1, 2, 5000) for limiter in (here, there, here)]
        for limiter in (here, there):
            await limiter.close()

    assert [verdict.refused_by for verdict in verdicts] == [None, None, "minute"]
    assert [verdict.left_hour for verdict in verdicts] == [4999, 4998, 4998]


def test_a_store_that_cannot_be_used_is_a_fault_of_the_settings() -> None:
    with pytest.raises(SettingsError, match="OCOTE_RATE_LIMIT_URL"):
        RateLimiter.from_url("nosuch://localhost")


@pytest.mark.parametrize("url", ["redis://:contrasena@localhost:puerto/0", "unix://:contrasena@/run/redis.sock"])
def test_a_password_in_the_url_is_not_told_with_the_fault(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        RateLimiter.from_url(url)

    told = "".join(traceback.format_exception(refused.value))
    assert "contrasena" not in told


async def test_however_many_strangers_ask_the_counters_stay_bounded(clock: Clock) -> None:
    counters = MemoryCounters(clock, most=4_000)
    limiter = RateLimiter(counters, clock)
    for number in range(20_000):
        assert (await limiter.admit(f"address/{number}", 60, 600)).refused_by is None
        clock.now += 0.001
    assert len(counters) <= 4_000
    for _ in range(60):
        last = await limiter.admit("address/19999", 60, 600)
    assert last.refused_by == "minute", "whoever asked last is still counted"
