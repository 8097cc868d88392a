"""Runs units of work on a connection to PostgreSQL that belongs to one command."""

from typing import Any, Final, TypeVar

import asyncpg

from ocote.store.engine.connecting import DRIVER_FAILURES
from ocote.store.engine.journaling import collected
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import StoreUnavailableError

T = TypeVar("T")

NO_LIMITS_OF_TIME: Final = """
    SELECT set_config(name, '0', false) FROM pg_settings
    WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout',
                   'transaction_timeout')"""
"""Lets a session go on for hours, whatever limits the server or the user has: not every version knows all of them."""


async def run_unit_on(connection: Any, work: Transaction[T]) -> T:
    """Runs one unit of work to its end, inside the transaction of the connection; no journal gets its lines.

    Raises StoreUnavailableError, and asyncpg's error when a constraint of the tables refuses the work.
    """
    try:
        asked = next(work)
        while True:
            query = collected(asked, None)
            rows = [] if query is None else await connection.fetch(query.statement.postgres, *query.positional())
            if query is not None and rows:
                rows = query.statement.decoded(rows, rows[0].keys)
            asked = work.send(rows)
    except StopIteration as done:
        result: T = done.value
        return result
    except asyncpg.IntegrityConstraintViolationError:
        raise
    except (*DRIVER_FAILURES, asyncpg.PostgresError) as error:
        raise StoreUnavailableError(str(error)) from error
