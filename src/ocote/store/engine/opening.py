"""Opens the configured database and checks that its tables are of this program's version."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ocote.store.engine.journaling import Journal
from ocote.store.engine.location import locate
from ocote.store.engine.searches import LONGEST_SEARCH_S
from ocote.store.engine.sqlite import SqliteStore
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store

NEWEST = "0008"
"""The newest migration; a test compares it with the migrations themselves."""

_VERSION_SQLITE = sql("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
_VERSION_POSTGRES = sql("SELECT count(*) AS n FROM pg_tables WHERE tablename = 'alembic_version'")
_VERSION = sql("SELECT version_num FROM alembic_version")


class OutdatedError(Exception):
    """The database's tables are older than this program; ``found`` is empty when it has no tables at all.

    ``missing`` is the SQLite file that does not exist, if that is why.
    """

    def __init__(self, found: str, missing: Path | None = None) -> None:
        super().__init__(f"the database is at version {found or 'none'}, not {NEWEST}: run 'ocote migrate'")
        self.found = found
        self.missing = missing


class NewerDatabaseError(Exception):
    """A newer program has changed the tables to version ``found``, which this program cannot read."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the database is at version {found}, newer than {NEWEST}: this program has to be updated")
        self.found = found


def refuse_newer(found: str) -> None:
    """Raises NewerDatabaseError for a version that comes after this program's newest migration."""
    if found > NEWEST:
        raise NewerDatabaseError(found)


@asynccontextmanager
async def open_store(
    url: str, *, pool_size: int = 20, longest_search_s: float = LONGEST_SEARCH_S, journal: Journal | None = None
) -> AsyncIterator[Store]:
    """The store behind a database URL, closed at the end. A search is ended after ``longest_search_s`` seconds.

    ``journal`` gets what units of work sign; without it nothing is kept outside the database.

    Raises StoreUnavailableError when the database cannot be reached, OutdatedError when ``ocote migrate`` has to run
    first, and NewerDatabaseError when the database belongs to a newer program.
    """
    location = locate(url)
    store: Store
    if location.sqlite_path is not None:
        if not location.sqlite_path.exists():
            raise OutdatedError("", missing=location.sqlite_path)
        store = SqliteStore(location.sqlite_path, longest_search_s, journal)
    else:
        # Imported only for PostgreSQL, because importing the driver makes the start slower.
        from ocote.store.engine.postgres import PostgresStore  # noqa: PLC0415

        store = await PostgresStore.open(location.url, pool_size, longest_search_s, journal)
    try:
        found = await store.read(schema_version, sqlite=location.sqlite_path is not None)
        refuse_newer(found)
        if found != NEWEST:
            raise OutdatedError(found)
        yield store
    finally:
        await store.close()


def schema_version(*, sqlite: bool) -> Transaction[str]:
    """The database's newest applied migration; empty without any migration."""
    [known] = yield (_VERSION_SQLITE if sqlite else _VERSION_POSTGRES)()
    if not known["n"]:
        return ""
    rows = yield _VERSION()
    return str(rows[0]["version_num"]) if rows else ""
