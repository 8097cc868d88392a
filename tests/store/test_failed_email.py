"""What is written down when an e-mail is given up, in the transaction that gives it up."""

from typing import Any

import msgspec
import pytest

from ocote.store import outbox
from ocote.store.outbox import AnnouncedFacts, Attempted, Listeners
from ocote.store.sendings import SendingRow
from ocote.store.webhooks import NewWebhook, insert_webhook
from tests.store.place import LATER, NOON, Place


async def a_mail(place: Place) -> SendingRow:
    """An e-mail that a worker has taken."""
    document = await place.document(state="stamped")
    await place.announce(document, "document.stamped", Listeners(mail=True))
    [row] = await place.taken(place.mail_lane)
    return row


async def announced(place: Place, row: SendingRow) -> list[AnnouncedFacts]:
    told = await place.told(row.document_id)
    assert {one.event for one in told} <= {"email.failed"}
    return [msgspec.json.decode(one.facts or "", type=AnnouncedFacts) for one in told]


@pytest.mark.parametrize(
    ("attempted", "reason", "answer"),
    [
        (Attempted("refused", None, 550, "5.1.1 no such user"), "server_refused", "5.1.1 no such user"),
        (
            Attempted("refused", None, None, "[pdf_impossible]"),
            "pdf_impossible",
            "the PDF of the document cannot be set on this machine",
        ),
        (
            Attempted("expired", None, 535, "[login_refused] no"),
            "login_refused",
            "login refused: no",
        ),
        (Attempted("expired", None, None, "[no_answer] 10"), "no_answer", "no answer within 10 s"),
    ],
)
async def test_every_webhook_of_the_company_is_told_the_reason_of_a_failed_email(
    place: Place, attempted: Attempted, reason: str, answer: str
) -> None:
    for name in ("uno", "dos"):
        await place.webhook(name)
    row = await a_mail(place)
    assert await place.store.write(outbox.record_attempt, row, attempted, NOON)
    told = await announced(place, row)
    assert [(facts.id, facts.email and (facts.email.to, facts.email.reason)) for facts in told] == [
        (row.document_id, ("cliente@example.com", reason))
    ] * 2
    assert told[0].email is not None
    assert (told[0].email.state, told[0].email.code) == (attempted.state, attempted.status)
    assert told[0].email.answer == answer


@pytest.mark.parametrize(
    "attempted",
    [
        Attempted("sent", None, 250, "OK"),
        Attempted("queued", LATER, 451, "later"),
        Attempted("obsolete", None, None, "[document_changed] rejected"),
    ],
)
async def test_an_email_that_is_sent_or_not_needed_or_still_tried_is_no_failure(
    place: Place, attempted: Attempted
) -> None:
    await place.webhook("uno")
    row = await a_mail(place)
    assert await place.store.write(outbox.record_attempt, row, attempted, NOON)
    assert await announced(place, row) == []


async def test_a_webhook_that_chose_other_events_is_not_told(place: Place) -> None:
    for name, events in (("uno", "document.stamped"), ("dos", "document.rejected email.failed")):
        new = NewWebhook(name, place.company, f"https://{name}.example.com/", b"sealed", NOON, events)
        await place.store.write(insert_webhook, new)
    row = await a_mail(place)
    await place.store.write(outbox.record_attempt, row, Attempted("refused", None, 550, "no"), NOON)
    assert [told.target for told in await place.told(row.document_id)] == ["dos"]


async def test_an_email_that_another_worker_has_taken_is_not_announced_as_failed(place: Place) -> None:
    await place.webhook("uno")
    row = await a_mail(place)
    refused = Attempted("refused", None, 550, "no")
    stale: Any = msgspec.structs.replace(row, attempts=row.attempts + 1)
    assert not await place.store.write(outbox.record_attempt, stale, refused, NOON)
    assert await announced(place, row) == []


async def test_a_refused_announcement_is_not_announced_in_turn(place: Place) -> None:
    await place.webhook("uno")
    document = await place.document(state="stamped")
    await place.announce(document, "document.stamped", Listeners(webhooks=("uno",)))
    [row] = await place.taken("webhook:uno")
    await place.store.write(outbox.record_attempt, row, Attempted("refused", None, 410, "gone"), NOON)
    assert [one.event for one in await place.told(document)] == ["document.stamped"]
