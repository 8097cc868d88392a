"""Work that is somebody's until a moment: documents, contingencies and invalidations alike.

``due_at`` says until when, ``held_by`` names the process. When the moment has passed anybody may take the work; when
the process has died, or has given the work up, it is freed before that.
"""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct

from ocote.store.engine.statement import Query, Transaction, sql


class Lease(Struct, frozen=True):
    """Whose work it is, and until when."""

    holder: str
    until: str


_TABLES = ("document", "contingency", "invalidation")

_HOLDERS = sql(
    " UNION ".join(f"SELECT held_by FROM {table} WHERE due_at > :now AND held_by IS NOT NULL" for table in _TABLES)
)
_FREE_ALL = tuple(
    sql(f"UPDATE {table} SET due_at = :now, held_by = NULL WHERE held_by = :holder AND due_at > :now RETURNING id")
    for table in _TABLES
)
_FREE_ONE = tuple(
    sql(f"""
        UPDATE {table} SET due_at = :now, held_by = NULL
        WHERE id = :id AND held_by = :holder AND due_at > :now RETURNING id""")
    for table in _TABLES
)


def holders(now: str) -> Transaction[list[str]]:
    """The processes that hold anything at this moment."""
    return [row["held_by"] for row in (yield _HOLDERS(now=now))]


def free(dead: Collection[str], holder: str, given_up: Collection[str], now: str) -> Transaction[int]:
    """Makes due at once what dead processes held, and what ``holder`` has given up; returns how much it was."""
    freed = 0
    for query in _frees(dead, holder, given_up, now):
        freed += len((yield query))
    return freed


def _frees(dead: Collection[str], holder: str, given_up: Collection[str], now: str) -> Iterator[Query[Any]]:
    for name in dead:
        yield from (statement(holder=name, now=now) for statement in _FREE_ALL)
    for row_id in given_up:
        yield from (statement(holder=holder, id=row_id, now=now) for statement in _FREE_ONE)
