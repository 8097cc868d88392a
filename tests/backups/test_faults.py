"""A backup or a restore that breaks off leaves nothing behind and can be repeated."""

import asyncio
import resource
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from ocote.backups.making import make_backup
from ocote.backups.reading import open_backup
from ocote.backups.restoring import restore_backup
from ocote.store.copying.place import vacant
from ocote.store.engine.places import open_loading
from ocote.store.engine.snapshots import open_snapshot
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import StoreUnavailableError
from tests.backups.contents import assert_restored, everything
from tests.backups.small import Small, made, noon
from tests.commands import Run
from tests.databases import Databases
from tests.faults.storage import SmallDisk, small_disk

_LIMITS = sql("""
    SELECT setting FROM pg_settings
    WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')""")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk that can be filled up."""
    with small_disk(tmp_path / "disco") as made_disk:
        yield made_disk


def _fill(disk: SmallDisk) -> None:
    if disk.how == "a full file system":
        disk.fill(0)
    else:  # this user may mount nothing: no file of this process may grow
        _limit(0)


def _clear(disk: SmallDisk) -> None:
    if disk.how == "a full file system":
        disk.clear(0)
    else:
        _limit(resource.RLIM_INFINITY)


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_ends_a_backup_in_one_sentence_and_leaves_no_file(
    run: Run, small: Small, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", small.url)
    before = set(disk.folder.iterdir())
    _fill(disk)
    ended = run("backup", str(disk.folder / "copia.zip"))
    _clear(disk)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == f"Error: No se puede usar {disk.folder / 'copia.zip'}: el disco está lleno.\n"
    assert set(disk.folder.iterdir()) == before
    assert run("backup", str(disk.folder / "copia.zip")).status == 0


def test_a_full_disk_ends_a_restore_in_one_sentence_and_leaves_no_database(
    run: Run, small: Small, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{disk.folder / 'nueva.sqlite3'}"
    monkeypatch.setenv("OCOTE_DATABASE_URL", url)
    _fill(disk)
    ended = run("restore", str(small.file))
    _clear(disk)
    assert (ended.status, ended.out) == (1, "")
    assert "el disco está lleno" in ended.err
    assert ended.err.count("\n") == 1
    assert not list(disk.folder.glob("nueva*"))
    assert run("restore", str(small.file)).status == 0
    assert_restored(everything(small.url), everything(url))


def _after_some(rows: int, happens: Callable[[], object]) -> Callable[[int], None]:
    """A function that is called for each page, and lets something happen once."""
    passed = 0

    def count(more: int) -> None:
        nonlocal passed
        before, passed = passed, passed + more
        if before < rows <= passed:
            happens()

    return count


def _end_all_sessions(url: str) -> None:
    """Ends every session of a PostgreSQL database but its own, as a restart of the server does."""

    async def end() -> None:
        connection = await asyncpg.connect(url)
        await connection.fetch(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await connection.close()

    thread = threading.Thread(target=asyncio.run, args=(end(),))
    thread.start()
    thread.join()


def test_postgres_may_go_away_in_the_middle_of_a_backup(small: Small, tmp_path: Path, all_databases: Databases) -> None:
    url = all_databases.postgres()
    with open_backup(small.file) as backup:
        asyncio.run(restore_backup(url, backup, noon, lambda _rows: None))
    ends = _after_some(1, lambda: _end_all_sessions(url))
    with pytest.raises(StoreUnavailableError):
        asyncio.run(make_backup(url, tmp_path / "otra.zip", noon, lambda rows, _total: ends(rows)))
    assert not list(tmp_path.glob("otra*"))
    made(url, tmp_path / "otra.zip")
    all_databases.give_back(url)


def test_postgres_may_go_away_in_the_middle_of_a_restore(small: Small, all_databases: Databases) -> None:
    url = all_databases.empty_postgres()
    with open_backup(small.file) as backup:
        ends = _after_some(2, lambda: _end_all_sessions(url))
        with pytest.raises(StoreUnavailableError):
            asyncio.run(restore_backup(url, backup, noon, ends))
        assert "CREATE TABLE" not in all_databases.dump_postgres(url)
        asyncio.run(restore_backup(url, backup, noon, lambda _rows: None))
    assert_restored(everything(small.url), everything(url))
    all_databases.drop_postgres(url)


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_a_restore_that_the_operator_interrupts_leaves_the_place_empty(
    small: Small, tmp_path: Path, all_databases: Databases, target: str
) -> None:
    url = f"sqlite:///{tmp_path / 'nueva.sqlite3'}" if target == "sqlite" else all_databases.empty_postgres()

    async def interrupted() -> None:
        with open_backup(small.file) as backup:
            task = asyncio.current_task()
            assert task is not None
            await restore_backup(url, backup, noon, _after_some(2, task.cancel))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(interrupted())
    assert not list(tmp_path.glob("nueva*"))
    with open_backup(small.file) as backup:
        asyncio.run(restore_backup(url, backup, noon, lambda _rows: None))
    assert_restored(everything(small.url), everything(url))


def _limits() -> Transaction[set[str]]:
    return {row["setting"] for row in (yield _LIMITS())}


async def test_limits_of_time_of_the_server_do_not_end_a_long_backup_or_restore(all_databases: Databases) -> None:
    url = all_databases.empty_postgres()
    name = url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(url)
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"):
        await connection.execute(f"ALTER DATABASE \"{name}\" SET {limit} = '20s'")
    await connection.close()
    async with open_snapshot(url) as snapshot:
        assert await snapshot.read(_limits) == {"0"}
    async with open_loading(url, vacant) as loading:
        assert await loading.run(_limits) == {"0"}
        await loading.migrate_to("0002")  # whose index has a limit of its own
        assert await loading.run(_limits) == {"0"}
    all_databases.drop_postgres(url)
