"""The migrations lead to the tables this program knows."""

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from ocote.cli.failures import explanation
from ocote.store.engine import migrate as migrating
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import NEWEST, NewerDatabaseError, OutdatedError, open_store
from ocote.store.engine.store import StoreUnavailableError
from tests.databases import Databases
from tests.store.versions import NEXT, becomes_newer


def test_the_newest_version_named_in_the_code_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "ocote.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)


async def test_nobody_else_on_the_machine_can_read_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/ocote.sqlite3"
    with as_usual():
        migrate(url)
        async with open_store(url):
            files = [path for path in (tmp_path / "new").iterdir() if path.is_file()]
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}

    assert modes.keys() >= {"ocote.sqlite3", "ocote.sqlite3-wal", "ocote.sqlite3-shm"}
    assert set(modes.values()) == {0o600}


async def test_a_database_whose_owner_has_opened_it_to_others_stays_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ocote.sqlite3"
    migrate(url)
    (tmp_path / "ocote.sqlite3").chmod(0o640)

    migrate(url)

    assert stat.S_IMODE((tmp_path / "ocote.sqlite3").stat().st_mode) == 0o640


@contextmanager
def as_usual() -> Iterator[None]:
    """What a file may be by default is left to its maker, as on most machines: 644."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


async def test_a_database_without_tables_is_not_opened(tmp_path: object) -> None:
    with pytest.raises(OutdatedError) as refused:
        async with open_store(f"sqlite:///{tmp_path}/empty.sqlite3"):
            pass
    assert refused.value.found == ""


async def test_a_postgres_without_tables_is_not_opened(all_databases: Databases) -> None:
    server = all_databases.postgres_server()
    with pytest.raises(OutdatedError):
        async with open_store(server):
            pass


async def test_an_unreachable_postgres_is_unavailable() -> None:
    with pytest.raises(StoreUnavailableError):
        async with open_store("postgresql://ocote@127.0.0.1:1/ocote"):
            pass


async def test_both_databases_have_the_same_columns(all_databases: Databases) -> None:
    import sqlite3

    path = all_databases.sqlite().removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    sqlite = {
        (table, row[1])
        for table in tables
        if not table.startswith("sqlite_")
        for row in connection.execute(f"PRAGMA table_info({table})")
    }
    connection.close()
    postgres = await asyncpg.connect(all_databases.postgres())
    rows = await postgres.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    await postgres.close()
    assert {(row["table_name"], row["column_name"]) for row in rows} == sqlite


async def test_a_database_of_a_newer_program_is_neither_opened_nor_migrated(own_database_url: str) -> None:
    await asyncio.to_thread(becomes_newer, own_database_url)
    with pytest.raises(NewerDatabaseError) as refused:
        async with open_store(own_database_url):
            pass
    assert refused.value.found == NEXT
    with pytest.raises(NewerDatabaseError):
        await asyncio.to_thread(migrate, own_database_url)


async def test_a_migration_that_would_have_to_wait_for_long_changes_nothing_and_says_to_repeat_it(
    all_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody else would wait behind it."""
    url = all_databases.postgres()
    monkeypatch.setitem(migrating.POSTGRES_LIMITS, "lock_timeout", "10ms")
    holder = await asyncpg.connect(url)
    async with holder.transaction():
        await holder.execute("LOCK TABLE alembic_version")
        with pytest.raises(StoreUnavailableError) as refused:
            await asyncio.to_thread(migrate, url)
    await holder.close()
    all_databases.give_back(url)
    assert "otro proceso la tiene ocupada; repita la orden en un momento" in str(explanation(refused.value))
