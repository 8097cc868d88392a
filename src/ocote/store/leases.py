"""Leases in the tables: a document, contingency or invalidation belongs to one process until a moment.

``due_at`` is this moment, ``held_by`` names the process. After the moment any process may take the work; when the
process has died, or has given the work up, the work becomes free earlier.
"""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct

from ocote.store.engine.statement import Query, StoredRow, Transaction, every, sql


class Lease(Struct, frozen=True):
    """The process that has some work, and the moment until which it has the work."""

    holder: str
    until: str


class _Holder(StoredRow, frozen=True):
    held_by: str


class _Freed(StoredRow, frozen=True):
    id: str


_TABLES = ("document", "contingency", "invalidation")

_HOLDERS = sql(
    " UNION ".join(f"SELECT held_by FROM {table} WHERE due_at > :now AND held_by IS NOT NULL" for table in _TABLES),
    _Holder,
)
_FREE_ALL = tuple(
    sql(
        f"UPDATE {table} SET due_at = :now, held_by = NULL WHERE held_by = :holder AND due_at > :now RETURNING id",
        _Freed,
    )
    for table in _TABLES
)
_FREE_ONE = tuple(
    sql(
        f"""
        UPDATE {table} SET due_at = :now, held_by = NULL
        WHERE id = :id AND held_by = :holder AND due_at > :now RETURNING id""",
        _Freed,
    )
    for table in _TABLES
)


def holders(now: str) -> Transaction[list[str]]:
    """The processes that have any lease at this moment."""
    return [row.held_by for row in (yield from every(_HOLDERS(now=now)))]


def free(dead: Collection[str], holder: str, given_up: Collection[str], now: str) -> Transaction[int]:
    """Makes due at once the work of dead processes and the work that ``holder`` has given up; returns the number."""
    freed = 0
    for query in _frees(dead, holder, given_up, now):
        freed += len((yield from every(query)))
    return freed


def _frees(dead: Collection[str], holder: str, given_up: Collection[str], now: str) -> Iterator[Query[Any]]:
    for name in dead:
        yield from (statement(holder=name, now=now) for statement in _FREE_ALL)
    for row_id in given_up:
        yield from (statement(holder=holder, id=row_id, now=now) for statement in _FREE_ONE)
