"""What a company's own software is told of its documents."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import system_clock
from ocote.outbox import webhook as courier
from ocote.outbox.webhooks import add_webhook, remove_webhook, replay
from ocote.parts import open_parts
from ocote.store import outbox
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Row
from ocote.store.webhooks import all_webhooks
from ocote.vault import Vault
from tests.e2e.outgoing import send_what_is_due
from tests.e2e.test_mh_trouble import Death, a_worker_works, asked
from tests.e2e.test_sales import ccf, invoice
from tests.house import RunningHouse, issue_sale, running_house
from tests.outbox.erp import STALLS, Erp, open_erp

NIT = "06140101260017"


@dataclass(frozen=True, slots=True)
class Place:
    """A gateway whose company has one webhook."""

    house: RunningHouse
    erp: Erp
    secret: str = field(repr=False)

    def send(self) -> None:
        """What a worker sends now; it may use the loopback."""
        send_what_is_due(replace(self.house, settings=replace(self.house.settings, webhook_allow_private=True)))

    def deliveries(self) -> list[Row]:
        return _stored(self.house, lambda store: store.read(outbox.latest, "webhook", None, 100, only_unsent=False))


def _stored(house: RunningHouse, work: Any) -> Any:
    async def run() -> Any:
        async with open_store(house.database_url) as store:
            return await work(store)

    return asyncio.run(run())


def hook(house: RunningHouse, url: str, nit: str = NIT) -> str:
    """Registers a webhook and tells its secret. The gateway has not read the company yet, so it knows it at once."""
    vault = Vault.from_secret(house.settings.required_secret())
    secret: str = _stored(
        house, lambda store: add_webhook(store, vault, system_clock, nit=nit, url=url, allow_private=True)
    )
    return secret


@contextmanager
def placed(database_url: str, folder: Path, **options: Any) -> Iterator[Place]:
    with open_erp() as erp, running_house(database_url, folder, **options) as house:
        yield Place(house, erp, hook(house, erp.url))


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    with placed(database_url, tmp_path) as found:
        yield found


def test_a_stamp_is_told_signed_and_with_the_fields_of_the_status(place: Place) -> None:
    place.house.post("/invoice", invoice("caja-1"))
    place.send()
    [told] = place.erp.told
    assert told.is_signed_with(place.secret)
    assert not told.is_signed_with("whsec_" + "A" * 44)
    assert told.type == "document.stamped"
    assert told.headers["user-agent"].startswith("ocote/")
    status = place.house.get("/status/caja-1")
    data = told.message["data"]
    assert data.pop("environment") == "00"
    assert data == {name: float(status[name]) if name.startswith("amount") else status[name] for name in data}
    place.send()
    assert len(place.erp.told) == 1


def test_a_refusal_is_told_with_the_words_of_mh_and_then_the_stamp(place: Place) -> None:
    place.house.emulator.control.fault("reject", "reception", code="096", text="NO CUMPLE ESQUEMA")
    place.house.post("/invoice", invoice("caja-1"))
    place.house.post("/invoice", invoice("caja-1"))
    place.send()
    assert place.erp.types() == ["rejected", "stamped"]
    [rejected] = [one.message["data"] for one in place.erp.told if one.type == "document.rejected"]
    assert (rejected["rejected"], rejected["dte_success"], rejected["codigo_msg"]) == (True, False, "096")
    assert rejected["reception_stamp"] == "", "as it was then, although it is stamped now"


def test_contingency_is_told_when_it_is_entered_and_when_it_is_left(place: Place) -> None:
    place.house.emulator.control.fault("down", count=None)
    for reference in ("caja-1", "caja-2"):
        assert place.house.post("/invoice", invoice(reference))["contingency"] is True
    place.send()
    assert place.erp.types() == ["contingency_entered"] * 2, "also the one for which MH was not even asked"
    place.house.emulator.control.behave()
    a_worker_works(place.house)
    place.send()
    assert place.erp.types() == ["contingency_entered"] * 2 + ["contingency_left"] * 2 + ["stamped"] * 2


def test_an_invalidation_is_told(place: Place) -> None:
    place.house.post("/invoice", invoice("caja-1"))
    assert place.house.post("/invalidate/caja-1", {"reason": 2})["dte_success"] is True
    place.send()
    assert place.erp.types() == ["invalidated", "stamped"]
    flags = {one.type: one.message["data"]["invalidated"] for one in place.erp.told}
    assert flags == {"document.invalidated": True, "document.stamped": False}


def test_a_note_for_the_whole_tells_of_the_ccf_it_cancels(place: Place) -> None:
    voucher = place.house.post("/invoice", ccf("b2b-1"))
    place.house.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    place.send()
    assert place.erp.types() == ["invalidated", "stamped", "stamped"]
    [cancelled] = [one.message["data"] for one in place.erp.told if one.type == "document.invalidated"]
    assert cancelled["document_id"] == voucher["document_id"]


def test_what_was_not_taken_is_told_again_under_the_same_id_with_the_same_bytes(place: Place) -> None:
    place.erp.statuses.extend([500, 404, 302])
    place.house.post("/invoice", invoice("caja-1"))
    for minutes in (0, 1, 10, 100):
        place.house.clock.ahead = timedelta(minutes=minutes)
        place.send()
    assert len(place.erp.told) == 4
    assert {(one.id, one.body) for one in place.erp.told} == {(place.erp.told[0].id, place.erp.told[0].body)}
    assert all(one.is_signed_with(place.secret) for one in place.erp.told)
    assert len({one.headers["webhook-timestamp"] for one in place.erp.told}) == 4
    [delivery] = place.deliveries()
    assert (delivery["state"], delivery["status"], delivery["answer"], delivery["attempts"]) == (
        "sent",
        200,
        "respuesta 200",
        4,
    )


def test_what_is_gone_for_good_is_not_told_again(place: Place) -> None:
    place.erp.statuses.append(410)
    place.house.post("/invoice", invoice("caja-1"))
    place.send()
    place.house.clock.ahead = timedelta(days=1)
    place.send()
    [delivery] = place.deliveries()
    assert (len(place.erp.told), delivery["state"], delivery["answer"]) == (1, "refused", "respuesta 410")


def test_a_delivery_can_be_replayed(place: Place) -> None:
    place.house.post("/invoice", invoice("caja-1"))
    place.send()
    [delivery] = place.deliveries()
    _stored(place.house, lambda store: replay(store, place.house.clock, delivery["id"]))
    place.send()
    [first, again] = place.erp.told
    assert (first.id, first.body) == (again.id, again.body) == (delivery["id"], again.body)


def test_nobody_waits_for_a_receiver_that_does_not_answer(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "TIMEOUT_S", 0.5)
    place.erp.statuses.append(STALLS)
    place.house.post("/invoice", invoice("caja-1"))
    place.send()
    [delivery] = place.deliveries()
    assert (delivery["state"], delivery["status"], delivery["answer"]) == ("queued", None, "no answer within 0.5 s")


def test_a_removed_webhook_is_told_nothing_any_more(place: Place) -> None:
    place.house.post("/invoice", invoice("caja-1"))
    [known] = _stored(place.house, lambda store: store.read(all_webhooks))
    _stored(place.house, lambda store: remove_webhook(store, place.house.clock, known["id"]))
    place.house.post("/invoice", invoice("caja-2"))
    place.send()
    assert place.erp.told == []


def test_an_address_inside_is_not_dialled_unless_the_operator_admits_it(place: Place) -> None:
    place.house.post("/invoice", invoice("caja-1"))
    send_what_is_due(place.house)
    [delivery] = place.deliveries()
    assert "127.0.0.1 is not an address of the public internet" in delivery["answer"]
    assert (place.erp.told, delivery["state"]) == ([], "queued")


def test_each_webhook_has_its_own_secret_and_hears_only_of_its_company(place: Place) -> None:
    with open_erp() as other:
        other_key = place.house.another_company()
        secret = hook(place.house, other.url, nit="06140102260013")
        place.house.post("/invoice", invoice("caja-1"))
        place.house.post("/invoice", invoice("caja-9"), key=other_key)
        place.send()
        assert [one.message["data"]["external_ref"] for one in place.erp.told] == ["caja-1"]
        assert [one.message["data"]["external_ref"] for one in other.told] == ["caja-9"]
        assert other.told[0].is_signed_with(secret)
        assert not other.told[0].is_signed_with(place.secret)


def test_a_worker_killed_between_telling_and_recording_tells_again_under_the_same_id(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.house.post("/invoice", invoice("caja-1"))
    tell = courier.post

    async def killed_afterwards(*args: Any) -> None:
        await tell(*args)
        raise Death

    monkeypatch.setattr(courier, "post", killed_afterwards)
    with pytest.raises(Death):
        place.send()
    monkeypatch.undo()
    place.house.clock.ahead = timedelta(minutes=5)
    place.send()
    [first, again] = place.erp.told
    assert first.id == again.id


async def test_announcements_cost_no_commit_of_their_own(place: Place) -> None:
    async with open_parts(place.house.settings, clock=place.house.clock) as own:
        holder = await own.services.keys.holder_of(sha256(place.house.key.encode()).hexdigest())
        assert holder is not None
        before = own.store.commits
        await issue_sale(own, holder, asked(invoice("caja-1")))
        assert own.store.commits - before == 2


async def test_a_worker_learns_of_a_webhook_that_is_added_while_it_runs(place: Place) -> None:
    async with open_parts(place.house.settings, clock=place.house.clock) as own:
        holder = await own.services.keys.holder_of(sha256(place.house.key.encode()).hexdigest())
        assert holder is not None
        vault = Vault.from_secret(place.house.settings.required_secret())
        await add_webhook(own.store, vault, system_clock, nit=NIT, url="http://127.0.0.1:9/otro", allow_private=True)
        for one in own.rounds:
            await one()
        issued = await issue_sale(own, holder, asked(invoice("caja-1")))
        told = await own.store.read(outbox.sendings_of, holder.company_id, issued.document.id, "webhook")
        assert len(told) == 2
