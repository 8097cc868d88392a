"""Opens the database as it stands at this moment."""

from contextlib import AbstractAsyncContextManager

from ocote.store.engine.location import locate
from ocote.store.engine.snapshot import Snapshot


def open_snapshot(url: str) -> AbstractAsyncContextManager[Snapshot]:
    """The database of this moment, as long as the context lasts; no limit of time applies to it.

    Raises StoreUnavailableError.
    """
    location = locate(url)
    if location.sqlite_path is not None:
        from ocote.store.engine.sqlite_snapshot import open_sqlite_snapshot  # noqa: PLC0415

        return open_sqlite_snapshot(location.sqlite_path)
    # Imported only for PostgreSQL, because importing the driver makes the start slower.
    from ocote.store.engine.postgres_snapshot import open_postgres_snapshot  # noqa: PLC0415

    return open_postgres_snapshot(location.url)
