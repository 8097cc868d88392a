"""Loads the rows of all tables into an empty place, as one whole."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from ocote.fault_points import step
from ocote.store.copying.place import (
    add_references,
    check_loaded_file,
    clear_place,
    drop_references,
    mark_restored,
    remove_installation,
    vacant,
)
from ocote.store.copying.tables import columns_of
from ocote.store.engine.loading import Loading
from ocote.store.engine.opening import NEWEST
from ocote.store.engine.places import open_loading
from ocote.store.engine.snapshot import Page


class RowsToLoad(Struct, frozen=True):
    """A table with its columns, the number of its rows and a function that gives all of them, a page at a time."""

    table: str
    columns: tuple[str, ...]
    rows: int
    pages: Callable[[], Iterable[Page]]


async def load_database(url: str, version: str, tables: Sequence[RowsToLoad], now: str) -> None:
    """Makes the tables of a version at an empty place, fills them, and migrates them to those of this program.

    The numbers of the new database are unconfirmed. Everything appears at once or nothing does. Raises OccupiedError,
    InconsistentError, NewerDatabaseError and StoreUnavailableError; what reading the rows raises is passed on.
    """
    async with open_loading(url, vacant) as loading:
        with step("restore.tables"):
            references = await _make_tables(loading, version)
            if any(table.rows for table in tables if table.table == "installation"):
                await loading.run(remove_installation)
        for table in tables:
            with step("restore.fill"):
                await _fill(loading, table)
        with step("restore.complete"):
            if loading.kind == "sqlite":
                await loading.run(check_loaded_file)
            else:
                await loading.run(add_references, references)
            await loading.migrate_to(NEWEST)
            await loading.run(mark_restored, now)


async def _make_tables(loading: Loading, version: str) -> tuple[str, ...]:
    """Makes empty tables; returns the statements that put their foreign keys back."""
    if loading.kind == "postgresql":
        await loading.run(clear_place)
    await loading.migrate_to(version)
    return await loading.run(drop_references) if loading.kind == "postgresql" else ()


async def _fill(loading: Loading, table: RowsToLoad) -> None:
    """Loads one table. A column that the version does not have was added by somebody else, and is left out."""
    existing = {column.name for column in await loading.run(columns_of, table.table)}
    kept = [position for position, name in enumerate(table.columns) if name in existing]
    columns = tuple(table.columns[position] for position in kept)
    pages = table.pages()
    if len(kept) < len(table.columns):
        pages = ([tuple(row[position] for position in kept) for row in page] for page in pages)
    await loading.fill(table.table, columns, pages)
