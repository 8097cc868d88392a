"""Runs units of work on an SQLite connection that belongs to one command."""

import sqlite3
from typing import TypeVar

from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import StoreUnavailableError

T = TypeVar("T")


def run_unit(connection: sqlite3.Connection, work: Transaction[T]) -> T:
    """Runs one unit of work to its end, inside the transaction of a connection whose rows are ``sqlite3.Row``.

    Raises StoreUnavailableError.
    """
    try:
        asked = next(work)
        while True:
            cursor = connection.execute(asked.statement.sqlite, asked.params)
            rows = cursor.fetchall()
            asked = work.send(asked.statement.decoded(rows, rows[0].keys) if rows else rows)
    except StopIteration as done:
        result: T = done.value
        return result
    except sqlite3.Error as error:
        raise StoreUnavailableError(str(error)) from error
