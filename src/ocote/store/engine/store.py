"""The interface of a database that the rest of the gateway uses, SQLite and PostgreSQL alike."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from ocote.store.engine.statement import Row, Transaction

P = ParamSpec("P")
T = TypeVar("T")

__all__ = [
    "JournalUnavailableError",
    "Row",
    "SearchTooLongError",
    "Store",
    "StoreUnavailableError",
    "TooManySearchesError",
    "Transaction",
    "UniqueError",
]


class StoreUnavailableError(Exception):
    """The database cannot run the work now (busy, full, read-only, unreachable); nothing of the work was kept."""


class Store(Protocol):
    """A database that runs transactions written without I/O (see ``statement.Transaction``).

    ``commits`` counts durable commits since the store was opened; the tests and the metrics read it.
    """

    commits: int

    @property
    def registrations(self) -> int | None:
        """A number that changes with every change of a company or a key by any process; None for unknown changes.

        Copies of companies and keys stay valid while the number does not change; with None no copies may be kept.
        """
        ...

    async def appear(self) -> str:
        """Shows the other processes on the database that this process is alive, until the store is closed.

        Returns the name of this process. Raises StoreUnavailableError.
        """
        ...

    async def lives(self, process: str) -> bool:
        """Whether the process with this name is alive. Raises StoreUnavailableError."""
        ...

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that only reads. Raises StoreUnavailableError."""
        ...

    async def search(
        self, work: Callable[Concatenate[int, P], Transaction[T]], company_id: int, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs work that may read every document of the company, and delays no work but such work of the company.

        One search of a kind runs at a time in each company, the others wait for their turn. A search whose caller is
        cancelled ends at once. Raises TooManySearchesError, SearchTooLongError and StoreUnavailableError.
        """
        ...

    async def write(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work in one durable transaction: after the return the work survives a power cut.

        Raises UniqueError when a uniqueness rule of the tables refuses the work, StoreUnavailableError when the
        database cannot run it. An exception raised by the work undoes the transaction and is passed on unchanged.
        """
        ...

    async def others_live(self) -> bool:
        """Whether any other process on the database is alive. Raises StoreUnavailableError."""
        ...

    async def close(self) -> None:
        """Finishes the running work and closes every connection."""
        ...


class JournalUnavailableError(StoreUnavailableError):
    """The journal cannot take what was signed (disk full or missing); nothing of the work was kept."""


class UniqueError(Exception):
    """A uniqueness rule of the tables refused the work, because another transaction was first; nothing was kept."""


class TooManySearchesError(StoreUnavailableError):
    """As many searches of the company wait for their turn as may; this one was not begun."""


class SearchTooLongError(StoreUnavailableError):
    """The search read for longer than any search may, and was ended without a result."""
