"""What a company's own software is told of its documents."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import system_clock
from ocote.outbox import webhook as courier
from ocote.outbox.webhooks import WantedWebhook, add_webhook, remove_webhook, replay_delivery
from ocote.parts import open_parts
from ocote.store.sendings import sendings_of
from ocote.store.webhooks import all_webhooks
from ocote.vault import Vault
from ocote.webhooks.http import post
from tests.builders.bodies import ccf, invoice
from tests.builders.company import BY, NIT
from tests.builders.death import Death
from tests.e2e.in_process import asked, issue_sale, key_holder
from tests.e2e.subscribed import Subscribed, hook, stored, subscribed_gateway
from tests.e2e.worker import a_worker_works, send_what_is_due
from tests.outbox.erp import STALLS, open_erp


@pytest.fixture
def subscribed(database_url: str, tmp_path: Path) -> Iterator[Subscribed]:
    with subscribed_gateway(database_url, tmp_path) as found:
        yield found


def test_a_stamp_is_told_signed_and_with_the_fields_of_the_status(subscribed: Subscribed) -> None:
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    subscribed.send()
    [told] = subscribed.erp.told
    assert told.is_signed_with(subscribed.secret)
    assert not told.is_signed_with("whsec_" + "A" * 44)
    assert told.type == "document.stamped"
    assert told.headers["user-agent"].startswith("ocote/")
    status = subscribed.gateway.get("/status/caja-1")
    data = told.message["data"]
    assert data.pop("environment") == "00"
    assert data.pop("public_url") == "", "the gateway does not know its own address"
    assert data == {name: float(status[name]) if name.startswith("amount") else status[name] for name in data}
    subscribed.send()
    assert len(subscribed.erp.told) == 1


def test_the_page_of_the_document_is_told_where_the_gateway_has_an_address(database_url: str, tmp_path: Path) -> None:
    with subscribed_gateway(database_url, tmp_path, base_url="https://facturas.example.com") as subscribed:
        subscribed.gateway.emulator.control.fault("reject", "reception", code="096")
        subscribed.gateway.post("/invoice", invoice("caja-1"))
        issued = subscribed.gateway.post("/invoice", invoice("caja-1"))
        subscribed.gateway.post("/documents/caja-1/link", None)
        subscribed.send()
        assert {one.type: one.message["data"]["public_url"] for one in subscribed.erp.told} == {
            "document.rejected": "",
            "document.stamped": issued["public_url"],
        }, "as it was then"


def test_a_refusal_is_told_with_the_words_of_mh_and_then_the_stamp(subscribed: Subscribed) -> None:
    subscribed.gateway.emulator.control.fault("reject", "reception", code="096", text="NO CUMPLE ESQUEMA")
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    subscribed.send()
    assert subscribed.erp.types() == ["rejected", "stamped"]
    [rejected] = [one.message["data"] for one in subscribed.erp.told if one.type == "document.rejected"]
    assert (rejected["rejected"], rejected["dte_success"], rejected["codigo_msg"]) == (True, False, "096")
    assert rejected["reception_stamp"] == "", "as it was then, although it is stamped now"


def test_contingency_is_told_when_it_is_entered_and_when_it_is_left(subscribed: Subscribed) -> None:
    subscribed.gateway.emulator.control.fault("down", count=None)
    for reference in ("caja-1", "caja-2"):
        assert subscribed.gateway.post("/invoice", invoice(reference))["contingency"] is True
    subscribed.send()
    assert subscribed.erp.types() == ["contingency_entered"] * 2, "also the one for which MH was not even asked"
    subscribed.gateway.emulator.control.behave()
    a_worker_works(subscribed.gateway)
    subscribed.send()
    assert subscribed.erp.types() == ["contingency_entered"] * 2 + ["contingency_left"] * 2 + ["stamped"] * 2


def test_an_invalidation_is_told(subscribed: Subscribed) -> None:
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    assert subscribed.gateway.post("/invalidate/caja-1", {"reason": 2})["dte_success"] is True
    subscribed.send()
    assert subscribed.erp.types() == ["invalidated", "stamped"]
    flags = {one.type: one.message["data"]["invalidated"] for one in subscribed.erp.told}
    assert flags == {"document.invalidated": True, "document.stamped": False}


def test_a_note_for_the_whole_tells_of_the_ccf_it_cancels(subscribed: Subscribed) -> None:
    voucher = subscribed.gateway.post("/invoice", ccf("b2b-1"))
    subscribed.gateway.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    subscribed.send()
    assert subscribed.erp.types() == ["invalidated", "stamped", "stamped"]
    [cancelled] = [one.message["data"] for one in subscribed.erp.told if one.type == "document.invalidated"]
    assert cancelled["document_id"] == voucher["document_id"]


def test_what_was_not_taken_is_told_again_under_the_same_id_with_the_same_bytes(subscribed: Subscribed) -> None:
    subscribed.erp.statuses.extend([500, 404, 302])
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    for minutes in (0, 1, 10, 100):
        subscribed.gateway.clock.ahead = timedelta(minutes=minutes)
        subscribed.send()
    assert len(subscribed.erp.told) == 4
    assert {(one.id, one.body) for one in subscribed.erp.told} == {
        (subscribed.erp.told[0].id, subscribed.erp.told[0].body)
    }
    assert all(one.is_signed_with(subscribed.secret) for one in subscribed.erp.told)
    assert len({one.headers["webhook-timestamp"] for one in subscribed.erp.told}) == 4
    [delivery] = subscribed.deliveries()
    assert (delivery.state, delivery.status, delivery.answer, delivery.attempts) == (
        "sent",
        200,
        "respuesta 200",
        4,
    )


def test_a_delivery_can_be_replayed(subscribed: Subscribed) -> None:
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    subscribed.send()
    [delivery] = subscribed.deliveries()
    stored(subscribed.gateway, lambda store: replay_delivery(store, subscribed.gateway.clock, delivery.id))
    subscribed.send()
    [first, again] = subscribed.erp.told
    assert (first.id, first.body) == (again.id, again.body) == (delivery.id, again.body)


def test_nobody_waits_for_a_receiver_that_does_not_answer(
    subscribed: Subscribed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "TIMEOUT_S", 0.5)
    subscribed.erp.statuses.append(STALLS)
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    subscribed.send()
    [delivery] = subscribed.deliveries()
    assert (delivery.state, delivery.status, delivery.answer) == ("queued", None, "[no_answer] 0.5")


def test_a_removed_webhook_is_told_nothing_any_more(subscribed: Subscribed) -> None:
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    [known] = stored(subscribed.gateway, lambda store: store.read(all_webhooks))
    stored(subscribed.gateway, lambda store: remove_webhook(store, subscribed.gateway.clock, known.id, BY))
    subscribed.gateway.post("/invoice", invoice("caja-2"))
    subscribed.send()
    assert subscribed.erp.told == []


def test_an_address_inside_is_not_dialled_unless_the_operator_admits_it(subscribed: Subscribed) -> None:
    subscribed.gateway.post("/invoice", invoice("caja-1"))
    send_what_is_due(subscribed.gateway)
    [delivery] = subscribed.deliveries()
    assert delivery.answer == "[private_address] 127.0.0.1"
    assert (subscribed.erp.told, delivery.state) == ([], "queued")


def test_each_webhook_has_its_own_secret_and_hears_only_of_its_company(subscribed: Subscribed) -> None:
    with open_erp() as other:
        other_key = subscribed.gateway.another_company()
        secret = hook(subscribed.gateway, other.url, nit="06140102260013")
        subscribed.gateway.post("/invoice", invoice("caja-1"))
        subscribed.gateway.post("/invoice", invoice("caja-9"), key=other_key)
        subscribed.send()
        assert [one.message["data"]["external_ref"] for one in subscribed.erp.told] == ["caja-1"]
        assert [one.message["data"]["external_ref"] for one in other.told] == ["caja-9"]
        assert other.told[0].is_signed_with(secret)
        assert not other.told[0].is_signed_with(subscribed.secret)


def test_a_worker_killed_between_telling_and_recording_tells_again_under_the_same_id(
    subscribed: Subscribed, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed.gateway.post("/invoice", invoice("caja-1"))

    async def killed_afterwards(*args: Any) -> None:
        await post(*args)
        raise Death

    monkeypatch.setattr(courier, "post", killed_afterwards)
    with pytest.raises(Death):
        subscribed.send()
    monkeypatch.undo()
    subscribed.gateway.clock.ahead = timedelta(minutes=5)
    subscribed.send()
    [first, again] = subscribed.erp.told
    assert first.id == again.id


async def test_announcements_cost_no_commit_of_their_own(subscribed: Subscribed) -> None:
    async with open_parts(subscribed.gateway.settings, clock=subscribed.gateway.clock) as own:
        holder = await key_holder(own, subscribed.gateway)
        before = own.store.commits
        await issue_sale(own, holder, asked(invoice("caja-1")))
        assert own.store.commits - before == 2


async def test_a_worker_learns_of_a_webhook_that_is_added_while_it_runs(subscribed: Subscribed) -> None:
    async with open_parts(subscribed.gateway.settings, clock=subscribed.gateway.clock) as own:
        holder = await key_holder(own, subscribed.gateway)
        vault = Vault.from_secret(subscribed.gateway.settings.required_secret())
        await add_webhook(
            own.store,
            vault,
            system_clock,
            WantedWebhook(NIT, "http://127.0.0.1:9/otro", allow_private=True),
            BY,
        )
        for one in own.rounds:
            await one()
        issued = await issue_sale(own, holder, asked(invoice("caja-1")))
        told = await own.store.read(sendings_of, holder.company_id, issued.document.id, "webhook")
        assert len(told) == 2
