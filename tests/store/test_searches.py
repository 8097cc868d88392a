"""A search delays no other work, ends at its limit or with its caller, and then leaves its place."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from ocote.store.engine.opening import open_store
from ocote.store.engine.searches import MOST_WAITING, SEARCHES_AT_ONCE
from ocote.store.engine.statement import Row, Transaction, one, sql
from ocote.store.engine.store import SearchTooLongError, Store, StoreUnavailableError, TooManySearchesError
from tests.databases import Databases
from tests.store.rows import add_company

_ENDLESS = sql("""
    WITH RECURSIVE numbers (n) AS (
        SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000000000)
    SELECT CAST(count(*) AS BIGINT) AS n FROM numbers""")
_QUICK = sql("SELECT CAST(:company AS BIGINT) AS n")
_WRITES = sql("UPDATE company SET name = 'otra' WHERE id = :company")
_BROKEN = sql("SELECT :company AS n FROM no_such_table")

_AT_WORK = sql("""
    SELECT count(*) AS n FROM pg_stat_activity
    WHERE state = 'active' AND query LIKE '%1000000000000%' AND pid <> pg_backend_pid()
      AND datname = current_database()""")


def endless(company_id: int) -> Transaction[Row]:
    """A search that never ends by itself."""
    assert company_id
    return (yield from one(_ENDLESS()))


def quick(company_id: int) -> Transaction[int]:
    """A search of one row."""
    return int((yield from one(_QUICK(company=company_id)))["n"])


def writes(company_id: int) -> Transaction[None]:
    """Work that is no search."""
    yield _WRITES(company=company_id)


def at_work() -> Transaction[int]:
    """How many endless searches PostgreSQL works on."""
    return int((yield from one(_AT_WORK()))["n"])


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


async def begun(store: Store, companies: range) -> list["asyncio.Task[Row]"]:
    """Endless searches of some companies."""
    searches = [asyncio.create_task(store.search(endless, company)) for company in companies]
    await asyncio.sleep(0)
    return searches


async def ended(searches: list["asyncio.Task[Row]"]) -> None:
    """The searches after their callers have gone."""
    for search in searches:
        search.cancel()
    for search in searches:
        with suppress(asyncio.CancelledError):
            await search


async def test_a_search_that_takes_too_long_is_ended(database_url: str) -> None:
    async with open_store(database_url, longest_search_s=0.05) as store:
        with pytest.raises(SearchTooLongError):
            await store.search(endless, 1)

        assert await store.search(quick, 1) == 1


async def test_a_search_is_ended_with_its_caller_and_leaves_its_place_and_no_line_of_the_log(store: Store) -> None:
    unheard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
    for _ in range(3):
        await ended(await begun(store, range(1, SEARCHES_AT_ONCE + 1)))

    assert await store.search(quick, 9) == 9
    gc.collect()
    assert unheard == []


async def test_postgres_works_no_more_for_a_caller_who_has_gone(all_databases: Databases) -> None:
    async with open_store(all_databases.postgres()) as store:
        await ended(await begun(store, range(1, SEARCHES_AT_ONCE + 1)))

        assert await store.read(at_work) == 0


async def test_searches_that_never_end_delay_neither_a_read_nor_a_write(store: Store) -> None:
    company = await store.write(add_company)
    searches = await begun(store, range(1, SEARCHES_AT_ONCE + 1))

    assert await store.read(quick, company) == company
    await store.write(writes, company)

    assert not any(search.done() for search in searches)
    await ended(searches)


async def test_a_company_that_searches_without_end_delays_no_other(store: Store) -> None:
    searches = [asyncio.create_task(store.search(endless, 1)) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)

    assert await store.search(quick, 2) == 2

    await ended(searches)


async def test_another_kind_of_search_of_the_company_goes_on(store: Store) -> None:
    searches = await begun(store, range(1, 2))

    assert await store.search(quick, 1) == 1

    await ended(searches)


async def test_more_searches_of_a_company_than_may_wait_are_refused(store: Store) -> None:
    searches = [asyncio.create_task(store.search(endless, 1)) for _ in range(MOST_WAITING + 1)]
    await asyncio.sleep(0)

    with pytest.raises(TooManySearchesError):
        await store.search(endless, 1)

    await ended(searches)
    assert await store.search(quick, 1) == 1


async def test_a_search_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailableError):
        await store.search(writes, 1)


async def test_a_search_that_fails_leaves_its_place(store: Store) -> None:
    def broken(company_id: int) -> Transaction[Row]:
        return (yield from one(_BROKEN(company=company_id)))

    for _ in range(SEARCHES_AT_ONCE + 1):
        with pytest.raises(Exception, match="no_such_table"):
            await store.search(broken, 1)

    assert await store.search(quick, 1) == 1
