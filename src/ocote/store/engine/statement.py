"""SQL as text a person can read and run, with named parameters, for SQLite and PostgreSQL alike."""

import re
from collections.abc import Generator, Mapping
from typing import Any, Protocol, TypeAlias, TypeVar

from msgspec import Struct

_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
CHANNEL = "ocote_registrations"
"""Where PostgreSQL tells of changed companies and keys."""

_MARKS = {
    "/* skip locked */": ("", "FOR UPDATE SKIP LOCKED"),
    "/* for update */": ("", "FOR UPDATE"),
    "/* for no key update */": ("", "FOR NO KEY UPDATE"),
    "/* tell others */": ("SELECT 1", f"SELECT pg_notify('{CHANNEL}', '')"),
}


class Row(Protocol):
    """One result row, read by column name."""

    def __getitem__(self, column: str, /) -> Any: ...


class Statement(Struct, frozen=True, eq=False):
    """One SQL statement in the spelling of each database.

    ``names`` is the order in which PostgreSQL takes the parameters.
    """

    sqlite: str
    postgres: str
    names: tuple[str, ...]

    def __call__(self, **params: Any) -> "Query":
        """The statement with its values, ready to be yielded inside a transaction."""
        return Query(self, params)

    def alone(self, **params: Any) -> "Query":
        """The same, for a transaction that consists of this one statement and nothing else.

        PostgreSQL then commits it without being told where the transaction begins and ends.
        """
        return Query(self, params, is_alone=True)


class Query(Struct, frozen=True, eq=False):
    """A statement and the values it is to run with."""

    statement: Statement
    params: Mapping[str, Any]
    is_alone: bool = False

    def positional(self) -> list[Any]:
        """The values in PostgreSQL's order."""
        return [self.params[name] for name in self.statement.names]


T = TypeVar("T")
Transaction: TypeAlias = Generator[Query, list[Row], T]
"""A unit of work without I/O: it yields queries, is sent their rows, and returns its result.

The same function runs inside SQLite's writer thread and over PostgreSQL's asynchronous driver; the store that
drives it decides what one transaction is. See ``docs/decisions/0001-transactions-without-io.md``.
"""


def sql(text: str) -> Statement:
    """Reads one statement written with ``:name`` parameters.

    ``/* for update */`` stands where PostgreSQL must hold the rows until the transaction ends, ``/* for no key update
    */`` where others may go on writing what refers to them, ``/* skip locked */`` where it must pass over rows that
    another worker holds; SQLite has one writer at a time and needs none of them.
    ``/* tell others */`` is the whole statement that tells listening processes of a change.
    """
    names: list[str] = []

    def place(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    sqlite, postgres = text, _PARAMETER.sub(place, text)
    for mark, (on_sqlite, on_postgres) in _MARKS.items():
        sqlite, postgres = sqlite.replace(mark, on_sqlite), postgres.replace(mark, on_postgres)
    return Statement(sqlite=sqlite, postgres=postgres, names=tuple(names))
