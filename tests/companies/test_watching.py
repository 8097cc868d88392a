"""A running gateway tells its log which companies and keys were changed, by whomever."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocote.audit import LOGGER
from ocote.companies.watching import RegistrationWatch
from ocote.store.companies import all_keys, end_key, set_company_active
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.store.rows import add_company, add_key

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
LATER = "2026-11-20T18:03:00.000000Z"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


class Watch:
    """The watch with a clock of its own, and what it says."""

    def __init__(self, store: Store, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, LOGGER)
        self._caplog = caplog
        self._now = NOON
        self._watch = RegistrationWatch(store, lambda: self._now)

    async def looks(self) -> list[tuple[str, Any]]:
        """The acts that the watch notices a minute later, each with the key or the NIT it is about."""
        self._now += timedelta(minutes=1)
        self._caplog.clear()
        await self._watch.run_once()
        records = [vars(record) for record in self._caplog.records if record.name == LOGGER]
        assert all(record["noticed"] for record in records)
        return [(str(record["msg"]), record.get("key", record["nit"])) for record in records]


async def test_what_is_there_at_the_start_is_no_news(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    await store.write(add_key, await store.write(add_company))
    watch = Watch(store, caplog)
    assert await watch.looks() == []
    assert await watch.looks() == []


async def test_every_change_of_a_company_or_a_key_is_told_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(store, caplog)
    await watch.looks()
    company = await store.write(add_company, "06140000000001")
    assert await watch.looks() == [("company_saved", "06140000000001")]
    await store.write(add_key, company)
    [key] = await store.read(all_keys)
    assert await watch.looks() == [("key_created", key.prefix)]
    assert await store.write(end_key, key.prefix, LATER)
    assert await watch.looks() == [("key_disabled", key.prefix)]
    for active, act in ((False, "company_disabled"), (True, "company_enabled")):
        await store.write(set_company_active, company, LATER, active=active)
        assert await watch.looks() == [(act, "06140000000001")]
    assert await watch.looks() == []


async def test_a_key_that_was_made_and_disabled_between_two_looks_leaves_both_traces(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    company = await store.write(add_company)
    watch = Watch(store, caplog)
    await watch.looks()
    await store.write(add_key, company)
    [key] = await store.read(all_keys)
    await store.write(end_key, key.prefix, LATER)
    assert await watch.looks() == [("key_created", key.prefix), ("key_disabled", key.prefix)]
