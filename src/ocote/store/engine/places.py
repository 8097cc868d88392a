"""Opens the place of a database that is to be filled."""

from contextlib import AbstractAsyncContextManager

from ocote.store.engine.loading import Loading, Vacancy
from ocote.store.engine.location import locate


def open_loading(url: str, vacant: Vacancy) -> AbstractAsyncContextManager[Loading]:
    """An empty database at the place of a URL, which becomes the database there when the context ends well.

    Raises OccupiedError, also at the end when somebody else was faster; NewerDatabaseError; StoreUnavailableError.
    """
    location = locate(url)
    if location.sqlite_path is not None:
        from ocote.store.engine.sqlite_loading import open_sqlite_loading  # noqa: PLC0415

        return open_sqlite_loading(location.sqlite_path, vacant)
    from ocote.store.engine.postgres_loading import open_postgres_loading  # noqa: PLC0415

    return open_postgres_loading(location.url, vacant)


async def refuse_occupied(url: str, vacant: Vacancy) -> None:
    """Raises OccupiedError when the place of a URL cannot take a database now; changes nothing.

    Raises NewerDatabaseError and StoreUnavailableError.
    """
    location = locate(url)
    if location.sqlite_path is not None:
        from ocote.store.engine.sqlite_loading import refuse_occupied_file  # noqa: PLC0415

        refuse_occupied_file(location.sqlite_path.resolve(), vacant)
        return
    from ocote.store.engine.postgres_loading import refuse_occupied_database  # noqa: PLC0415

    await refuse_occupied_database(location.url, vacant)
