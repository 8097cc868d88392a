"""``ocote backup`` and ``ocote restore`` as the operator sees them."""

import asyncio
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from ocote.backups.manifest import BackupError
from ocote.backups.reading import open_backup
from ocote.backups.restoring import restore_backup
from ocote.health.backup import backup_age
from ocote.store.companies import all_companies
from ocote.store.copying.recording import backed_up_at, latest_backups
from ocote.store.copying.tables import TABLES
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.values import moment_text
from ocote.unfinished import unfinished
from ocote.vault import new_secret
from tests.backups.contents import assert_restored, everything
from tests.backups.small import DOCUMENTS, MADE_AT, Small, made, noon
from tests.commands import Run
from tests.databases import Databases
from tests.store.rows import add_company
from tests.store.versions import becomes_newer

_LEASES = sql("UPDATE document SET due_at = :due, held_by = '4711'")


def _place(tmp_path: Path) -> Path:
    return tmp_path / "nueva.sqlite3"


def test_a_backup_says_what_it_holds_and_which_secret_it_needs(
    run: Run, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", small.url)
    ended = run("backup", "otra.zip")
    assert (ended.status, ended.err) == (0, "")
    with ZipFile(tmp_path / "otra.zip") as archive:
        assert archive.testzip() is None
        fingerprint = archive.read("manifest.json").partition(b'"secrets": [\n    "')[2][:16].decode()
    assert f"{DOCUMENTS} documentos de 1 empresa" in ended.out
    assert f"No contiene OCOTE_SECRET_KEY, sin la cual no se restaura: guárdela aparte (huella {fingerprint})." in (
        ended.out
    )
    assert stat.S_IMODE((tmp_path / "otra.zip").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("otra*")] == ["otra.zip"]


async def test_a_backup_is_written_down_for_the_doctor(database_url: str, tmp_path: Path) -> None:
    await asyncio.to_thread(made, database_url, tmp_path / "copia.zip")
    async with open_store(database_url) as store:
        assert await store.read(backed_up_at) == moment_text(MADE_AT)
        [listed] = await store.read(latest_backups, 5)
    file = tmp_path / "copia.zip"
    assert (listed.name, listed.bytes, listed.documents) == ("copia.zip", file.stat().st_size, 0)


@pytest.mark.parametrize(
    ("last", "level"), [(None, "warning"), (timedelta(hours=24), "well"), (timedelta(hours=26), "warning")]
)
def test_the_doctor_warns_of_a_backup_that_is_old_or_missing(last: timedelta | None, level: str) -> None:
    finding = backup_age(None if last is None else moment_text(MADE_AT - last), MADE_AT)
    assert finding.level == level
    assert bool(finding.remedy) == (level == "warning")


def test_an_existing_file_is_never_overwritten(run: Run, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", small.url)
    before = small.file.read_bytes()
    ended = run("backup", str(small.file))
    assert (ended.status, ended.out) == (1, "")
    assert "ya existe y no se sobrescribe" in ended.err
    assert small.file.read_bytes() == before


def test_two_backups_into_one_file_do_not_mix(
    run: Run, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", small.url)
    with unfinished(tmp_path / "otra.zip.part"):
        ended = run("backup", "otra.zip")
        assert (ended.status, ended.out) == (1, "")
        assert "Otro proceso está escribiendo otra.zip" in ended.err
    assert run("backup", "otra.zip").status == 0


def test_a_link_in_the_place_of_the_unfinished_file_leads_nowhere(
    run: Run, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", small.url)
    (tmp_path / "ajeno").write_text("de otro", encoding="utf-8")
    (tmp_path / "otra.zip.part").symlink_to(tmp_path / "ajeno")
    ended = run("backup", "otra.zip")
    assert ended.status == 1
    assert ended.err.startswith("Error: No se puede usar otra.zip: ")
    assert (tmp_path / "ajeno").read_text(encoding="utf-8") == "de otro"


@pytest.mark.parametrize("url", ["sqlite:///{folder}/falta.sqlite3", "postgresql://ocote@127.0.0.1:1/ocote"])
def test_a_database_that_is_not_there_is_not_backed_up(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", url.format(folder=tmp_path))
    ended = run("backup", "copia.zip")
    assert (ended.status, ended.out) == (1, "")
    assert "No se puede usar la base de datos" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_is_not_backed_up(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vacia.sqlite3").touch()
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'vacia.sqlite3'}")
    ended = run("backup", "copia.zip")
    assert (ended.status, ended.out) == (1, "")
    assert "no tiene tablas" in ended.err
    assert not list(tmp_path.glob("copia*"))


def test_a_restore_says_that_the_numbers_are_not_confirmed(run: Run, small: Small, tmp_path: Path) -> None:
    ended = run("restore", str(small.file))
    assert (ended.status, ended.err) == (0, "")
    assert f"Restaurado: {DOCUMENTS} documentos de 1 empresa" in ended.out
    assert "ocote restore --confirm" in ended.out
    assert stat.S_IMODE(_place(tmp_path).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("nueva*")] == ["nueva.sqlite3"]
    assert_restored(everything(small.url), everything(f"sqlite:///{_place(tmp_path)}"))


def test_a_walk_through_the_database_from_before_is_not_continued(
    run: Run, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATA_DIR", str(tmp_path))
    for name in ("verify.json", "verify.stamps", "verify-06140101260017.json", "numbers-seen.json"):
        (tmp_path / name).touch()
    assert run("restore", str(small.file)).status == 0
    assert not list(tmp_path.glob("verify*"))
    assert (tmp_path / "numbers-seen.json").exists()


def test_a_check_touches_no_database(run: Run, small: Small, tmp_path: Path) -> None:
    ended = run("restore", "--check", str(small.file))
    assert (ended.status, ended.err) == (0, "")
    assert "está sano" in ended.out
    assert "OCOTE_SECRET_KEY abre lo cifrado." in ended.out
    assert not _place(tmp_path).exists()


def test_a_check_without_the_secret_says_which_one_is_needed(
    run: Run, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OCOTE_SECRET_KEY")
    ended = run("restore", "--check", str(small.file))
    assert ended.status == 0
    assert "el respaldo necesita la de huella" in ended.out


def test_the_wrong_secret_restores_nothing_and_is_told_by_its_fingerprint(
    run: Run, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_SECRET_KEY", new_secret())
    for arguments in (("restore", str(small.file)), ("restore", "--check", str(small.file))):
        ended = run(*arguments)
        assert (ended.status, ended.out) == (1, "")
        assert "OCOTE_SECRET_KEY no abre lo cifrado en el respaldo: falta la clave de huella" in ended.err
    assert not list(tmp_path.glob("nueva*"))


def test_a_lost_secret_does_not_lose_the_documents(
    run: Run, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OCOTE_SECRET_KEY")
    assert "Falta OCOTE_SECRET_KEY" in run("restore", str(small.file)).err
    ended = run("restore", "--lost-key", str(small.file))
    assert ended.status == 0, ended
    assert "Registre otra vez cada empresa" in ended.out
    assert_restored(everything(small.url), everything(f"sqlite:///{_place(tmp_path)}"))


def test_a_secret_that_never_opened_does_not_stand_in_the_way(
    run: Run, tmp_path: Path, all_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = all_databases.sqlite()

    async def fill() -> None:
        async with open_store(url) as store:
            await store.write(add_company)

    asyncio.run(fill())
    made(url, tmp_path / "copia.zip")
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{_place(tmp_path)}")
    assert run("restore", "copia.zip").status == 0


def test_without_a_file_the_help_is_named(run: Run) -> None:
    ended = run("restore")
    assert ended.status == 2
    assert ended.err.startswith("Error: Falta el argumento 'ARCHIVO'.")


def _is_refused(run: Run, small: Small, said: str) -> None:
    ended = run("restore", str(small.file))
    assert (ended.status, ended.out) == (1, ""), ended
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_database_with_data_is_never_replaced(
    run: Run, small: Small, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fill() -> None:
        async with open_store(database_url) as store:
            await store.write(add_company)

    asyncio.run(fill())
    before = everything(database_url)
    monkeypatch.setenv("OCOTE_DATABASE_URL", database_url)
    _is_refused(run, small, "ya tiene empresas o documentos")
    assert everything(database_url) == before


def test_a_database_in_use_is_not_replaced_even_if_it_is_empty(
    run: Run, small: Small, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", database_url)

    async def while_alive() -> None:
        async with open_store(database_url) as store:
            await store.appear()
            await asyncio.to_thread(_is_refused, run, small, "está en uso: detenga «ocote serve» y «ocote worker»")
            assert await store.read(all_companies) == []

    asyncio.run(while_alive())


async def test_a_file_that_somebody_fills_meanwhile_is_not_replaced(small: Small, all_databases: Databases) -> None:
    """Another process registers a company after the last look at the empty place."""
    url = all_databases.sqlite()
    async with open_store(url) as store:
        adding: list[asyncio.Task[int]] = []

        def passed(_rows: int) -> None:
            if not adding:
                adding.append(asyncio.create_task(store.write(add_company)))

        with open_backup(small.file) as backup, pytest.raises(BackupError):
            await restore_backup(url, backup, noon, passed)
        await adding[0]
        assert len(await store.read(all_companies)) == 1


def test_an_empty_database_that_was_migrated_is_an_empty_place(
    run: Run, small: Small, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", database_url)
    assert run("restore", str(small.file)).status == 0
    assert_restored(everything(small.url), everything(database_url))


def test_the_mode_of_an_empty_database_is_kept(run: Run, small: Small, tmp_path: Path) -> None:
    migrate(f"sqlite:///{_place(tmp_path)}")
    _place(tmp_path).chmod(0o640)
    assert run("restore", str(small.file)).status == 0
    assert stat.S_IMODE(_place(tmp_path).stat().st_mode) == 0o640


def test_a_database_behind_a_link_is_made_where_the_link_leads(run: Run, small: Small, tmp_path: Path) -> None:
    (tmp_path / "disco").mkdir()
    _place(tmp_path).symlink_to(tmp_path / "disco" / "ocote.sqlite3")
    assert run("restore", str(small.file)).status == 0
    assert _place(tmp_path).is_symlink()
    assert (tmp_path / "disco" / "ocote.sqlite3").stat().st_size > 0


def test_a_database_of_another_program_is_not_replaced(run: Run, small: Small, tmp_path: Path) -> None:
    with closing(sqlite3.connect(_place(tmp_path))) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
    before = _place(tmp_path).read_bytes()
    _is_refused(run, small, "tiene tablas que no son de ocote")
    assert _place(tmp_path).read_bytes() == before


def test_tables_of_another_program_in_postgres_stay(
    run: Run, small: Small, all_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = all_databases.load_postgres("CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('El carbonero')")
    monkeypatch.setenv("OCOTE_DATABASE_URL", url)
    assert run("restore", str(small.file)).status == 0
    assert "El carbonero" in all_databases.dump_postgres(url, "--table=song", "--inserts")
    assert run("backup", "otra.zip").status == 0
    with ZipFile("otra.zip") as archive:
        assert "tables/song.jsonl" not in archive.namelist()
    all_databases.drop_postgres(url)


def test_a_table_of_the_same_name_in_postgres_is_not_dropped(
    run: Run, small: Small, all_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = all_databases.load_postgres("CREATE TABLE document (title TEXT)")
    monkeypatch.setenv("OCOTE_DATABASE_URL", url)
    _is_refused(run, small, "tiene tablas que no son de ocote")
    all_databases.drop_postgres(url)


def test_what_is_no_database_is_not_replaced(run: Run, small: Small, tmp_path: Path) -> None:
    _place(tmp_path).write_text("Lista de compras\n" * 100, encoding="utf-8")
    _is_refused(run, small, "el archivo no es una base de datos sana")
    assert _place(tmp_path).read_text(encoding="utf-8").startswith("Lista de compras")


def test_what_is_no_regular_file_is_not_replaced(run: Run, small: Small, tmp_path: Path) -> None:
    """A device looks like an empty database, and a file that takes its name takes it from every other program."""
    os.mkfifo(_place(tmp_path))
    _is_refused(run, small, "no es un archivo, sino un dispositivo")
    assert _place(tmp_path).is_fifo()


def test_changes_that_a_lost_database_left_beside_its_place_are_neither_used_nor_removed(
    run: Run, small: Small, tmp_path: Path
) -> None:
    """SQLite would apply them to the restored file."""
    left = tmp_path / "nueva.sqlite3-wal"
    left.write_bytes(b"ventas")
    _is_refused(run, small, "quedaron cambios de una que ya no está")
    assert left.read_bytes() == b"ventas"
    left.write_bytes(b"")
    assert run("restore", str(small.file)).status == 0
    assert not left.exists()


def test_a_newer_database_is_not_replaced(
    run: Run, small: Small, own_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    becomes_newer(own_database_url)
    monkeypatch.setenv("OCOTE_DATABASE_URL", own_database_url)
    _is_refused(run, small, "es de una versión más nueva de ocote")


def test_a_second_restore_into_one_place_waits_for_no_end(run: Run, small: Small, tmp_path: Path) -> None:
    with unfinished(tmp_path / "nueva.sqlite3.restoring"):
        _is_refused(run, small, "Otro proceso está restaurando")
    assert run("restore", str(small.file)).status == 0


async def test_work_of_processes_that_are_gone_is_due_at_once(
    small: Small, all_databases: Databases, tmp_path: Path
) -> None:
    """In the backup a process holds every document for years."""
    url = f"sqlite:///{tmp_path / 'con-plazos.sqlite3'}"
    shutil.copy(small.url.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))

    def hold() -> Transaction[None]:
        yield _LEASES(due="2099-01-01T00:00:00.000000Z")

    async with open_store(url) as store:
        await store.write(hold)
    await asyncio.to_thread(made, url, tmp_path / "con-plazos.zip")
    for target in (f"sqlite:///{_place(tmp_path)}", all_databases.empty_postgres()):
        with open_backup(tmp_path / "con-plazos.zip") as backup:
            await restore_backup(target, backup, noon, lambda _rows: None)
        rows = everything(target)["document"]
        assert all(row["due_at"] == row["posted_at"] and row["held_by"] is None for row in rows)


def test_every_table_is_backed_up(small: Small) -> None:
    assert set(everything(small.url)) == set(TABLES)
    with closing(sqlite3.connect(small.url.removeprefix("sqlite:///"))) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - {"alembic_version", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4"} == set(TABLES), (
        "a new table has to be named in TABLES of ocote.store.copying.tables"
    )
