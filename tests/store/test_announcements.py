"""Which changes of state are told, to whom, and that they are told in the transaction that makes them."""

import asyncio
from typing import Any

import pytest

from ocote.store import documents, invalidations
from ocote.store.contingency import contingencies
from ocote.store.contingency import overview as contingency_overview
from ocote.store.contingency.contingencies import SignedAgain
from ocote.store.contingency.joining import Joining
from ocote.store.document_row import DocumentRow
from ocote.store.engine.statement import Journaled, Query
from ocote.store.invalidations import NewInvalidation
from ocote.store.leases import Lease
from ocote.store.outbox import NOBODY, Listeners
from ocote.store.verdict import Verdict
from tests.store.place import NOON, Place
from tests.store.rows import add_key

STAMPED = Verdict("stamped", "S" * 40, "", "", "", "[]", "{}")
REJECTED = Verdict("rejected", None, "RECHAZADO", "no", "096", "[]", "{}")
HOOK = "wh_1"


EVERYBODY = Listeners(mail=True, webhooks=(HOOK,))


@pytest.fixture
async def place(place: Place) -> Place:
    """The company mails and has one webhook."""
    await place.webhook(HOOK)
    return place


async def row_of(place: Place, document: str) -> DocumentRow:
    found = await place.store.read(documents.document_by_id, place.company, document)
    assert found is not None
    return found


async def settle(place: Place, document: str, verdict: Verdict) -> bool:
    return await settle_row(place, await row_of(place, document), verdict)


async def settle_row(place: Place, row: DocumentRow, verdict: Verdict) -> bool:
    return await place.store.write(documents.settle, place.company, row, verdict, NOON, EVERYBODY)


async def enter_contingency(place: Place, document: str) -> bool:
    joining = Joining("c-1", 1, None, NOON, NOON, "espera")
    again = SignedAgain(place.company, document, 1, "d.e.f")
    return await place.store.write(contingencies.enter, again, joining, NOON, EVERYBODY)


async def told(place: Place, document: str) -> list[tuple[str, str]]:
    """Channel and event of every message about a document."""
    rows = [*await place.mails(document), *await place.told(document)]
    return sorted((row.channel, row.event) for row in rows)


async def test_a_stamp_is_told_to_customer_and_webhook(place: Place) -> None:
    document = await place.document()
    before = place.store.commits
    assert await settle(place, document, STAMPED)
    assert place.store.commits == before + 1
    assert await told(place, document) == [("email", "document.stamped"), ("webhook", "document.stamped")]


async def test_a_refusal_is_told_to_the_webhook_alone(place: Place) -> None:
    document = await place.document()
    await settle(place, document, REJECTED)
    assert await told(place, document) == [("webhook", "document.rejected")]


async def test_a_verdict_that_came_too_late_is_not_told_again(place: Place) -> None:
    document = await place.document()
    await settle(place, document, STAMPED)
    before = await told(place, document)
    assert not await settle(place, document, STAMPED)
    assert await told(place, document) == before


async def test_entering_and_leaving_contingency_are_told(place: Place) -> None:
    document = await place.document()
    assert await enter_contingency(place, document)
    assert await told(place, document) == [
        ("email", "document.contingency_entered"),
        ("webhook", "document.contingency_entered"),
    ]
    await settle(place, document, STAMPED)
    assert await told(place, document) == [
        ("email", "document.contingency_entered"),
        ("email", "document.stamped"),
        ("webhook", "document.contingency_entered"),
        ("webhook", "document.contingency_left"),
        ("webhook", "document.stamped"),
    ]


async def an_invalidation(place: Place, document: str) -> NewInvalidation:
    key = await place.store.write(add_key, place.company)
    return NewInvalidation("e-1", place.company, key, document, "v1", "E-1", 2, None, "a.b.c", NOON, Lease("1", NOON))


async def test_an_invalidation_is_told_once_mh_has_stamped_it(place: Place) -> None:
    document = await place.document(state="stamped")
    new = await an_invalidation(place, document)
    await place.store.write(invalidations.insert_invalidation, new)
    assert await told(place, document) == []
    [event] = await place.store.read(invalidations.invalidations_of, place.company, document)
    for _ in range(2):
        await place.store.write(invalidations.settle_invalidation, event, STAMPED, NOON, EVERYBODY)
    assert await told(place, document) == [("email", "document.invalidated"), ("webhook", "document.invalidated")]


async def test_a_refused_invalidation_is_not_told(place: Place) -> None:
    document = await place.document(state="stamped")
    new = await an_invalidation(place, document)
    await place.store.write(invalidations.insert_invalidation, new)
    [event] = await place.store.read(invalidations.invalidations_of, place.company, document)
    assert await place.store.write(invalidations.settle_invalidation, event, REJECTED, NOON, EVERYBODY)
    assert await told(place, document) == []


async def test_a_note_that_cancels_its_ccf_tells_the_webhook_of_both_and_mails_the_note(place: Place) -> None:
    ccf = await place.document(doc_type="03", state="stamped")
    note = await place.document(family="note", doc_type="05", adjusts_id=ccf, adjusts_whole=1)
    await settle(place, note, STAMPED)
    assert await told(place, note) == [("email", "document.stamped"), ("webhook", "document.stamped")]
    assert await told(place, ccf) == [("webhook", "document.invalidated")]


async def test_what_is_undone_was_never_told(place: Place) -> None:
    document = await place.document()

    row = await row_of(place, document)

    def settle_and_fail() -> Any:
        yield from documents.settle(place.company, row, STAMPED, NOON, EVERYBODY)
        raise ValueError("the process is out of luck")

    with pytest.raises(ValueError, match="out of luck"):
        await place.store.write(settle_and_fail)
    assert await told(place, document) == []


async def test_without_listeners_a_verdict_is_one_statement(place: Place) -> None:
    document = await place.document()
    running = documents.settle(place.company, await row_of(place, document), STAMPED, NOON, NOBODY)
    statement = next(running)
    assert isinstance(statement, Query)
    assert statement.is_alone
    assert isinstance(running.send(statement.statement.decoded([(None,)], lambda: ["contingency_id"])), Journaled)
    with pytest.raises(StopIteration) as done:
        running.send([])
    assert done.value.value is True


async def test_a_document_settled_and_put_into_contingency_at_once_is_one_of_both(place: Place) -> None:
    """By two processes, of which each believes that it is its own."""
    for _ in range(20):
        one = await place.document()
        row = await row_of(place, one)
        settled, entered = await asyncio.gather(settle_row(place, row, STAMPED), enter_contingency(place, one))
        events = {event for _, event in await told(place, one)}
        assert (settled, entered) in {(True, False), (False, True)}
        assert events == {"document.stamped" if settled else "document.contingency_entered"}


async def test_a_document_that_is_settled_opens_no_contingency(place: Place) -> None:
    one = await place.document()
    await settle(place, one, STAMPED)
    assert await enter_contingency(place, one) is False
    assert await place.store.read(contingency_overview.overview, also_done=True) == []
