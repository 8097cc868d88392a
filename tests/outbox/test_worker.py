"""The worker: nothing twice, nothing lost, and nobody held up by another."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from ocote.outbox import worker
from ocote.outbox.outcome import Failed, Outcome, Sent
from ocote.outbox.worker import LEASE, Outbox
from ocote.store import outbox as rows
from ocote.store import webhooks
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Row, Store, StoreUnavailableError
from ocote.store.engine.values import moment, moment_text
from ocote.store.outbox import Event, Listeners
from tests.store.rows import add_company, add_document

MAIL = Listeners(mail=True)
NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


class Death(BaseException):
    """Ends a process where it stands."""


@dataclass
class Carried:
    """A courier that does what a test says, and remembers what it was given."""

    answers: Callable[[Row], Outcome] = lambda _: Sent(250, "OK")
    given: list[str] = field(default_factory=list)
    stalled: set[str] = field(default_factory=set)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def attempt(self, row: Row) -> Outcome:
        self.given.append(row["id"])
        await asyncio.sleep(0)
        if row["lane"] in self.stalled:
            await self.go_on.wait()
        return self.answers(row)


@dataclass
class Place:
    """A database with companies whose documents have been stamped."""

    store: Store
    companies: list[int]
    now: datetime = NOON

    def clock(self) -> datetime:
        return self.now

    def outbox(self, courier: Carried) -> Outbox:
        return Outbox(self.store, {"email": courier, "webhook": courier}, self.clock)

    async def stamped(self, company: int, count: int = 1, listeners: Listeners = MAIL) -> None:
        event: Event = "document.stamped"
        for _ in range(count):
            document = await self.store.write(add_document, company, state="stamped")
            await self.store.write(rows.announce, company, document, event, moment_text(self.now), listeners)

    async def all(self) -> list[Row]:
        mails = await self.store.read(rows.latest, "email", None, 1000, only_unsent=False)
        return [*mails, *await self.store.read(rows.latest, "webhook", None, 1000, only_unsent=False)]

    async def states(self) -> list[str]:
        return sorted(row["state"] for row in await self.all())

    def lane(self, number: int = 0) -> str:
        return f"email:{self.companies[number]}"


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    async with open_store(database_url) as store:
        companies = [await store.write(add_company, f"0614000000000{number}") for number in range(3)]
        yield Place(store, companies)


async def worked_off(outbox: Outbox) -> None:
    """Rounds until nothing is left in hand."""
    while await outbox.run_once():
        pass


async def test_what_is_due_is_carried_once_and_written_down(place: Place) -> None:
    await place.stamped(place.companies[0], 10)
    courier = Carried()
    outbox = place.outbox(courier)
    await worked_off(outbox)
    assert (len(courier.given), len(set(courier.given))) == (10, 10)
    assert await place.states() == ["sent"] * 10
    assert await outbox.run_once() == 0


async def test_two_workers_at_once_do_nothing_twice(place: Place) -> None:
    for company in place.companies:
        await place.stamped(company, 10)
    courier = Carried()
    await asyncio.gather(*(worked_off(place.outbox(courier)) for _ in range(2)))
    assert (len(courier.given), len(set(courier.given))) == (30, 30)
    assert await place.states() == ["sent"] * 30


async def test_a_target_that_stalls_holds_up_nobody_else(place: Place) -> None:
    for company in place.companies:
        await place.stamped(company, 12)
    courier = Carried(stalled={place.lane(0)})
    outbox = place.outbox(courier)
    while (await place.states()).count("sent") < 24:
        await outbox.run_once()
    assert await place.states() == ["queued"] * 8 + ["sending"] * 4 + ["sent"] * 24
    courier.go_on.set()
    await worked_off(outbox)
    assert await place.states() == ["sent"] * 36


async def test_a_target_that_is_down_is_not_asked_for_every_row(place: Place) -> None:
    await place.stamped(place.companies[0], 40)
    await place.stamped(place.companies[1], 4)
    down = place.lane(0)
    courier = Carried(lambda row: Failed(None, "down", is_about_the_lane=True) if row["lane"] == down else Sent(1, ""))
    outbox = place.outbox(courier)
    await worked_off(outbox)
    states = await place.states()
    assert (states.count("sent"), states.count("queued")) == (4, 40)
    asked = len(courier.given) - 4
    assert asked <= 4
    courier.answers = lambda _: Sent(250, "OK")
    await worked_off(outbox)
    assert len(courier.given) - 4 == asked, "the pause lasts"
    place.now += timedelta(minutes=2)
    await worked_off(outbox)
    assert await place.states() == ["sent"] * 44


async def test_a_failed_attempt_is_repeated_when_it_is_due(place: Place) -> None:
    await place.stamped(place.companies[0])
    courier = Carried(lambda _: Failed(451, "greylisted"))
    outbox = place.outbox(courier)
    await worked_off(outbox)
    [row] = await place.all()
    assert (row["state"], row["status"], row["answer"], row["attempts"]) == ("queued", 451, "greylisted", 1)
    assert moment(row["due_at"]) == NOON + timedelta(minutes=1)
    await worked_off(outbox)
    assert len(courier.given) == 1
    place.now += timedelta(minutes=1)
    courier.answers = lambda _: Sent(250, "OK")
    await worked_off(outbox)
    assert await place.states() == ["sent"]


async def test_a_refusal_is_final(place: Place) -> None:
    await place.stamped(place.companies[0])
    courier = Carried(lambda _: Failed(550, "no such user", is_permanent=True))
    await worked_off(place.outbox(courier))
    place.now += timedelta(days=10)
    await worked_off(place.outbox(courier))
    assert (await place.states(), len(courier.given)) == (["refused"], 1)


async def test_a_fault_of_ours_ends_one_attempt_and_holds_up_nobody(place: Place) -> None:
    await place.stamped(place.companies[0])
    await place.stamped(place.companies[1])
    broken = place.lane(0)

    def answers(row: Row) -> Outcome:
        if row["lane"] == broken:
            raise KeyError("a bug")
        return Sent(250, "OK")

    await worked_off(place.outbox(Carried(answers)))
    found = {row["lane"]: (row["state"], row["answer"]) for row in await place.all()}
    assert found == {broken: ("queued", "internal fault: KeyError"), place.lane(1): ("sent", "OK")}


async def test_a_worker_killed_between_sending_and_recording_leaves_the_row_to_the_next_one(place: Place) -> None:
    await place.stamped(place.companies[0])
    handed_over: list[str] = []

    def die_after_sending(row: Row) -> Outcome:
        handed_over.append(row["id"])
        raise Death

    with pytest.raises(Death):
        await place.outbox(Carried(die_after_sending)).run_once()

    def send(row: Row) -> Outcome:
        handed_over.append(row["id"])
        return Sent(250, "OK")

    other = Carried(send)
    await worked_off(place.outbox(other))
    assert other.given == [], "as long as the lease lasts, the dead one may only be slow"
    place.now += LEASE
    await worked_off(place.outbox(other))
    assert handed_over == handed_over[:1] * 2, "the same sending, hence the same Message-ID"
    assert await place.states() == ["sent"]


async def test_a_worker_killed_before_sending_loses_nothing(place: Place) -> None:
    await place.stamped(place.companies[0], 3)

    def die(_: Row) -> Outcome:
        raise Death

    with pytest.raises(Death):
        await place.outbox(Carried(die)).run_once()
    place.now += LEASE
    await worked_off(place.outbox(Carried()))
    assert await place.states() == ["sent"] * 3


class _AwayForAWhile:
    """A store whose first records fail."""

    def __init__(self, store: Store, failures: int) -> None:
        self._store = store
        self._failures = failures

    async def write(self, work: Any, *args: Any) -> Any:
        if work is rows.record and self._failures:
            self._failures -= 1
            raise StoreUnavailableError("away")
        return await self._store.write(work, *args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_what_was_sent_is_written_down_although_the_database_is_away_for_a_moment(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RECORD_AGAIN_S", 0.0)
    await place.stamped(place.companies[0])
    courier = Carried()
    store: Any = _AwayForAWhile(place.store, 3)
    await worked_off(Outbox(store, {"email": courier}, place.clock))
    assert (await place.states(), len(courier.given)) == (["sent"], 1)


async def test_while_the_database_stays_away_the_row_is_left_to_the_next_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RECORD_AGAIN_S", 0.0)
    await place.stamped(place.companies[0])
    courier = Carried()

    def too_late(_: Row) -> Outcome:
        place.now += LEASE
        return Sent(250, "OK")

    store: Any = _AwayForAWhile(place.store, 1)
    await Outbox(store, {"email": Carried(too_late)}, place.clock).run_once()
    await worked_off(Outbox(place.store, {"email": courier}, place.clock))
    assert (await place.states(), len(courier.given)) == (["sent"], 1)


async def test_announcements_are_forgotten_in_time_and_mails_are_not(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_FORGET_AT_ONCE", 2)
    company = place.companies[0]
    new = webhooks.NewWebhook("wh_1", company, "https://erp.example.com/", b"sealed", moment_text(NOON))
    await place.store.write(webhooks.insert_webhook, new)
    both = Listeners(mail=True, webhooks=("wh_1",))
    await place.stamped(company, 3, both)
    outbox = place.outbox(Carried())
    await worked_off(outbox)
    place.now += worker.KEPT_FOR - timedelta(minutes=1)
    await place.stamped(company, 1, both)
    await worked_off(outbox)
    assert len(await place.all()) == 8
    place.now += timedelta(hours=2)
    await outbox.run_once()
    await outbox.run_once()
    assert sorted(row["channel"] for row in await place.all()) == ["email"] * 4 + ["webhook"]


async def test_an_announcement_that_still_waits_is_not_forgotten(place: Place) -> None:
    company = place.companies[0]
    new = webhooks.NewWebhook("wh_1", company, "https://erp.example.com/", b"sealed", moment_text(NOON))
    await place.store.write(webhooks.insert_webhook, new)
    await place.stamped(company, 1, Listeners(webhooks=("wh_1",)))
    courier = Carried()
    place.now += worker.KEPT_FOR + timedelta(days=1)
    await worked_off(place.outbox(courier))
    assert (len(courier.given), await place.states()) == (1, ["sent"])


async def test_closing_waits_for_what_is_under_way(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_PATIENCE_S", 0.0)
    await place.stamped(place.companies[0])
    courier = Carried(stalled={place.lane()})
    outbox = place.outbox(courier)
    assert await outbox.run_once() == 1
    closing = asyncio.create_task(outbox.close())
    await asyncio.sleep(0)
    assert not closing.done()
    courier.go_on.set()
    await closing
    assert await place.states() == ["sent"]


async def test_what_waits_and_what_was_tried_is_counted(place: Place) -> None:
    def count(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def tried(outcome: str) -> float:
        return count("ocote_outbox_attempts_total", channel="email", outcome=outcome)

    sent, queued = tried("sent"), tried("queued")
    await place.stamped(place.companies[0], 3)
    courier = Carried(lambda _: Failed(451, "later"))
    outbox = place.outbox(courier)
    await worked_off(outbox)
    assert (count("ocote_outbox_waiting", channel="email"), tried("queued") - queued) == (3.0, 3.0)
    courier.answers = lambda _: Sent(250, "OK")
    place.now += timedelta(minutes=1)
    await worked_off(outbox)
    place.now += timedelta(minutes=1)
    await worked_off(outbox)
    assert (count("ocote_outbox_waiting", channel="email"), tried("sent") - sent) == (0.0, 3.0)


async def test_mails_and_announcements_go_their_own_ways(place: Place) -> None:
    company = place.companies[0]
    new = webhooks.NewWebhook("wh_1", company, "https://erp.example.com/", b"sealed", moment_text(NOON))
    await place.store.write(webhooks.insert_webhook, new)
    await place.stamped(company, 3, Listeners(mail=True, webhooks=("wh_1",)))
    mail, hook = Carried(), Carried(lambda _: Failed(500, "down"))
    await worked_off(Outbox(place.store, {"email": mail, "webhook": hook}, place.clock))
    assert (len(mail.given), len(hook.given)) == (3, 3)
    assert await place.states() == ["queued"] * 3 + ["sent"] * 3
