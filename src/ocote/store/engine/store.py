"""The interface of a database that the rest of the gateway uses, SQLite and PostgreSQL alike."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

from ocote.store.engine.statement import Row, Transaction

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["Row", "Store", "StoreUnavailableError", "Transaction", "UniqueError"]


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

    async def search(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like ``read`` for work that may read every document of a company, without blocking other work."""
        ...

    async def write(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work in one durable transaction: after the return the work survives a power cut.

        Raises UniqueError when a uniqueness rule of the tables refuses the work, StoreUnavailableError when the
        database cannot run it. An exception raised by the work undoes the transaction and is passed on unchanged.
        """
        ...

    async def close(self) -> None:
        """Finishes the running work and closes every connection."""
        ...


class UniqueError(Exception):
    """A uniqueness rule of the tables refused the work, because another transaction was first; nothing was kept."""
