"""When a key was last used is written now and then, and never by a request."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ocote.companies.key_use import APART, KeyUses
from ocote.store.companies import all_keys
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from tests.store.rows import add_company, add_key

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


def _keys(count: int) -> Transaction[list[int]]:
    company = yield from add_company()
    keys: dict[int, None] = {}
    for _ in range(count):
        keys[(yield from add_key(company))] = None
    return list(keys)


async def uses(store: Store) -> list[str | None]:
    return [key.last_used_at for key in await store.read(all_keys)]


async def test_a_key_is_written_at_its_first_use_and_then_every_some_minutes(store: Store) -> None:
    clock = Clock()
    known = KeyUses(store, clock)
    [key] = await store.write(_keys, 1)
    for minutes, expected in ((0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (11, 11)):
        clock.now = NOON + timedelta(minutes=minutes)
        known.note(key)
        before = store.commits
        await known.write_due()
        assert await uses(store) == [moment_text(NOON + timedelta(minutes=expected))]
        assert store.commits - before == (minutes == expected)


async def test_a_use_that_was_too_early_to_be_written_is_written_later(store: Store) -> None:
    clock = Clock()
    known = KeyUses(store, clock)
    [key] = await store.write(_keys, 1)
    known.note(key)
    await known.write_due()
    clock.now = last = NOON + APART - timedelta(seconds=1)
    known.note(key)
    stop = asyncio.Event()
    stop.set()
    await known.keep_writing(stop)
    assert await uses(store) == [moment_text(last)]


async def test_a_thousand_keys_need_few_transactions_and_unused_keys_stay_unused(store: Store) -> None:
    known = KeyUses(store, Clock())
    keys = await store.write(_keys, 1001)
    for _ in range(3):
        for key in keys[1:]:
            known.note(key)
    before = store.commits
    await known.write_due()
    assert store.commits - before == 20
    assert await uses(store) == [None] + [moment_text(NOON)] * 1000


async def test_a_clock_that_was_wrong_leaves_no_trace(store: Store) -> None:
    clock = Clock()
    known = KeyUses(store, clock)
    [key] = await store.write(_keys, 1)
    known.note(key)
    await known.write_due()
    clock.now -= timedelta(days=1)
    known.note(key)
    await known.write_due()
    assert await uses(store) == [moment_text(NOON - timedelta(days=1))]
