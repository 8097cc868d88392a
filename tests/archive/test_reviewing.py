"""The review of a month goes on while nobody looks, and its result is taken once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

import pytest

from ocote.archive.book_exporting import BookExporter, BooksRequest, Review
from ocote.archive.bookkeeping import Month, ignore_progress
from ocote.archive.reviewing import MonthReviews, ReviewProgress
from ocote.documents.view import Refused

JUNE: Final = BooksRequest(Month(2026, 6))
JULY: Final = BooksRequest(Month(2026, 7))


class HeldBooks(BookExporter):
    """Books whose review has read seven documents and waits for the test before it goes on."""

    def __init__(self) -> None:
        self.may_end = asyncio.Event()
        self.begun = 0
        self.was_given_up = False
        self.refuses = False

    async def review(
        self, company_id: int, wanted: BooksRequest, on_documents: Callable[[int], None] = ignore_progress
    ) -> Review:
        """Counts seven documents; eight after the event."""
        self.begun += 1
        on_documents(7)
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_given_up = True
            raise
        if self.refuses:
            raise Refused("search_too_long")
        return Review({}, 8, (str(wanted.month),))


@pytest.fixture
async def books() -> HeldBooks:
    return HeldBooks()


@pytest.fixture
async def reviews(books: HeldBooks) -> AsyncIterator[MonthReviews]:
    opened = MonthReviews(books)
    yield opened
    await opened.close()


async def test_a_review_is_begun_once_and_its_result_taken_once(books: HeldBooks, reviews: MonthReviews) -> None:
    assert [await reviews.look(1, JUNE) for _ in range(3)] == [ReviewProgress(7)] * 3
    assert books.begun == 1
    books.may_end.set()
    assert await reviews.look(1, JUNE) == Review({}, 8, ("2026-06",))
    assert await reviews.look(1, JUNE) == Review({}, 8, ("2026-06",))
    assert books.begun == 2


async def test_another_month_of_the_company_waits_and_another_company_does_not(
    books: HeldBooks, reviews: MonthReviews
) -> None:
    await reviews.look(1, JUNE)
    with pytest.raises(Refused, match="export_in_progress"):
        await reviews.look(1, JULY)
    assert await reviews.look(2, JULY) == ReviewProgress(7)
    books.may_end.set()
    assert await reviews.look(2, JULY) == Review({}, 8, ("2026-07",))
    assert await reviews.look(1, JULY) == Review({}, 8, ("2026-07",))


async def test_what_stops_a_review_is_raised_where_somebody_looks(books: HeldBooks, reviews: MonthReviews) -> None:
    books.refuses = True
    assert await reviews.look(1, JUNE) == ReviewProgress(7)
    books.may_end.set()
    with pytest.raises(Refused, match="search_too_long"):
        await reviews.look(1, JUNE)
    books.refuses = False
    assert await reviews.look(1, JUNE) == Review({}, 8, ("2026-06",))


async def test_what_nobody_waits_for_is_given_up_at_the_end(books: HeldBooks, reviews: MonthReviews) -> None:
    await reviews.look(1, JUNE)
    await reviews.close()
    assert books.was_given_up
