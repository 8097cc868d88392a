"""Work that nobody does any more is free at once; work that somebody does is left alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ocote.store import documents
from ocote.store.contingency import contingencies
from ocote.store.contingency.joining import Joining, join
from ocote.store.contingency.row import ContingencyRow
from ocote.store.document_row import DocumentRow
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.leases import Lease
from ocote.work.leases import LEASE_LASTS, Leases
from tests.store.rows import add_company, add_document

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
_HOLD = sql("UPDATE document SET due_at = :until, held_by = :holder WHERE id = :id")


def hold(document: str, lease: Lease) -> Transaction[None]:
    yield _HOLD(id=document, until=lease.until, holder=lease.holder)


class Process:
    """A process with its leases, and one registered document."""

    def __init__(self, store: Store, name: str, company: int, document: str) -> None:
        self.store = store
        self.company = company
        self.leases = Leases(store, name, lambda: NOON)
        self.document = document

    async def due(self) -> list[DocumentRow]:
        return await self.store.write(documents.claim_due_documents, moment_text(NOON), self.leases.new(), 9)

    async def is_due(self) -> bool:
        return [row.id for row in await self.due()] == [self.document]


@pytest.fixture
async def process(database_url: str) -> AsyncIterator[Process]:
    async with open_store(database_url) as store:
        company = await store.write(add_company)
        yield Process(store, await store.appear(), company, await store.write(add_document, company))


def test_a_lease_lasts_longer_than_any_caller_waits(process: Process) -> None:
    assert process.leases.new().until == moment_text(NOON + timedelta(seconds=40))
    assert timedelta(seconds=25 + 8) < LEASE_LASTS, "the budget of a delivery, and the last call begun within it"


async def test_what_a_dead_process_held_is_due_at_once(process: Process) -> None:
    await process.store.write(hold, process.document, Lease("17", moment_text(NOON + LEASE_LASTS)))
    assert await process.due() == []
    assert await process.leases.free_abandoned() == 1
    assert await process.is_due()


async def test_what_a_living_process_holds_stays_its_own(process: Process, database_url: str) -> None:
    async with open_store(database_url) as other:
        lease = Leases(other, await other.appear(), lambda: NOON).new()
        await process.store.write(hold, process.document, lease)
        assert await process.leases.free_abandoned() == 0
        assert await process.due() == []


async def test_what_this_process_works_on_stays_its_own(process: Process) -> None:
    with process.leases.working_on(process.document):
        await process.store.write(hold, process.document, process.leases.new())
        assert await process.leases.free_abandoned() == 0
    assert await process.leases.free_abandoned() == 0, "done, or waiting for its lease: nobody gave it up"
    assert await process.due() == []


async def test_work_is_given_up_when_the_database_fails_in_the_middle_of_it(process: Process) -> None:
    def fail() -> None:
        with process.leases.working_on(process.document):
            raise StoreUnavailableError("disk full")

    await process.store.write(hold, process.document, process.leases.new())
    with pytest.raises(StoreUnavailableError):
        fail()
    assert await process.leases.free_abandoned() == 1
    assert await process.is_due()
    assert await process.leases.free_abandoned() == 0, "it is given up once: by now somebody may be at it again"


async def test_any_other_failure_keeps_the_lease_so_that_nothing_is_tried_without_a_pause(process: Process) -> None:
    def fail() -> None:
        with process.leases.working_on(process.document):
            raise RuntimeError("a fault of ours")

    await process.store.write(hold, process.document, process.leases.new())
    with pytest.raises(RuntimeError):
        fail()
    assert await process.leases.free_abandoned() == 0


async def test_what_was_due_already_is_not_touched(process: Process) -> None:
    await process.store.write(hold, process.document, Lease("17", moment_text(NOON - LEASE_LASTS)))
    assert await process.leases.free_abandoned() == 0
    assert await process.is_due()


async def test_who_stood_still_does_not_move_a_contingency_that_another_took_over(process: Process) -> None:
    began = moment_text(NOON - LEASE_LASTS)
    joining = Joining("c-1", 1, None, began, began, "espera")
    await process.store.write(join, process.company, joining)
    late, now = Lease("17", moment_text(NOON)), process.leases.new()
    stood_still = await process.store.write(contingencies.claim_one, "c-1", began, late)
    took_over = await process.store.write(contingencies.claim_one, "c-1", moment_text(NOON), now)

    async def moves(row: ContingencyRow | None, state: str) -> bool:
        assert row is not None
        now = moment_text(NOON)
        return await process.store.write(
            contingencies.move, row, state=state, due_at=now, ended_at=None, done_at=None, attempts=0
        )

    assert not await moves(stood_still, "open")
    assert await moves(took_over, "asking")
    assert not await moves(stood_still, "open")
