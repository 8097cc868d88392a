"""A process is known to live exactly as long as it lives, however it ends."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from ocote.store.engine.location import locate
from ocote.store.engine.opening import open_store
from tests.databases import Databases

_APPEAR = """
import asyncio, sys
from ocote.store.engine.opening import open_store

async def appear():
    async with open_store(sys.argv[1]) as store:
        print(await store.appear(), flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(appear())
"""


@contextmanager
def another_process(database_url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of its own that has appeared, and its name; it ends with the block."""
    arguments = [sys.executable, "-c", _APPEAR, database_url]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


async def gone(database_url: str, name: str) -> bool:
    """Whether a process is known to be dead; PostgreSQL needs a moment to notice that its socket is closed."""
    async with open_store(database_url) as store:
        for _ in range(1000):
            if not await store.lives(name):
                return True
    return False


def files(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_a_living_process_is_seen_by_the_others(database_url: str) -> None:
    with another_process(database_url) as (_, name):
        async with open_store(database_url) as store:
            assert await store.lives(name)


async def test_a_process_sees_itself(database_url: str) -> None:
    async with open_store(database_url) as store:
        assert await store.lives(await store.appear())
        assert await store.lives(await store.appear()), "to appear twice changes nothing"


async def test_a_killed_process_is_missed_at_once(database_url: str) -> None:
    with another_process(database_url) as (process, name):
        process.kill()
        process.wait()
        assert await gone(database_url, name)


async def test_a_process_that_ended_in_order_is_missed_too(database_url: str) -> None:
    async with open_store(database_url) as store:
        name = await store.appear()
    assert await gone(database_url, name)


async def test_a_name_that_nobody_ever_had_does_not_live(database_url: str) -> None:
    async with open_store(database_url) as store:
        assert not await store.lives("17")


async def test_what_dead_processes_leave_beside_an_sqlite_file_is_cleared_away(all_databases: Databases) -> None:
    sqlite_url = all_databases.sqlite()
    database = locate(sqlite_url).sqlite_path
    assert database is not None
    folder = database.with_name(f"{database.name}-processes")
    with another_process(sqlite_url) as (process, name):
        process.kill()
        process.wait()
        assert files(folder) == [name]
        async with open_store(sqlite_url) as store:
            own = await store.appear()
            assert files(folder) == [own]
    assert files(folder) == []


async def test_a_later_program_can_tell_every_process_of_this_one(database_url: str) -> None:
    """By a mark without a version; what later ones add to it tells theirs (docs/migrations.md)."""
    with another_process(database_url) as (_, name):
        database = locate(database_url).sqlite_path
        if database is not None:
            folder = database.with_name(f"{database.name}-processes")
            assert [(file.name, file.stat().st_size) for file in folder.iterdir()] == [(name, 0)]
        else:
            connection = await asyncpg.connect(database_url)
            held = await connection.fetch("""
                SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""")
            await connection.close()
            assert [(row["classid"], row["objid"]) for row in held] == [(727004, int(name))]
