"""The bounds of searches, work that may read every document of a company, on both databases (decision 0013)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from ocote.metrics import SEARCHES, SEARCHES_RUNNING
from ocote.store.engine.store import SearchTooLongError, TooManySearchesError
from ocote.turns import FairTurns, LineTooLongError

SEARCHES_AT_ONCE: Final = 4
"""Searches that run at once in a process: the connections, and on SQLite the threads, that searches alone use."""

MOST_WAITING: Final = 16
"""Searches of one kind that may wait for their turn in one company."""

LONGEST_SEARCH_S: Final = 10.0
"""Seconds after which a search is ended: a hundred times what one takes over 300,000 documents."""


class SearchTurns:
    """Lets one search of each kind of a company run at a time, and the companies take turns."""

    def __init__(self) -> None:
        self._turns: FairTurns[tuple[int, Callable[..., Any]]] = FairTurns(SEARCHES_AT_ONCE, MOST_WAITING)

    @asynccontextmanager
    async def turn(self, company_id: int, work: Callable[..., Any]) -> AsyncIterator[None]:
        """Holds a place for a search of a company inside the context. Raises TooManySearchesError."""
        outcome = "failed"
        try:
            async with self._turns.turn((company_id, work)):
                with SEARCHES_RUNNING.track_inprogress():
                    yield
            outcome = "found"
        except LineTooLongError as error:
            outcome = "refused"
            raise TooManySearchesError(f"company {company_id} has {MOST_WAITING} searches waiting") from error
        except SearchTooLongError:
            outcome = "too_long"
            raise
        except asyncio.CancelledError:
            outcome = "abandoned"
            raise
        finally:
            SEARCHES.labels(outcome).inc()
