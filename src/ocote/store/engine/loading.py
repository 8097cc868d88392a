"""An empty place for a database, filled as a whole: everything appears together at the end, or nothing does."""

from collections.abc import Callable, Iterable
from typing import Literal, ParamSpec, Protocol, TypeVar

from ocote.store.engine.snapshot import DatabaseKind, Page
from ocote.store.engine.statement import Transaction

P = ParamSpec("P")
T = TypeVar("T")

WhyOccupied = Literal["data", "in_use", "foreign_tables", "left_behind", "being_restored"]
"""Why a place cannot take a database.

``data``: it has companies or documents. ``in_use``: processes are alive on it. ``foreign_tables``: it has tables of
another program. ``left_behind``: changes of a database that was taken away lie beside it. ``being_restored``: another
process is filling it.
"""


class OccupiedError(Exception):
    """The place of the database cannot take another database."""

    def __init__(self, why: WhyOccupied) -> None:
        super().__init__(f"the place of the database is not empty: {why}")
        self.why: WhyOccupied = why


class InconsistentError(Exception):
    """The rows that were loaded do not fit together; nothing of them was kept."""


Vacancy = Callable[[DatabaseKind], Transaction[None]]
"""A unit of work that raises OccupiedError when the tables hold anything."""


class Loading(Protocol):
    """A database that is being filled, in one transaction or in a file that nobody else sees."""

    @property
    def kind(self) -> DatabaseKind:
        """The kind of the database."""
        ...

    async def run(self, work: Callable[P, Transaction[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a unit of work. Raises StoreUnavailableError and InconsistentError."""
        ...

    async def migrate_to(self, version: str) -> None:
        """Applies the migrations up to a version. Raises StoreUnavailableError."""
        ...

    async def fill(self, table: str, columns: tuple[str, ...], pages: Iterable[Page]) -> None:
        """Adds rows to a table, whose references to other tables are not checked yet.

        Raises StoreUnavailableError and InconsistentError; what ``pages`` raises is passed on.
        """
        ...
