"""What the rest of the gateway may ask of a database, whichever it is."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

from ocote.store.engine.statement import Row, Transaction

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["Row", "Store", "StoreUnavailableError", "Transaction", "UniqueError"]


class StoreUnavailableError(Exception):
    """The database cannot take the work now (busy, full, read-only, unreachable); nothing of it was kept."""


class Store(Protocol):
    """A database that runs transactions written without I/O (see ``statement.Transaction``).

    ``commits`` counts durable commits since the store was opened; the tests and the metrics read it.
    """

    commits: int

    @property
    def registrations(self) -> int | None:
        """A number that changes whenever a company or a key does, whoever changed it; None when that is not known.

        Who keeps what was read of them may keep it while the number stays the same, and must not while it is None.
        """
        ...

    async def appear(self) -> str:
        """Shows the processes that share the database that this one lives, until the store is closed.

        Returns the name under which they know it. Raises StoreUnavailableError.
        """
        ...

    async def lives(self, process: str) -> bool:
        """Whether the process of that name lives. Raises StoreUnavailableError."""
        ...

    async def read(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work that only reads. Raises StoreUnavailableError."""
        ...

    async def search(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for work that may look at every document of a company: nobody else waits for it meanwhile."""
        ...

    async def write(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs work in one durable transaction: when this returns, it survives a power cut.

        Raises UniqueError when a uniqueness rule of the tables refuses it, StoreUnavailableError otherwise. An
        exception raised by the work itself undoes it and comes through unchanged.
        """
        ...

    async def close(self) -> None:
        """Finishes what is under way and closes every connection."""
        ...


class UniqueError(Exception):
    """A uniqueness rule of the tables refused the work: somebody else was first. Nothing of it was kept."""
