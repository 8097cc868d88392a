"""What is kept of a webhook's health, and what becomes of its announcements meanwhile."""

import asyncio
from typing import get_args

import pytest

from ocote.store import outbox, sendings, webhook_health, webhooks
from ocote.store.engine.statement import Transaction, sql
from ocote.store.outbox import Attempted, Event, Listeners
from ocote.store.sendings import SendingRow, Trouble
from ocote.store.webhook_health import HELD, ReplayedSpan, WebhookFailure
from ocote.store.webhooks import WebhookRow
from tests.store.place import LATER, NOON, Place

MUCH_LATER = "2026-11-20T20:00:00.000000Z"
EVENTS: tuple[Event, ...] = get_args(Event)


@pytest.fixture
async def hook(place: Place) -> WebhookRow:
    await place.webhook("uno")
    return await row(place)


async def row(place: Place) -> WebhookRow:
    found = await place.store.read(webhooks.webhook_by_id, place.company, "uno")
    assert found is not None
    return found


async def tell(place: Place, document: str | None = None, now: str = NOON) -> SendingRow:
    """One announcement to the webhook, as it is kept."""
    about = document or await place.document()
    await place.announce(about, "document.stamped", Listeners(webhooks=("uno",)), now=now)
    return (await place.told(about))[-1]


def failure(now: str = NOON, paused_until: str | None = None) -> WebhookFailure:
    """A failure that begins a run, of a webhook that is never switched off."""
    return WebhookFailure(now, unbroken_since="2026", long_ago="2020", notice_at=LATER, paused_until=paused_until)


@pytest.mark.parametrize("chosen", EVENTS)
async def test_of_all_events_the_chosen_one_is_told(place: Place, hook: WebhookRow, chosen: Event) -> None:
    await place.store.write(webhooks.choose_events, hook.id, chosen)
    document = await place.document()
    for event in EVENTS:
        await place.announce(document, event, Listeners(webhooks=(hook.id,)))
    assert [told.event for told in await place.told(document)] == [chosen]


async def test_several_events_are_told(place: Place, hook: WebhookRow) -> None:
    await place.store.write(webhooks.choose_events, hook.id, " ".join(EVENTS[1:3]))
    document = await place.document()
    for event in EVENTS:
        await place.announce(document, event, Listeners(webhooks=(hook.id,)))
    assert sorted(told.event for told in await place.told(document)) == sorted(EVENTS[1:3])


async def test_what_happens_while_a_webhook_is_off_is_kept_and_not_due(place: Place, hook: WebhookRow) -> None:
    before = await tell(place)
    assert await place.store.write(webhook_health.switch_off, hook, "gone", NOON, NOON)
    assert not await place.store.write(webhook_health.switch_off, hook, "operator", LATER, None)
    await tell(place, before.document_id, LATER)
    assert {(told.state, told.due_at, told.answer) for told in await place.told(before.document_id)} == {
        ("queued", None, HELD)
    }
    assert await place.store.read(outbox.due_lanes, MUCH_LATER) == []
    assert await place.store.read(sendings.waiting) == {}
    assert await place.store.read(webhook_health.held_announcements, hook) == 2
    assert (await place.store.read(sendings.trouble, NOON, NOON, NOON))["webhook"] == Trouble(held=2)
    assert not await place.store.write(outbox.replay_announcement, before.id, LATER)


async def test_an_announcement_keeps_the_answer_of_its_last_attempt_when_it_is_held(
    place: Place, hook: WebhookRow
) -> None:
    document = await place.document()
    await tell(place, document)
    [taken] = await place.taken("webhook:uno")
    await place.store.write(outbox.record_attempt, taken, Attempted("queued", LATER, 404, "no such page"), NOON)
    await place.store.write(webhook_health.switch_off, hook, "failing", NOON, None)
    [told] = await place.told(document)
    assert (told.due_at, told.status, told.answer) == (None, 404, "no such page")


async def test_a_webhook_that_is_announced_to_and_switched_off_at_once_loses_nothing(
    place: Place, hook: WebhookRow
) -> None:
    document = await place.document()
    for _ in range(20):
        await place.store.write(webhook_health.switch_on, hook)
        await asyncio.gather(
            place.announce(document, "document.stamped", Listeners(webhooks=(hook.id,))),
            place.store.write(webhook_health.switch_off, hook, "gone", NOON, None),
        )
    told = await place.told(document)
    assert len(told) == 20
    assert {each.state for each in told} == {"queued"}


async def test_a_lane_rests_while_its_receiver_wants_a_pause_and_nothing_is_overdue(
    place: Place, hook: WebhookRow
) -> None:
    await tell(place)
    await place.store.write(webhook_health.webhook_failed, hook, failure(paused_until=LATER))
    assert await place.store.read(outbox.due_lanes, NOON) == []
    assert (await place.store.read(sendings.trouble, NOON, LATER, NOON))["webhook"].overdue == 0
    assert await place.store.read(outbox.due_lanes, LATER) == ["webhook:uno"]
    assert (await place.store.read(sendings.trouble, NOON, MUCH_LATER, NOON))["webhook"].overdue == 1


async def test_a_pause_is_not_ended_by_a_failure_without_one(place: Place, hook: WebhookRow) -> None:
    await place.store.write(webhook_health.webhook_failed, hook, failure(paused_until=LATER))
    await place.store.write(webhook_health.webhook_failed, hook, failure())
    assert (await row(place)).paused_until == LATER


@pytest.mark.parametrize("is_one", [True, False], ids=["one announcement", "a span"])
async def test_a_replay_ends_the_pause_that_the_receiver_asked_for(
    place: Place, hook: WebhookRow, is_one: bool
) -> None:
    told = await tell(place)
    await place.store.write(webhook_health.webhook_failed, hook, failure(paused_until=MUCH_LATER))
    [shown] = await place.store.read(sendings.latest_sendings, "webhook", place.company, 10, only_unsent=True)
    assert (shown.due_at, shown.next_attempt_at) == (NOON, MUCH_LATER)
    if is_one:
        assert await place.store.write(outbox.replay_announcement, told.id, LATER)
    else:
        span = ReplayedSpan(NOON, LATER, LATER, also_sent=True)
        assert await place.store.write(webhook_health.replay_some, hook, span, LATER, 10) == 1
    assert await place.store.read(outbox.due_lanes, LATER) == ["webhook:uno"]
    assert (await row(place)).paused_until == LATER


async def test_what_cannot_be_replayed_ends_no_pause(place: Place, hook: WebhookRow) -> None:
    await tell(place)
    [being_sent] = await place.taken("webhook:uno", until=MUCH_LATER)
    await place.store.write(webhook_health.webhook_failed, hook, failure(paused_until=MUCH_LATER))
    assert not await place.store.write(outbox.replay_announcement, being_sent.id, LATER)
    assert not await place.store.write(outbox.replay_announcement, "unknown", LATER)
    assert (await row(place)).paused_until == MUCH_LATER


_HELD_BY_AN_OLDER_VERSION = sql("UPDATE outbox SET state = 'queued', due_at = NULL WHERE target = 'uno'")


def _as_an_older_version_left_it() -> Transaction[None]:
    yield _HELD_BY_AN_OLDER_VERSION()


async def test_what_an_older_version_left_held_for_a_removed_webhook_is_no_trouble(
    place: Place, hook: WebhookRow
) -> None:
    await tell(place)
    await place.store.write(webhooks.end_webhook, hook.id, NOON)
    await place.store.write(_as_an_older_version_left_it)
    assert (await place.store.read(sendings.trouble, NOON, NOON, NOON))["webhook"] == Trouble()


async def test_what_was_held_too_long_is_forgotten_and_counted(place: Place, hook: WebhookRow) -> None:
    await place.store.write(webhook_health.switch_off, hook, "gone", NOON, None)
    await tell(place)
    assert await place.store.write(outbox.forget_announcements, LATER, 10) == ["queued"]


async def test_a_span_is_replayed_oldest_first_in_pieces_and_each_once(place: Place, hook: WebhookRow) -> None:
    ids = [(await tell(place, now=f"2026-11-20T18:00:0{second}.000000Z")).id for second in range(5)]
    [sent] = await place.taken("webhook:uno", now="2026-11-20T18:00:00.500000Z")
    await place.store.write(outbox.record_attempt, sent, Attempted("sent", None, 200, "yes"), LATER)
    span = ReplayedSpan("2026-11-20T18:00:00", "2026-11-20T18:00:04", MUCH_LATER, also_sent=False)
    pieces = [await place.store.write(webhook_health.replay_some, hook, span, MUCH_LATER, 2) for _ in range(3)]
    assert pieces == [2, 1, 0]
    due = await place.taken("webhook:uno", now=MUCH_LATER)
    assert {each.id for each in due if each.begun_at == MUCH_LATER} == set(ids[1:4])


async def test_a_webhook_that_was_removed_keeps_no_health(place: Place, hook: WebhookRow) -> None:
    await place.store.write(webhooks.end_webhook, hook.id, NOON)
    assert not await place.store.write(webhook_health.webhook_failed, hook, failure())
    assert not await place.store.write(webhook_health.switch_off, hook, "gone", NOON, NOON)
    assert await place.store.write(webhook_health.due_notices, MUCH_LATER, MUCH_LATER, 10) == []


async def test_two_processes_give_a_notice_once(place: Place, hook: WebhookRow) -> None:
    await place.store.write(webhook_health.switch_off, hook, "gone", NOON, NOON)
    found = await asyncio.gather(*(place.store.write(webhook_health.due_notices, NOON, LATER, 10) for _ in range(4)))
    [notice] = [each for some in found for each in some]
    assert await place.store.write(webhook_health.due_notices, NOON, LATER, 10) == []
    [again] = await place.store.write(webhook_health.due_notices, LATER, MUCH_LATER, 10)
    assert not await place.store.write(webhook_health.end_notice, notice), "another one is due"
    assert await place.store.write(webhook_health.end_notice, again)
