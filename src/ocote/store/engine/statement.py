"""SQL as text that a person can read and run, with named parameters, for both SQLite and PostgreSQL."""

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, Final, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

import msgspec
from msgspec import Struct

from ocote.journal.lines import JournalEntry

_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
CHANNEL = "ocote_registrations"
"""The channel on which PostgreSQL announces changed companies and keys."""

Lock = Literal["update", "no key update", "update skip locked"]
"""How PostgreSQL locks the selected rows until the transaction ends; SQLite has one writer and needs no such lock.

``no key update`` lets other transactions write rows that refer to the locked row. ``update skip locked`` skips rows
that another worker has locked.
"""

_LOCK_HERE: Final = " :lock"

_LIST: Final = re.compile(r"IN \(:\.\.\.([a-z_]+)\)")
_LIST_ON_SQLITE: Final = r"IN (SELECT value FROM json_each(:\1))"
_LIST_ON_POSTGRES: Final = r"= ANY (ARRAY(SELECT json_array_elements_text(CAST(:\1 AS json))))"


class Row(Protocol):
    """One result row, read by column name."""

    def __getitem__(self, column: str, /) -> Any: ...


class StoredRow(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Base of the typed result rows: one field for each selected column, with its name and in its order."""


R = TypeVar("R")
T = TypeVar("T")


class Statement(Struct, Generic[R], frozen=True, eq=False):
    """One SQL statement in the spelling of each database.

    ``names`` is the order in which PostgreSQL takes the parameters. ``row`` is the type of a result row; None for
    statements whose rows are read by column name.
    """

    sqlite: str
    postgres: str
    names: tuple[str, ...]
    row: type[StoredRow] | None = None

    def __call__(self, **params: Any) -> "Query[R]":
        """The statement with its values, ready to be yielded inside a transaction."""
        return Query(self, params)

    def alone(self, **params: Any) -> "Query[R]":
        """The statement with its values, for a transaction that consists of this statement only.

        PostgreSQL then commits the statement without a message that begins or ends a transaction.
        """
        return Query(self, params, is_alone=True)

    def decoded(self, rows: list[Any], columns: Callable[[], Iterable[str]]) -> list[Any]:
        """The rows as the statement's row type; ``columns`` names the result's columns in order.

        Raises LookupError when the row type has other fields than the result has columns, on the first use, and when a
        stored value is not of the type of its field.
        """
        if self.row is None:
            return rows
        if self not in _CHECKED:
            selected = tuple(columns())
            if selected != self.row.__struct_fields__:
                raise LookupError(f"{self.row.__name__} does not describe the columns {selected} of: {self.sqlite}")
            _CHECKED.add(self)
        row_type = self.row
        try:
            return [msgspec.convert(tuple(row), row_type, strict=False) for row in rows]
        except msgspec.ValidationError as error:
            raise LookupError(f"a stored row is no {row_type.__name__}: {error}") from error


_CHECKED: Final[set[Statement[Any]]] = set()
"""Statements whose row type was compared with the columns that the database returned."""


class Query(Struct, Generic[R], frozen=True, eq=False):
    """A statement and the values for one run of the statement."""

    statement: Statement[R]
    params: Mapping[str, Any]
    is_alone: bool = False

    def positional(self) -> list[Any]:
        """The values in PostgreSQL's order."""
        return [self.params[name] for name in self.statement.names]


class Journaled(Struct, frozen=True, eq=False):
    """A line for the journal; ``line`` makes the line, and is called only when there is a journal.

    What MH may get after the commit is durable in the journal before the commit (``ocote.journal``).
    """

    line: Callable[[], JournalEntry]


Transaction: TypeAlias = Generator[Query[Any] | Journaled, list[Any], T]
"""A unit of work without I/O: a generator that yields queries, receives their rows, and returns its result.

Between the queries it may yield lines for the journal, for which it receives an empty list.

One function runs inside SQLite's writer and over PostgreSQL's asynchronous driver; the store that runs the function
decides what one transaction is. See ``docs/decisions/0001-transactions-without-io.md``.
"""


def every(query: Query[R]) -> Transaction[list[R]]:
    """All rows of a query."""
    rows: list[R] = yield query
    return rows


def first(query: Query[R]) -> Transaction[R | None]:
    """The first row of a query; None when there is no row."""
    rows: list[R] = yield query
    return rows[0] if rows else None


def one(query: Query[R]) -> Transaction[R]:
    """The only row of a query. Raises LookupError when there is no row or more than one."""
    rows: list[R] = yield query
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} rows instead of one from: {query.statement.sqlite}")
    return rows[0]


def changed(query: Query[Any]) -> Transaction[bool]:
    """Whether a conditional statement, which returns what it wrote, wrote anything."""
    return bool((yield query))


def journaled(line: Callable[[], JournalEntry]) -> Transaction[None]:
    """Hands a line to the journal, if there is one."""
    yield Journaled(line)


def columns(row: type[StoredRow], table: str = "") -> str:
    """The columns of a row type as SQL, in the order of its fields; ``table`` is the prefix of each column."""
    prefix = f"{table}." if table else ""
    return ", ".join(f"{prefix}{name}" for name in row.__struct_fields__)


Typed = TypeVar("Typed", bound=StoredRow)


@overload
def sql(text: str, row: type[Typed], *, lock: Lock | None = None) -> Statement[Typed]: ...


@overload
def sql(text: str, row: None = None, *, lock: Lock | None = None) -> Statement[Row]: ...


def sql(text: str, row: type[StoredRow] | None = None, *, lock: Lock | None = None) -> Statement[Any]:
    """Reads one statement written with ``:name`` parameters. ``row`` is the type of its result rows.

    ``lock`` locks the selected rows on PostgreSQL. The clause is put at the end of the text, or in place of
    `` :lock``, as in a selection inside a statement. A change of at most so many rows selects them in ``WITH … AS
    MATERIALIZED (…)``: PostgreSQL may repeat a selection in ``IN (…)``, and then finds other rows each time.

    ``IN (:...name)`` compares with a list of texts, of which :func:`text_list` makes the value.
    """
    names: list[str] = []

    def place(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    unlocked = _LIST.sub(_LIST_ON_SQLITE, text).replace(_LOCK_HERE, "")
    locked = _LIST.sub(_LIST_ON_POSTGRES, text)
    if lock is not None:
        clause = f" FOR {lock.upper()}"
        locked = locked.replace(_LOCK_HERE, clause) if _LOCK_HERE in text else locked + clause
    return Statement(sqlite=unlocked, postgres=_PARAMETER.sub(place, locked), names=tuple(names), row=row)


def text_list(values: Iterable[str]) -> str:
    """A list of texts as the value of one parameter; each database reads the list from JSON."""
    return msgspec.json.encode(list(values)).decode()


def announce_registration() -> Statement[Row]:
    """The statement that announces a changed company or key to the processes which share a PostgreSQL database."""
    return Statement(sqlite="SELECT 1", postgres=f"SELECT pg_notify('{CHANNEL}', '')", names=())
