"""What a process keeps of companies and keys it may keep only as long as nobody changed them."""

import asyncio

from ocote.store.companies import end_key
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.databases import Databases


async def _heard(store: Store, before: int | None) -> int:
    async with asyncio.timeout(10):
        while (count := store.registrations) is None or count == before:  # noqa: ASYNC110 - another process acts
            await asyncio.sleep(0.01)
    return count


async def test_a_change_in_one_process_is_heard_in_another(all_databases: Databases) -> None:
    url = all_databases.postgres()
    async with open_store(url) as one, open_store(url) as other:
        before = await _heard(one, None)
        await other.write(end_key, "odt_none", "2026-11-20T00:00:00.000000Z")
        assert await _heard(one, before) > before


async def test_nothing_may_be_kept_while_nobody_listens(all_databases: Databases) -> None:
    url = all_databases.postgres()
    async with open_store(url) as store:
        before = await _heard(store, None)
        import asyncpg

        killer = await asyncpg.connect(url)
        ended = await killer.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        await killer.close()
        assert len(ended) == 1
        assert await _heard(store, before) > before, "it listens again, and what was kept before is out of date"


async def test_sqlite_never_lets_anything_be_kept(all_databases: Databases) -> None:
    async with open_store(all_databases.sqlite()) as store:
        assert store.registrations is None
