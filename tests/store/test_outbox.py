"""What is to be sent: written once, taken by one worker at a time, lane by lane."""

import asyncio
import json

import pytest

from ocote.store import outbox, sendings, webhook_health, webhooks
from ocote.store.outbox import NOBODY, Attempted, Event, Listeners
from tests.store.place import LATER, NOON, Place
from tests.store.rows import add_company, add_document

MUCH_LATER = "2026-11-20T20:00:00.000000Z"
LATEST = "2026-11-20T21:00:00.000000Z"


async def test_nobody_listening_costs_neither_a_query_nor_a_commit(place: Place) -> None:
    document = await place.document()
    with pytest.raises(StopIteration):
        next(outbox.announce(place.company, document, "document.stamped", NOON, NOBODY))
    with pytest.raises(StopIteration):
        next(outbox.announce(place.company, document, "document.rejected", NOON, Listeners(mail=True)))


@pytest.mark.parametrize(
    ("customer", "copy", "expected"),
    [
        ("cliente@example.com", None, ["cliente@example.com"]),
        (None, "archivo@example.com", ["archivo@example.com"]),
        ("cliente@example.com", "archivo@example.com", ["archivo@example.com", "cliente@example.com"]),
        ("Cliente@example.com", "cliente@example.com", ["Cliente@example.com"]),
        (None, None, []),
    ],
)
async def test_a_stamped_document_is_mailed_to_each_address_once(
    place: Place, customer: str | None, copy: str | None, expected: list[str]
) -> None:
    document = await place.document(customer_email=customer, redirect_email=copy)
    await place.announce(document, "document.stamped", Listeners(mail=True))
    mails = await place.mails(document)
    assert sorted(mail.target for mail in mails) == expected
    assert {(mail.state, mail.event, mail.due_at) for mail in mails} <= {("queued", "document.stamped", NOON)}


async def test_each_webhook_is_told_the_facts_of_that_moment_and_nothing_of_the_customer(place: Place) -> None:
    document = await place.document(state="rejected")
    hooks = (await place.webhook("uno"), await place.webhook("dos"))
    await place.announce(document, "document.rejected", Listeners(webhooks=hooks))
    told = await place.told(document)
    assert sorted(row.target for row in told) == ["dos", "uno"]
    assert {row.lane for row in told} == {"webhook:uno", "webhook:dos"}
    assert told[0].facts is not None
    facts = json.loads(told[0].facts)
    assert (facts["id"], facts["state"], facts["gross_cents"]) == (document, "rejected", 1130)
    assert not [name for name in facts if name.startswith("customer") or "email" in name]


async def test_a_webhook_that_was_removed_meanwhile_is_not_told(place: Place) -> None:
    document = await place.document()
    hook = await place.webhook("uno")
    assert await place.store.write(webhooks.end_webhook, hook, LATER)
    await place.announce(document, "document.stamped", Listeners(webhooks=(hook,)))
    assert await place.told(document) == []


async def test_what_waits_for_a_removed_webhook_is_dropped(place: Place) -> None:
    document = await place.document()
    hook = await place.webhook("uno")
    await place.announce(document, "document.stamped", Listeners(webhooks=(hook,)))
    assert await place.store.write(webhooks.end_webhook, hook, LATER)
    [row] = await place.told(document)
    assert (row.state, row.due_at) == ("obsolete", None)
    assert not await place.store.write(webhooks.end_webhook, hook, LATER)
    assert not await place.store.write(outbox.replay_announcement, row.id, LATER)


async def test_what_is_held_for_a_removed_webhook_is_dropped_too(place: Place) -> None:
    document = await place.document()
    hook = await place.webhook("uno")
    found = await place.store.read(webhooks.webhook_by_id, place.company, hook)
    assert found is not None
    await place.store.write(webhook_health.switch_off, found, "operator", NOON, None)
    await place.announce(document, "document.stamped", Listeners(webhooks=(hook,)))
    assert await place.store.write(webhooks.end_webhook, hook, LATER)
    [row] = await place.told(document)
    assert (row.state, row.due_at) == ("obsolete", None)


async def test_what_is_being_sent_or_was_sent_keeps_its_outcome_when_its_webhook_is_removed(place: Place) -> None:
    hook = await place.webhook("uno")
    for outcome in ("sent", "refused", None):
        document = await place.document()
        await place.announce(document, "document.stamped", Listeners(webhooks=(hook,)))
        [row] = await place.taken("webhook:uno")
        if outcome is not None:
            await place.store.write(outbox.record_attempt, row, Attempted(outcome, None, 200, ""), NOON)
    assert await place.store.write(webhooks.end_webhook, hook, NOON)
    assert await place.store.write(outbox.record_attempt, row, Attempted("sent", None, 200, "yes"), NOON)
    latest = await place.store.read(sendings.latest_sendings, "webhook", place.company, 10, only_unsent=False)
    assert sorted(each.state for each in latest) == ["refused", "sent", "sent"]


async def test_only_lanes_with_something_due_are_named(place: Place) -> None:
    document = await place.document()
    hook = await place.webhook("uno")
    await place.announce(document, "document.stamped", Listeners(True, (hook,)), now=LATER)
    assert await place.store.read(outbox.due_lanes, NOON) == []
    assert sorted(await place.store.read(outbox.due_lanes, LATER)) == [place.mail_lane, "webhook:uno"]
    assert await place.store.read(sendings.waiting) == {"email": 1, "webhook": 1}


async def test_two_workers_never_take_the_same(place: Place) -> None:
    for _ in range(12):
        await place.announce(await place.document(), "document.stamped", Listeners(mail=True))
    taken = await asyncio.gather(*(place.taken(place.mail_lane, most=4) for _ in range(5)))
    ids = [row.id for rows in taken for row in rows]
    assert len(ids) == len(set(ids))
    rest = [row.id for _ in range(3) for row in await place.taken(place.mail_lane, most=4)]
    assert len(set(ids + rest)) == 12


async def test_what_a_dead_worker_took_is_due_again_when_its_lease_ends(place: Place) -> None:
    await place.announce(await place.document(), "document.stamped", Listeners(mail=True))
    [first] = await place.taken(place.mail_lane)
    assert await place.taken(place.mail_lane) == []
    [second] = await place.taken(place.mail_lane, now=LATER, until=MUCH_LATER)
    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)
    # The first worker was not dead, only slow: what it found out does not count any more.
    assert not await place.store.write(outbox.record_attempt, first, Attempted("refused", None, 550, "no"), LATER)
    assert await place.store.write(outbox.record_attempt, second, Attempted("sent", None, 250, "yes"), LATER)
    assert await place.store.read(outbox.due_lanes, MUCH_LATER) == []


async def test_a_failed_attempt_keeps_the_answer_and_is_due_later(place: Place) -> None:
    document = await place.document()
    await place.announce(document, "document.stamped", Listeners(mail=True))
    [row] = await place.taken(place.mail_lane)
    await place.store.write(outbox.record_attempt, row, Attempted("queued", MUCH_LATER, 451, "greylisted"), LATER)
    [mail] = await place.mails(document)
    assert (mail.state, mail.status, mail.answer, mail.answered_at) == ("queued", 451, "greylisted", LATER)
    assert await place.taken(place.mail_lane, now=LATER) == []
    assert len(await place.taken(place.mail_lane, now=MUCH_LATER)) == 1


async def test_sending_again_is_a_message_of_its_own(place: Place) -> None:
    document = await place.document()
    await place.announce(document, "document.stamped", Listeners(mail=True))
    [row] = await place.taken(place.mail_lane)
    await place.store.write(outbox.record_attempt, row, Attempted("sent", None, 250, "OK"), NOON)
    told = await place.store.write(outbox.send_again, place.company, document, (), LATER)
    assert told == ("cliente@example.com",)
    assert [(mail.event, mail.state) for mail in await place.mails(document)] == [
        ("document.stamped", "sent"),
        ("document.sent_again", "queued"),
    ]


@pytest.mark.parametrize(
    ("state", "event"), [("stamped", "document.stamped"), ("contingency", "document.contingency_entered")]
)
async def test_sending_again_hurries_what_still_waits(place: Place, state: str, event: Event) -> None:
    document = await place.document(state=state)
    await place.announce(document, event, Listeners(mail=True), now=MUCH_LATER)
    for _ in range(2):
        await place.store.write(outbox.send_again, place.company, document, (), NOON)
        await place.store.write(outbox.send_again, place.company, document, ("otra@example.com",), NOON)
    mails = await place.mails(document)
    assert sorted((mail.target, mail.due_at) for mail in mails) == [
        ("cliente@example.com", NOON),
        ("otra@example.com", NOON),
    ]


async def test_sending_again_does_not_wait_for_a_message_that_is_not_needed_any_more(place: Place) -> None:
    document = await place.document(state="stamped")
    await place.announce(document, "document.contingency_entered", Listeners(mail=True), now=MUCH_LATER)
    await place.store.write(outbox.send_again, place.company, document, (), NOON)
    assert [(mail.event, mail.due_at) for mail in await place.mails(document)] == [
        ("document.sent_again", NOON),
        ("document.contingency_entered", MUCH_LATER),
    ]


async def test_requests_to_send_again_at_once_make_one_message(place: Place) -> None:
    document = await place.document()
    await asyncio.gather(*(place.store.write(outbox.send_again, place.company, document, (), NOON) for _ in range(6)))
    assert len(await place.mails(document)) == 1


async def test_an_announcement_is_replayed_under_its_own_id(place: Place) -> None:
    document = await place.document()
    hook = await place.webhook("uno")
    await place.announce(document, "document.stamped", Listeners(webhooks=(hook,)))
    [row] = await place.taken("webhook:uno")
    assert not await place.store.write(outbox.replay_announcement, row.id, LATER), "it is just being sent"
    await place.store.write(outbox.record_attempt, row, Attempted("refused", None, 410, "gone"), NOON)
    assert await place.store.write(outbox.replay_announcement, row.id, LATER)
    [again] = await place.taken("webhook:uno", now=LATER, until=MUCH_LATER)
    assert (again.id, again.facts, again.attempts) == (row.id, row.facts, 1)
    assert (again.created_at, again.begun_at) == (NOON, LATER)


async def test_what_was_found_out_before_a_replay_is_not_its_answer(place: Place) -> None:
    """The first of three was slow, and it was the first attempt as the one after the replay is."""
    hook = await place.webhook("uno")
    await place.announce(await place.document(), "document.stamped", Listeners(webhooks=(hook,)))
    [slow] = await place.taken("webhook:uno")
    [second] = await place.taken("webhook:uno", now=LATER, until=MUCH_LATER)
    await place.store.write(outbox.record_attempt, second, Attempted("refused", None, 410, "gone"), LATER)
    assert await place.store.write(outbox.replay_announcement, second.id, LATER)
    [replayed] = await place.taken("webhook:uno", now=LATER, until=LATEST)
    assert not await place.store.write(outbox.record_attempt, slow, Attempted("sent", None, 200, "yes"), LATER)
    assert await place.store.write(outbox.record_attempt, replayed, Attempted("queued", LATEST, 503, "no"), LATER)


async def test_what_is_replayed_while_old_announcements_are_forgotten_stays(place: Place) -> None:
    hook = await place.webhook("uno")
    document = await place.document()
    for _ in range(20):
        await place.announce(document, "document.stamped", Listeners(webhooks=(hook,)))
        [row] = await place.taken("webhook:uno")
        await place.store.write(outbox.record_attempt, row, Attempted("refused", None, 410, "gone"), NOON)
        is_replayed, forgotten = await asyncio.gather(
            place.store.write(outbox.replay_announcement, row.id, LATER),
            place.store.write(outbox.forget_announcements, LATER, 10),
        )
        assert bool(forgotten) == (not is_replayed)
        for again in await place.taken("webhook:uno", now=LATER, until=MUCH_LATER):
            await place.store.write(outbox.record_attempt, again, Attempted("sent", None, 200, "yes"), LATER)
        await place.store.write(outbox.forget_announcements, LATER, 10)


async def test_the_operator_sees_the_latest_of_one_company_or_of_all(place: Place) -> None:
    other = await place.store.write(add_company, "06140000000002")
    elsewhere = await place.store.write(add_document, other)
    await place.store.write(outbox.announce, other, elsewhere, "document.stamped", LATER, Listeners(mail=True))
    document = await place.document()
    await place.announce(document, "document.stamped", Listeners(mail=True))
    [row] = await place.taken(place.mail_lane)
    await place.store.write(outbox.record_attempt, row, Attempted("sent", None, 250, "OK"), NOON)

    async def seen(company: int | None, *, only_unsent: bool = False) -> list[str]:
        rows = await place.store.read(sendings.latest_sendings, "email", company, 10, only_unsent=only_unsent)
        return [row.document_id for row in rows]

    assert await seen(None) == [elsewhere, document]
    assert await seen(place.company) == [document]
    assert await seen(None, only_unsent=True) == [elsewhere]
    assert await seen(place.company, only_unsent=True) == []


async def test_a_company_is_read_anew_after_its_webhooks_change(place: Place) -> None:
    from ocote.store.companies import company_by_id

    async def updated_at() -> str:
        company = await place.store.read(company_by_id, place.company)
        assert company is not None
        return str(company.updated_at)

    before = await updated_at()
    hook = await place.webhook("uno")
    between = await updated_at()
    await place.store.write(webhooks.end_webhook, hook, LATER)
    assert len({before, between, await updated_at()}) == 3


async def test_of_two_webhooks_with_one_address_added_at_once_one_is_kept(place: Place) -> None:
    await asyncio.gather(*(place.store.write(webhooks.end_webhook, "wh_0", NOON) for _ in range(2)))  # connected
    added = [
        webhooks.NewWebhook(name, place.company, "https://uno.example.com/", b"sealed", NOON)
        for name in ("wh_1", "wh_2")
    ]
    kept = await asyncio.gather(*(place.store.write(webhooks.insert_webhook, one) for one in added))
    assert sorted(kept) == [False, True]
    assert len(await place.store.read(webhooks.webhooks_of, place.company)) == 1
