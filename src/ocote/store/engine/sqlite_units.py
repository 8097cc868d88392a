"""Runs units of work on an SQLite connection that belongs to one command."""

import sqlite3
from typing import TypeVar

from ocote.store.engine.journaling import collected
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import StoreUnavailableError

T = TypeVar("T")


def run_unit(connection: sqlite3.Connection, work: Transaction[T]) -> T:
    """Runs one unit of work to its end, inside the transaction of a connection whose rows are ``sqlite3.Row``.

    No journal gets its lines. Raises StoreUnavailableError.
    """
    try:
        asked = next(work)
        while True:
            query = collected(asked, None)
            rows = [] if query is None else connection.execute(query.statement.sqlite, query.params).fetchall()
            if query is not None and rows:
                rows = query.statement.decoded(rows, rows[0].keys)
            asked = work.send(rows)
    except StopIteration as done:
        result: T = done.value
        return result
    except sqlite3.Error as error:
        raise StoreUnavailableError(str(error)) from error
