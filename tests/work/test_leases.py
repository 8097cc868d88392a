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


class Place:
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
async def place(database_url: str) -> AsyncIterator[Place]:
    async with open_store(database_url) as store:
        company = await store.write(add_company)
        yield Place(store, await store.appear(), company, await store.write(add_document, company))


def test_a_lease_lasts_longer_than_any_caller_waits(place: Place) -> None:
    assert place.leases.new().until == moment_text(NOON + timedelta(seconds=40))
    assert timedelta(seconds=25 + 8) < LEASE_LASTS, "the budget of a delivery, and the last call begun within it"


async def test_what_a_dead_process_held_is_due_at_once(place: Place) -> None:
    await place.store.write(hold, place.document, Lease("17", moment_text(NOON + LEASE_LASTS)))
    assert await place.due() == []
    assert await place.leases.free_abandoned() == 1
    assert await place.is_due()


async def test_what_a_living_process_holds_stays_its_own(place: Place, database_url: str) -> None:
    async with open_store(database_url) as other:
        lease = Leases(other, await other.appear(), lambda: NOON).new()
        await place.store.write(hold, place.document, lease)
        assert await place.leases.free_abandoned() == 0
        assert await place.due() == []


async def test_what_this_process_works_on_stays_its_own(place: Place) -> None:
    with place.leases.working_on(place.document):
        await place.store.write(hold, place.document, place.leases.new())
        assert await place.leases.free_abandoned() == 0
    assert await place.leases.free_abandoned() == 0, "done, or waiting for its lease: nobody gave it up"
    assert await place.due() == []


async def test_work_is_given_up_when_the_database_fails_in_the_middle_of_it(place: Place) -> None:
    def fail() -> None:
        with place.leases.working_on(place.document):
            raise StoreUnavailableError("disk full")

    await place.store.write(hold, place.document, place.leases.new())
    with pytest.raises(StoreUnavailableError):
        fail()
    assert await place.leases.free_abandoned() == 1
    assert await place.is_due()
    assert await place.leases.free_abandoned() == 0, "it is given up once: by now somebody may be at it again"


async def test_any_other_failure_keeps_the_lease_so_that_nothing_is_tried_without_a_pause(place: Place) -> None:
    def fail() -> None:
        with place.leases.working_on(place.document):
            raise RuntimeError("a fault of ours")

    await place.store.write(hold, place.document, place.leases.new())
    with pytest.raises(RuntimeError):
        fail()
    assert await place.leases.free_abandoned() == 0


async def test_what_was_due_already_is_not_touched(place: Place) -> None:
    await place.store.write(hold, place.document, Lease("17", moment_text(NOON - LEASE_LASTS)))
    assert await place.leases.free_abandoned() == 0
    assert await place.is_due()


async def test_who_stood_still_does_not_move_a_contingency_that_another_took_over(place: Place) -> None:
    began = moment_text(NOON - LEASE_LASTS)
    joining = Joining("c-1", 1, None, began, began, "espera")
    await place.store.write(join, place.company, joining)
    late, now = Lease("17", moment_text(NOON)), place.leases.new()
    stood_still = await place.store.write(contingencies.claim_one, "c-1", began, late)
    took_over = await place.store.write(contingencies.claim_one, "c-1", moment_text(NOON), now)

    async def moves(row: ContingencyRow | None, state: str) -> bool:
        assert row is not None
        left = {"due_at": moment_text(NOON), "ended_at": None, "done_at": None, "attempts": 0}
        return await place.store.write(contingencies.move, row, state=state, **left)

    assert not await moves(stood_still, "open")
    assert await moves(took_over, "asking")
    assert not await moves(stood_still, "open")
