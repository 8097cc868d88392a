"""The worker: nothing twice, nothing lost, and nobody held up by another."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from ocote.outbox import worker
from ocote.outbox.outcome import AttemptOutcome, Failed, GivenBack, Held, Sent
from ocote.outbox.worker import SENDING_LEASE, Outbox
from ocote.store import outbox, webhooks
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.outbox import Event, Listeners
from ocote.store.sending_reason import SendingReason
from ocote.store.sendings import SendingRow, latest_sendings
from tests.builders.death import Death
from tests.store.rows import add_company, add_document

MAIL = Listeners(mail=True)
NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@dataclass
class Carried:
    """A courier that does what a test says, and remembers what it was given."""

    answers: Callable[[SendingRow], AttemptOutcome] = lambda _: Sent(250, "OK")
    given: list[str] = field(default_factory=list)
    stalled: set[str] = field(default_factory=set)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def attempt(self, row: SendingRow) -> AttemptOutcome:
        self.given.append(row.id)
        await asyncio.sleep(0)
        if row.lane in self.stalled:
            await self.go_on.wait()
        return self.answers(row)


@dataclass
class Companies:
    """Companies whose documents have been stamped, at a moment that the test moves."""

    store: Store
    ids: list[int]
    now: datetime = NOON

    def clock(self) -> datetime:
        return self.now

    def outbox(self, courier: Carried) -> Outbox:
        return Outbox(self.store, {"email": courier, "webhook": courier}, self.clock)

    async def stamped(self, company: int, count: int = 1, listeners: Listeners = MAIL) -> None:
        event: Event = "document.stamped"
        for _ in range(count):
            document = await self.store.write(add_document, company, state="stamped")
            await self.store.write(outbox.announce, company, document, event, moment_text(self.now), listeners)

    async def all(self) -> list[SendingRow]:
        mails = await self.store.read(latest_sendings, "email", None, 1000, only_unsent=False)
        return [*mails, *await self.store.read(latest_sendings, "webhook", None, 1000, only_unsent=False)]

    async def states(self) -> list[str]:
        return sorted(row.state for row in await self.all())

    def lane(self, number: int = 0) -> str:
        return f"email:{self.ids[number]}"


@pytest.fixture
async def companies(database_url: str) -> AsyncIterator[Companies]:
    async with open_store(database_url) as store:
        ids = [await store.write(add_company, f"0614000000000{number}") for number in range(3)]
        yield Companies(store, ids)


async def worked_off(outbox: Outbox) -> None:
    """Rounds until nothing is left in hand."""
    while await outbox.run_once():
        pass


async def test_what_is_due_is_carried_once_and_written_down(companies: Companies) -> None:
    await companies.stamped(companies.ids[0], 10)
    courier = Carried()
    outbox = companies.outbox(courier)
    await worked_off(outbox)
    assert (len(courier.given), len(set(courier.given))) == (10, 10)
    assert await companies.states() == ["sent"] * 10
    assert await outbox.run_once() == 0


async def test_two_workers_at_once_do_nothing_twice(companies: Companies) -> None:
    for company in companies.ids:
        await companies.stamped(company, 10)
    courier = Carried()
    await asyncio.gather(*(worked_off(companies.outbox(courier)) for _ in range(2)))
    assert (len(courier.given), len(set(courier.given))) == (30, 30)
    assert await companies.states() == ["sent"] * 30


async def test_a_target_that_stalls_holds_up_nobody_else(companies: Companies) -> None:
    for company in companies.ids:
        await companies.stamped(company, 12)
    courier = Carried(stalled={companies.lane(0)})
    outbox = companies.outbox(courier)
    while (await companies.states()).count("sent") < 24:
        await outbox.run_once()
    assert await companies.states() == ["queued"] * 8 + ["sending"] * 4 + ["sent"] * 24
    courier.go_on.set()
    await worked_off(outbox)
    assert await companies.states() == ["sent"] * 36


async def test_a_target_that_is_down_is_not_asked_for_every_row(companies: Companies) -> None:
    await companies.stamped(companies.ids[0], 40)
    await companies.stamped(companies.ids[1], 4)
    down = companies.lane(0)
    courier = Carried(lambda row: Failed(None, "down", is_about_the_lane=True) if row.lane == down else Sent(1, ""))
    outbox = companies.outbox(courier)
    await worked_off(outbox)
    states = await companies.states()
    assert (states.count("sent"), states.count("queued")) == (4, 40)
    asked = len(courier.given) - 4
    assert asked <= 4
    courier.answers = lambda _: Sent(250, "OK")
    await worked_off(outbox)
    assert len(courier.given) - 4 == asked, "the pause lasts"
    companies.now += timedelta(minutes=2)
    await worked_off(outbox)
    assert await companies.states() == ["sent"] * 44


async def test_a_failed_attempt_is_repeated_when_it_is_due(companies: Companies) -> None:
    await companies.stamped(companies.ids[0])
    courier = Carried(lambda _: Failed(451, "greylisted"))
    outbox = companies.outbox(courier)
    await worked_off(outbox)
    [row] = await companies.all()
    assert (row.state, row.status, row.answer, row.attempts) == ("queued", 451, "greylisted", 1)
    assert row.due_at == moment_text(NOON + timedelta(minutes=1))
    await worked_off(outbox)
    assert len(courier.given) == 1
    companies.now += timedelta(minutes=1)
    courier.answers = lambda _: Sent(250, "OK")
    await worked_off(outbox)
    assert await companies.states() == ["sent"]


async def test_a_refusal_is_final(companies: Companies) -> None:
    await companies.stamped(companies.ids[0])
    courier = Carried(lambda _: Failed(550, "no such user", is_permanent=True))
    await worked_off(companies.outbox(courier))
    companies.now += timedelta(days=10)
    await worked_off(companies.outbox(courier))
    assert (await companies.states(), len(courier.given)) == (["refused"], 1)


async def test_a_fault_of_ours_ends_one_attempt_and_holds_up_nobody(companies: Companies) -> None:
    await companies.stamped(companies.ids[0])
    await companies.stamped(companies.ids[1])
    broken = companies.lane(0)

    def answers(row: SendingRow) -> AttemptOutcome:
        if row.lane == broken:
            raise KeyError("a bug")
        return Sent(250, "OK")

    await worked_off(companies.outbox(Carried(answers)))
    found = {row.lane: (row.state, row.answer) for row in await companies.all()}
    assert found == {broken: ("queued", "[internal_fault] KeyError"), companies.lane(1): ("sent", "OK")}


async def test_a_worker_killed_between_sending_and_recording_leaves_the_row_to_the_next_one(
    companies: Companies,
) -> None:
    await companies.stamped(companies.ids[0])
    handed_over: list[str] = []

    def die_after_sending(row: SendingRow) -> AttemptOutcome:
        handed_over.append(row.id)
        raise Death

    with pytest.raises(Death):
        await companies.outbox(Carried(die_after_sending)).run_once()

    def send(row: SendingRow) -> AttemptOutcome:
        handed_over.append(row.id)
        return Sent(250, "OK")

    other = Carried(send)
    await worked_off(companies.outbox(other))
    assert other.given == [], "as long as the lease lasts, the dead one may only be slow"
    companies.now += SENDING_LEASE
    await worked_off(companies.outbox(other))
    assert handed_over == handed_over[:1] * 2, "the same sending, hence the same Message-ID"
    assert await companies.states() == ["sent"]


async def test_a_worker_killed_before_sending_loses_nothing(companies: Companies) -> None:
    await companies.stamped(companies.ids[0], 3)

    def die(_: SendingRow) -> AttemptOutcome:
        raise Death

    with pytest.raises(Death):
        await companies.outbox(Carried(die)).run_once()
    companies.now += SENDING_LEASE
    await worked_off(companies.outbox(Carried()))
    assert await companies.states() == ["sent"] * 3


async def test_an_attempt_that_lasts_longer_than_any_lease_is_made_once(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RENEW_EVERY_S", 0.01)
    monkeypatch.setattr(worker, "_PATIENCE_S", 0.0)
    await companies.stamped(companies.ids[0])
    slow = Carried(stalled={companies.lane()})
    outbox = companies.outbox(slow)
    await outbox.run_once()
    for _ in range(3):
        companies.now += SENDING_LEASE - timedelta(seconds=1)
        await _renewed(companies)
    other = Carried()
    await worked_off(companies.outbox(other))
    assert other.given == []
    slow.go_on.set()
    await outbox.close()
    assert (await companies.states(), len(slow.given)) == (["sent"], 1)


async def _renewed(companies: Companies) -> None:
    """Waits until the lease of the only row has been renewed at the present moment."""
    until = moment_text(companies.now + SENDING_LEASE)
    async with asyncio.timeout(30):
        while [row.due_at for row in await companies.all()] != [until]:  # noqa: ASYNC110 - a row tells of no change
            await asyncio.sleep(0.01)


async def test_a_worker_that_lost_its_lease_gives_the_attempt_up_and_records_nothing(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RENEW_EVERY_S", 0.01)
    monkeypatch.setattr(worker, "_PATIENCE_S", 0.0)
    await companies.stamped(companies.ids[0])
    cut_off: Any = _AwayForAWhile(companies.store, 1_000_000, outbox.renew_lease)
    sending = Outbox(cut_off, {"email": Carried(stalled={companies.lane()})}, companies.clock)
    await sending.run_once()
    companies.now += SENDING_LEASE
    other = Carried()
    await worked_off(companies.outbox(other))
    cut_off.failures = 0
    await worked_off(sending)
    assert (await companies.states(), len(other.given)) == (["sent"], 1)


async def test_a_renewal_that_fails_does_not_end_the_attempt(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RENEW_EVERY_S", 0.01)
    monkeypatch.setattr(worker, "_PATIENCE_S", 0.0)
    await companies.stamped(companies.ids[0])
    slow = Carried(stalled={companies.lane()})
    store: Any = _AwayForAWhile(companies.store, 1, outbox.renew_lease)
    sending = Outbox(store, {"email": slow}, companies.clock)
    await sending.run_once()
    companies.now += timedelta(minutes=1)
    await _renewed(companies)
    slow.go_on.set()
    await sending.close()
    assert (await companies.states(), len(slow.given)) == (["sent"], 1)


async def test_an_attempt_that_is_given_back_is_due_at_once(companies: Companies) -> None:
    await companies.stamped(companies.ids[0])
    await companies.outbox(Carried(lambda _: GivenBack())).run_once()
    [row] = await companies.all()
    assert (row.state, row.due_at, row.answer) == ("queued", moment_text(companies.now), "[given_back]")
    other = Carried()
    await worked_off(companies.outbox(other))
    assert (await companies.states(), len(other.given)) == (["sent"], 1)


class _AwayForAWhile:
    """A store whose first records, or other commits, fail."""

    def __init__(self, store: Store, failures: int, what: Any = outbox.record_attempt) -> None:
        self._store = store
        self.failures = failures
        self._what = what

    async def write(self, work: Any, *args: Any) -> Any:
        if work is self._what and self.failures:
            self.failures -= 1
            raise StoreUnavailableError("away")
        return await self._store.write(work, *args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_what_was_sent_is_written_down_although_the_database_is_away_for_a_moment(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RECORD_AGAIN_S", 0.0)
    await companies.stamped(companies.ids[0])
    courier = Carried()
    store: Any = _AwayForAWhile(companies.store, 3)
    await worked_off(Outbox(store, {"email": courier}, companies.clock))
    assert (await companies.states(), len(courier.given)) == (["sent"], 1)


async def test_while_the_database_stays_away_the_row_is_left_to_the_next_one(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_RECORD_AGAIN_S", 0.0)
    await companies.stamped(companies.ids[0])
    courier = Carried()

    def too_late(_: SendingRow) -> AttemptOutcome:
        companies.now += SENDING_LEASE
        return Sent(250, "OK")

    store: Any = _AwayForAWhile(companies.store, 1)
    await Outbox(store, {"email": Carried(too_late)}, companies.clock).run_once()
    await worked_off(Outbox(companies.store, {"email": courier}, companies.clock))
    assert (await companies.states(), len(courier.given)) == (["sent"], 1)


async def test_announcements_are_forgotten_in_time_and_mails_are_not(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_FORGET_AT_ONCE", 2)
    company = companies.ids[0]
    new = webhooks.NewWebhook("wh_1", company, "https://erp.example.com/", b"sealed", moment_text(NOON))
    await companies.store.write(webhooks.insert_webhook, new)
    both = Listeners(mail=True, webhooks=("wh_1",))
    await companies.stamped(company, 3, both)
    outbox = companies.outbox(Carried())
    await worked_off(outbox)
    companies.now += worker.KEPT_FOR - timedelta(minutes=1)
    await companies.stamped(company, 1, both)
    await worked_off(outbox)
    assert len(await companies.all()) == 8
    companies.now += timedelta(hours=2)
    await outbox.run_once()
    await outbox.run_once()
    assert sorted(row.channel for row in await companies.all()) == ["email"] * 4 + ["webhook"]


async def test_announcements_that_are_forgotten_unsent_are_told_of(
    companies: Companies, capsys: pytest.CaptureFixture[str]
) -> None:
    company = companies.ids[0]
    new = webhooks.NewWebhook("wh_1", company, "https://erp.example.com/", b"sealed", moment_text(NOON))
    await companies.store.write(webhooks.insert_webhook, new)
    await companies.stamped(company, 3, Listeners(webhooks=("wh_1",)))
    outbox = companies.outbox(Carried(lambda _: Held(SendingReason("webhook_off"))))
    await worked_off(outbox)
    assert {(row.state, row.due_at) for row in await companies.all()} == {("queued", None)}
    assert "announcements_forgotten_unsent" not in capsys.readouterr().out
    companies.now += worker.KEPT_FOR + timedelta(hours=1)
    await outbox.run_once()
    assert await companies.all() == []
    assert re.search(r"announcements_forgotten_unsent.*\b3\b", capsys.readouterr().out)


async def test_an_announcement_that_still_waits_is_not_forgotten(companies: Companies) -> None:
    company = companies.ids[0]
    new = webhooks.NewWebhook("wh_1", company, "https://erp.example.com/", b"sealed", moment_text(NOON))
    await companies.store.write(webhooks.insert_webhook, new)
    await companies.stamped(company, 1, Listeners(webhooks=("wh_1",)))
    courier = Carried()
    companies.now += worker.KEPT_FOR + timedelta(days=1)
    await worked_off(companies.outbox(courier))
    assert (len(courier.given), await companies.states()) == (1, ["sent"])


async def test_closing_waits_for_what_is_under_way(companies: Companies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_PATIENCE_S", 0.0)
    await companies.stamped(companies.ids[0])
    courier = Carried(stalled={companies.lane()})
    outbox = companies.outbox(courier)
    assert await outbox.run_once() == 1
    closing = asyncio.create_task(outbox.close())
    await asyncio.sleep(0)
    assert not closing.done()
    courier.go_on.set()
    await closing
    assert await companies.states() == ["sent"]


async def test_what_waits_and_what_was_tried_is_counted(companies: Companies) -> None:
    def count(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def tried(outcome: str) -> float:
        return count("ocote_outbox_attempts_total", channel="email", outcome=outcome)

    sent, queued = tried("sent"), tried("queued")
    await companies.stamped(companies.ids[0], 3)
    courier = Carried(lambda _: Failed(451, "later"))
    outbox = companies.outbox(courier)
    await worked_off(outbox)
    assert (count("ocote_outbox_waiting", channel="email"), tried("queued") - queued) == (3.0, 3.0)
    courier.answers = lambda _: Sent(250, "OK")
    companies.now += timedelta(minutes=1)
    await worked_off(outbox)
    companies.now += timedelta(minutes=1)
    await worked_off(outbox)
    assert (count("ocote_outbox_waiting", channel="email"), tried("sent") - sent) == (0.0, 3.0)


async def test_mails_and_announcements_go_their_own_ways(companies: Companies) -> None:
    company = companies.ids[0]
    new = webhooks.NewWebhook("wh_1", company, "https://erp.example.com/", b"sealed", moment_text(NOON))
    await companies.store.write(webhooks.insert_webhook, new)
    await companies.stamped(company, 3, Listeners(mail=True, webhooks=("wh_1",)))
    mail, hook = Carried(), Carried(lambda _: Failed(500, "down"))
    await worked_off(Outbox(companies.store, {"email": mail, "webhook": hook}, companies.clock))
    assert (len(mail.given), len(hook.given)) == (3, 3)
    assert await companies.states() == ["queued"] * 3 + ["sent"] * 3
