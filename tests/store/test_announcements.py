"""Which changes of state are told, to whom, and that they are told in the transaction that makes them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from ocote.store import documents, invalidations, webhooks
from ocote.store.contingency import contingencies
from ocote.store.contingency import overview as contingency_overview
from ocote.store.contingency.contingencies import SignedAgain
from ocote.store.contingency.joining import Joining
from ocote.store.document_row import DocumentRow
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.store.invalidations import NewInvalidation
from ocote.store.leases import Lease
from ocote.store.outbox import NOBODY, Listeners
from ocote.store.sendings import sendings_of
from ocote.store.verdict import Verdict
from tests.store.rows import add_company, add_document

NOON = "2026-11-20T18:00:00.000000Z"
STAMPED = Verdict("stamped", "S" * 40, "", "", "", "[]", "{}")
REJECTED = Verdict("rejected", None, "RECHAZADO", "no", "096", "[]", "{}")
HOOK = "wh_1"


@dataclass(frozen=True, slots=True)
class Place:
    """A database with one company that mails and has one webhook."""

    store: Store
    company: int
    everybody: Listeners

    async def document(self, **changes: Any) -> str:
        return await self.store.write(add_document, self.company, **changes)

    async def settle(self, document: str, verdict: Verdict) -> bool:
        return await self.settle_row(await self.row(document), verdict)

    async def settle_row(self, row: DocumentRow, verdict: Verdict) -> bool:
        return await self.store.write(documents.settle, self.company, row, verdict, NOON, self.everybody)

    async def row(self, document: str) -> DocumentRow:
        found = await self.store.read(documents.document_by_id, self.company, document)
        assert found is not None
        return found

    async def enter_contingency(self, document: str) -> bool:
        joining = Joining("c-1", 1, None, NOON, NOON, "espera")
        return await self.store.write(
            contingencies.enter, SignedAgain(self.company, document, 1, "d.e.f"), joining, NOON, self.everybody
        )

    async def told(self, document: str) -> list[tuple[str, str]]:
        mails = await self.store.read(sendings_of, self.company, document, "email")
        hooks = await self.store.read(sendings_of, self.company, document, "webhook")
        return sorted((row.channel, row.event) for row in [*mails, *hooks])


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    async with open_store(database_url) as store:
        company = await store.write(add_company)
        new = webhooks.NewWebhook(HOOK, company, "https://erp.example.com/", b"sealed", NOON)
        await store.write(webhooks.insert_webhook, new)
        yield Place(store, company, Listeners(mail=True, webhooks=(HOOK,)))


async def test_a_stamp_is_told_to_customer_and_webhook(place: Place) -> None:
    document = await place.document()
    before = place.store.commits
    assert await place.settle(document, STAMPED)
    assert place.store.commits == before + 1
    assert await place.told(document) == [("email", "document.stamped"), ("webhook", "document.stamped")]


async def test_a_refusal_is_told_to_the_webhook_alone(place: Place) -> None:
    document = await place.document()
    await place.settle(document, REJECTED)
    assert await place.told(document) == [("webhook", "document.rejected")]


async def test_a_verdict_that_came_too_late_is_not_told_again(place: Place) -> None:
    document = await place.document()
    await place.settle(document, STAMPED)
    told = await place.told(document)
    assert not await place.settle(document, STAMPED)
    assert await place.told(document) == told


async def test_entering_and_leaving_contingency_are_told(place: Place) -> None:
    document = await place.document()
    assert await place.enter_contingency(document)
    assert await place.told(document) == [
        ("email", "document.contingency_entered"),
        ("webhook", "document.contingency_entered"),
    ]
    await place.settle(document, STAMPED)
    assert await place.told(document) == [
        ("email", "document.contingency_entered"),
        ("email", "document.stamped"),
        ("webhook", "document.contingency_entered"),
        ("webhook", "document.contingency_left"),
        ("webhook", "document.stamped"),
    ]


async def test_an_invalidation_is_told_once_mh_has_stamped_it(place: Place) -> None:
    document = await place.document(state="stamped")
    new = NewInvalidation("e-1", place.company, document, "v1", "E-1", 2, None, "a.b.c", NOON, Lease("1", NOON))
    await place.store.write(invalidations.insert_invalidation, new)
    assert await place.told(document) == []
    [event] = await place.store.read(invalidations.invalidations_of, place.company, document)
    for _ in range(2):
        await place.store.write(invalidations.settle_invalidation, event, STAMPED, NOON, place.everybody)
    assert await place.told(document) == [("email", "document.invalidated"), ("webhook", "document.invalidated")]


async def test_a_refused_invalidation_is_not_told(place: Place) -> None:
    document = await place.document(state="stamped")
    new = NewInvalidation("e-1", place.company, document, "v1", "E-1", 2, None, "a.b.c", NOON, Lease("1", NOON))
    await place.store.write(invalidations.insert_invalidation, new)
    [event] = await place.store.read(invalidations.invalidations_of, place.company, document)
    assert await place.store.write(invalidations.settle_invalidation, event, REJECTED, NOON, place.everybody)
    assert await place.told(document) == []


async def test_a_note_that_cancels_its_ccf_tells_the_webhook_of_both_and_mails_the_note(place: Place) -> None:
    ccf = await place.document(doc_type="03", state="stamped")
    note = await place.document(family="note", doc_type="05", adjusts_id=ccf, adjusts_whole=1)
    await place.settle(note, STAMPED)
    assert await place.told(note) == [("email", "document.stamped"), ("webhook", "document.stamped")]
    assert await place.told(ccf) == [("webhook", "document.invalidated")]


async def test_what_is_undone_was_never_told(place: Place) -> None:
    document = await place.document()

    row = await place.row(document)

    def settle_and_fail() -> Any:
        yield from documents.settle(place.company, row, STAMPED, NOON, place.everybody)
        raise ValueError("the process is out of luck")

    with pytest.raises(ValueError, match="out of luck"):
        await place.store.write(settle_and_fail)
    assert await place.told(document) == []


async def test_without_listeners_a_verdict_is_one_statement(place: Place) -> None:
    document = await place.document()
    running = documents.settle(place.company, await place.row(document), STAMPED, NOON, NOBODY)
    statement = next(running)
    assert statement.is_alone
    with pytest.raises(StopIteration) as done:
        running.send(statement.statement.decoded([(None,)], lambda: ["contingency_id"]))
    assert done.value.value is True


async def test_a_document_settled_and_put_into_contingency_at_once_is_one_of_both(place: Place) -> None:
    """By two processes, of which each believes that it is its own."""
    for _ in range(20):
        one = await place.document()
        row = await place.row(one)
        settled, entered = await asyncio.gather(place.settle_row(row, STAMPED), place.enter_contingency(one))
        told = {event for _, event in await place.told(one)}
        assert (settled, entered) in {(True, False), (False, True)}
        assert told == {"document.stamped" if settled else "document.contingency_entered"}


async def test_a_document_that_is_settled_opens_no_contingency(place: Place) -> None:
    one = await place.document()
    await place.settle(one, STAMPED)
    assert await place.enter_contingency(one) is False
    assert await place.store.read(contingency_overview.overview, also_done=True) == []
