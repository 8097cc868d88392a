"""Reviews of months that are read in the background, so that a page never waits for tens of thousands of documents."""

import asyncio
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from ocote.archive.book_exporting import BookExporter, BooksRequest, Review
from ocote.documents.view import Refused

_SHORT_S: Final = 0.03
"""Seconds for which a look waits: a small shop's month is read by then."""


class ReviewProgress(Struct, frozen=True):
    """A review that goes on, and how many documents it has read so far."""

    documents: int


@dataclass(slots=True)
class _Reading:
    """The reading of one month. ``task`` returns what a look would raise, so that nobody has to look."""

    wanted: BooksRequest
    task: asyncio.Task[Review | Exception]
    documents: int = 0

    def count(self, documents: int) -> None:
        self.documents += documents


class MonthReviews:
    """The review that this process reads of each company, one at a time, and its result until somebody takes it."""

    def __init__(self, books: BookExporter) -> None:
        self._books = books
        self._readings: dict[int, _Reading] = {}

    async def look(self, company_id: int, wanted: BooksRequest) -> Review | ReviewProgress:
        """Begins a review, or looks at the one that was begun. A result is taken once: the next look reads anew.

        Raises Refused as :meth:`BookExporter.review` does, and while another review of the company goes on.
        """
        reading = self._readings.get(company_id)
        if reading is not None and reading.wanted != wanted:
            if not reading.task.done():
                raise Refused("export_in_progress")
            reading = None
        if reading is None:
            reading = self._begin(company_id, wanted)
        await asyncio.wait((reading.task,), timeout=_SHORT_S)
        if not reading.task.done():
            return ReviewProgress(reading.documents)
        if self._readings.get(company_id) is reading:
            del self._readings[company_id]
        result = reading.task.result()
        if isinstance(result, Exception):
            raise result
        return result

    async def close(self) -> None:
        """Gives up every review that goes on."""
        tasks = [reading.task for reading in self._readings.values()]
        self._readings.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, company_id: int, wanted: BooksRequest) -> _Reading:
        reading = _Reading(wanted, asyncio.create_task(self._read(company_id, wanted)))
        self._readings[company_id] = reading
        return reading

    async def _read(self, company_id: int, wanted: BooksRequest) -> Review | Exception:
        try:
            return await self._books.review(company_id, wanted, self._readings[company_id].count)
        except Exception as error:  # noqa: BLE001 - raised where somebody looks
            return error
