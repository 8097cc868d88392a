"""What a unit of work signs is in the journal before it is committed, and is not committed without it."""

import asyncio
from collections.abc import Sequence

import pytest

from ocote.journal.lines import Appended, DocumentLine, JournalEntry, VerdictLine
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, journaled, sql
from ocote.store.engine.store import JournalUnavailableError, Store, UniqueError
from tests.journal.lines import document_line, verdict_line
from tests.store.memory_journal import MemoryJournal
from tests.store.rows import add_company, add_document

_KNOWN = sql("SELECT id FROM document ORDER BY id")


def _sign(company: int, document_id: str) -> Transaction[None]:
    yield from add_document(company, id=document_id)
    yield from journaled(lambda: document_line(document_id))


def _judge(company: int, document_id: str) -> Transaction[None]:
    yield from add_document(company, id=document_id)
    yield from journaled(lambda: verdict_line(document_id))


def _sign_and_fail(company: int, document_id: str) -> Transaction[None]:
    yield from _sign(company, document_id)
    raise ValueError("out of luck")


def _known() -> Transaction[list[str]]:
    rows = yield _KNOWN()
    return [row["id"] for row in rows]


async def _known_to(store: Store) -> list[str]:
    return await store.read(_known)


async def test_what_was_signed_is_written_and_its_outcome_follows(database_url: str) -> None:
    journal = MemoryJournal()
    async with open_store(database_url, journal=journal) as store:
        company = await store.write(add_company)
        await store.write(_sign, company, "a")
    assert [line.id for line in journal.lines if isinstance(line, DocumentLine)] == ["a"]
    assert journal.outcomes == [((0,), True)]


async def test_without_a_journal_no_line_is_made(database_url: str) -> None:
    def line() -> JournalEntry:
        raise AssertionError("nobody reads this line")

    def unit(company: int) -> Transaction[str]:
        yield from journaled(line)
        return (yield from add_document(company, id="a"))

    async with open_store(database_url) as store:
        company = await store.write(add_company)
        assert await store.write(unit, company) == "a"


async def test_what_failed_leaves_no_line(database_url: str) -> None:
    journal = MemoryJournal()
    async with open_store(database_url, journal=journal) as store:
        company = await store.write(add_company)
        with pytest.raises(ValueError, match="out of luck"):
            await store.write(_sign_and_fail, company, "a")
        await store.write(_sign, company, "b")
        with pytest.raises(UniqueError):
            await store.write(_sign, company, "b")
        assert await _known_to(store) == ["b"]
    assert [line.id for line in journal.lines if isinstance(line, DocumentLine)] == ["b"]


async def test_beside_work_that_failed_each_line_is_written_once(database_url: str) -> None:
    journal = MemoryJournal()
    async with open_store(database_url, journal=journal) as store:
        company = await store.write(add_company)
        await store.write(_sign, company, "taken")
        names = [f"{number:02}" for number in range(20)]
        units = [store.write(_sign, company, name) for name in (*names, "taken")]
        results = await asyncio.gather(*units, return_exceptions=True)
        assert [type(result) for result in results if result is not None] == [UniqueError]
    written = [line.id for line in journal.lines if isinstance(line, DocumentLine)]
    assert sorted(written) == sorted([*names, "taken"])


async def test_a_full_journal_refuses_what_is_signed_and_nothing_else(database_url: str) -> None:
    journal = MemoryJournal()
    async with open_store(database_url, journal=journal) as store:
        company = await store.write(add_company)
        journal.is_full = True
        results = await asyncio.gather(
            *(store.write(_sign, company, f"signed-{number}") for number in range(5)),
            *(store.write(_judge, company, f"judged-{number}") for number in range(5)),
            return_exceptions=True,
        )
        assert [type(result) for result in results[:5]] == [JournalUnavailableError] * 5
        assert results[5:] == [None] * 5
        assert await _known_to(store) == [f"judged-{number}" for number in range(5)]
        journal.is_full = False
        await store.write(_sign, company, "signed-0")
        assert len(await _known_to(store)) == 6
    assert sum(isinstance(line, VerdictLine) for line in journal.lines) == 5


async def test_many_at_once_share_the_flushes_of_the_journal(database_url: str) -> None:
    journal = MemoryJournal()
    async with open_store(database_url, journal=journal) as store:
        company = await store.write(add_company)
        await asyncio.gather(*(store.write(_sign, company, f"{number:03}") for number in range(100)))
        assert len(await _known_to(store)) == 100
    assert journal.flushes < 100
    assert sorted(number for lines, kept in journal.outcomes if kept for number in lines) == list(range(100))


async def test_a_journal_that_fails_in_an_unforeseen_way_keeps_nobody_waiting(database_url: str) -> None:
    class Faulty(MemoryJournal):
        def append(self, entries: Sequence[JournalEntry]) -> Appended:
            if not self.is_full:
                return super().append(entries)
            raise ValueError("a line that cannot be written as text")

    journal = Faulty()
    async with open_store(database_url, journal=journal) as store:
        company = await store.write(add_company)
        journal.is_full = True
        async with asyncio.timeout(20):
            with pytest.raises(ValueError, match="cannot be written"):
                await store.write(_sign, company, "a")
        journal.is_full = False
        await store.write(_sign, company, "b")
        assert await _known_to(store) == ["b"]
