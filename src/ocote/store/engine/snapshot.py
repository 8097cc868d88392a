"""The database as it stands at one moment, read while other processes go on writing."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final, Literal, ParamSpec, Protocol, TypeVar

from ocote.store.engine.statement import Query, Transaction

P = ParamSpec("P")
T = TypeVar("T")

DatabaseKind = Literal["sqlite", "postgresql"]

Page = list[tuple[Any, ...]]
"""Some rows of a table, as plain values."""

ROWS_OF_A_PAGE: Final = 64
"""Rows in memory at once: a row with the largest request takes some megabytes."""


class Snapshot(Protocol):
    """A database in which nothing changes, whatever is committed meanwhile; it delays no other process."""

    @property
    def kind(self) -> DatabaseKind:
        """The kind of the database."""
        ...

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that only reads. Raises StoreUnavailableError."""
        ...

    def pages(self, query: Query[Any]) -> AsyncIterator[Page]:
        """All rows of a query, a page at a time. Raises StoreUnavailableError."""
        ...
