"""What an event tells MH of a contingency: the cause that its documents declare, and what is known of it by then."""

import asyncio
from collections.abc import Sequence

from msgspec.structs import replace

from ocote.dte.sale import Contingency
from ocote.store.contingency import contingencies
from ocote.store.contingency.contingencies import SignedAgain
from ocote.store.contingency.events import NewEvent, Reported, report
from ocote.store.contingency.joining import Joining
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.store.leases import Lease
from ocote.store.outbox import NOBODY
from tests.store.rows import add_company, add_document

NOON = "2026-11-20T18:00:00.000000Z"
LATER = "2026-11-20T18:00:40.000000Z"


async def one_waits(store: Store) -> int:
    """A document in the contingency ``c-1``; tells its company."""
    company = await store.write(add_company)
    document = await store.write(add_document, company)
    joining = Joining("c-1", 1, None, NOON, NOON, "espera")
    await store.write(contingencies.enter, SignedAgain(company, document, 1, "d.e.f"), joining, NOON, NOBODY)
    return company


async def test_a_cause_is_not_corrected_once_an_event_that_names_it_is_being_signed(database_url: str) -> None:
    async with open_store(database_url) as store:
        company = await one_waits(store)
        await asyncio.gather(*(store.read(contingencies.waiting_texts, company, "c-1") for _ in range(2)))  # connected
        corrections: list[asyncio.Task[int | None]] = []

        def sign(_: Sequence[Reported]) -> str:
            correction = store.write(contingencies.correct_cause, company, "c-1", Contingency(4), {}, str.upper, NOON)
            corrections.append(asyncio.create_task(correction))
            return "a.b.c"

        event = NewEvent("e-1", company, "c-1", NOON, "v1", "E-1", 1, None, 9, NOON, sign)
        assert await store.write(report, event) == 1
        assert await asyncio.gather(*corrections) == [None]


async def test_who_stood_still_while_another_took_a_contingency_over_reports_nothing(database_url: str) -> None:
    async with open_store(database_url) as store:
        company = await one_waits(store)
        event = NewEvent("e-1", company, "c-1", NOON, "v1", "E-1", 1, None, 9, NOON, lambda _: "a.b.c")
        await store.write(contingencies.claim_one, "c-1", NOON, Lease("17", LATER))
        assert await store.write(report, event) == 0
        assert await store.write(report, replace(event, held_until=LATER)) == 1
