"""What a client sees while MH is silent, strange, or refuses; and that nothing is lost or doubled."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ocote.mh.hosts import MhHost
from ocote.parts import open_parts
from tests.builders.bodies import invoice
from tests.builders.death import Death
from tests.e2e.in_process import asked, issue_sale, key_holder
from tests.e2e.worker import a_worker_works
from tests.running_gateway import RunningGateway


def stored_once(gateway: RunningGateway, answer: dict[str, Any]) -> bool:
    """Whether MH holds exactly one document under this generation code, with this stamp."""
    found = [d for d in gateway.emulator.control.documents() if d["generation_code"] == answer["generation_code"]]
    return len(found) == 1 and answer["reception_stamp"] in {found[0].get("stamp"), found[0].get("selloRecibido")}


def test_an_answer_that_was_lost_is_found_by_asking_and_nothing_is_sent_twice(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("answer_lost", "reception")
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert answer["dte_success"] is True
    assert stored_once(gateway, answer)
    counts = gateway.emulator.control.counts()
    assert (counts["reception"], counts["query"]) == (1, 1)


def test_a_slow_mh_that_stored_the_document_is_asked_before_anything_is_sent_again(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("slow", "reception", seconds=1.5)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert answer["dte_success"] is True
    assert stored_once(gateway, answer)
    assert gateway.emulator.control.counts()["reception"] == 1


def test_what_did_not_arrive_is_sent_again_with_the_same_bytes(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", "reception", 2)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert answer["dte_success"] is True
    sent = [t for t in gateway.emulator.control.transmissions() if t["endpoint"] == "reception"]
    assert len(sent) == 3
    assert len({t["document_sha256"] for t in sent}) == 1


def test_an_expired_token_is_renewed_without_anyone_noticing(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    gateway.emulator.control.fault("unauthorized", "reception")
    assert gateway.post("/invoice", invoice("caja-2"))["dte_success"] is True
    assert gateway.emulator.control.counts()["auth"] == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502},
        {"kind": "garbage", "form": "html"},
        {"kind": "garbage", "form": "truncated"},
        {"kind": "garbage", "form": "wrong_types"},
        {"kind": "garbage", "form": "empty"},
    ],
    ids=lambda fault: "-".join(str(value) for value in fault.values()),
)
@pytest.mark.parametrize("arrived", [True, False])
def test_a_strange_answer_never_loses_or_doubles_a_document(
    gateway: RunningGateway, fault: dict[str, Any], arrived: bool
) -> None:
    details = dict(fault)
    gateway.emulator.control.fault(details.pop("kind"), "reception", store=arrived, **details)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert answer["success"] is True
    if not answer["dte_success"]:
        assert answer["contingency"] is True
        a_worker_works(gateway)
        answer = gateway.get("/status/caja-1")
    assert answer["dte_success"] is True
    assert stored_once(gateway, answer)


def test_while_mh_is_down_the_document_is_in_contingency_and_printable(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", count=None)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["success"], answer["dte_success"], answer["contingency"]) == (True, False, True)
    assert answer["reception_stamp"] == ""
    assert answer["json_url"] == ""
    assert gateway.request("GET", "/file/caja-1?type=ticket").content.startswith(b"%PDF-")
    assert gateway.request("GET", "/file/caja-1?type=json").status == 409


def test_a_document_in_contingency_is_stamped_under_its_number_once_mh_is_back(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", count=None)
    answer = gateway.post("/invoice", invoice("caja-1"))
    gateway.emulator.control.behave()
    a_worker_works(gateway)
    later = gateway.get("/status/caja-1?include_dte=1")
    assert (later["dte_success"], later["contingency"]) == (True, False)
    assert later["control_number"] == answer["control_number"]
    assert later["generation_code"] == answer["generation_code"]
    said = later["schema"]["identificacion"]
    assert (said["tipoModelo"], said["tipoOperacion"], said["tipoContingencia"]) == (2, 2, 1)
    [event] = gateway.emulator.control.events()
    assert stored_once(gateway, later), event


def test_posting_a_document_in_contingency_again_asks_mh_and_keeps_its_content(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("answer_lost", "reception", None)
    gateway.emulator.control.fault("down", "query", None)
    first = gateway.post("/invoice", invoice("caja-1"))
    assert first["contingency"] is True
    gateway.emulator.control.behave()
    other = {**invoice("caja-1"), "lines": [{"description": "Otra", "quantity": 1, "unit_price": 99}]}
    again = gateway.post("/invoice", other)
    assert (again["dte_success"], again["is_duplicate"], again["content_differs"]) == (True, True, True)
    assert again["amount_gross"] == Decimal("11.30")
    assert stored_once(gateway, again)


def test_the_second_outage_call_does_not_wait_for_a_dead_mh(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", count=None)
    for number in range(3):
        assert gateway.post("/invoice", invoice(f"caja-{number}"))["contingency"] is True
    counted = gateway.emulator.control.counts()
    gateway.post("/invoice", invoice("caja-9"))
    assert gateway.emulator.control.counts() == counted, "MH is known to be down: nothing was tried"


def test_a_rejected_invoice_keeps_its_number_and_code_when_retried(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault(
        "reject", "reception", code="096", class_code="98", text="DOCUMENTO NO CUMPLE ESQUEMA JSON",
        observations=["Campo #/receptor/correo no cumple el formato requerido"],
    )  # fmt: skip
    refused = gateway.post("/invoice", invoice("caja-1"))
    assert (refused["success"], refused["rejected"], refused["posted"]) == (False, True, True)
    assert (refused["dte_state"], refused["codigo_msg"]) == ("RECHAZADO", "096")
    assert refused["observaciones"] == ["Campo #/receptor/correo no cumple el formato requerido"]
    assert (refused["ticket_url"], refused["invoice_url"], refused["json_url"]) == ("", "", "")
    corrected = {**invoice("caja-1"), "lines": [{"description": "Corregida", "quantity": 1, "unit_price": 22.60}]}
    retried = gateway.post("/invoice", corrected)
    assert (retried["dte_success"], retried["is_duplicate"]) == (True, False)
    for kept in ("document_id", "control_number", "generation_code", "external_ref", "posted_date_time"):
        assert retried[kept] == refused[kept], kept
    assert retried["amount_gross"] == Decimal("22.60")
    assert stored_once(gateway, retried)
    assert gateway.post("/invoice", invoice("next"))["control_number"].endswith("000002")


def test_a_day_after_the_rejection_the_retry_takes_a_new_code(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = gateway.post("/invoice", invoice("caja-1"))
    gateway.clock.ahead += timedelta(hours=25)
    gateway.emulator.control.move_clock(25 * 3600)
    retried = gateway.post("/invoice", invoice("caja-1"))
    assert retried["dte_success"] is True
    assert retried["generation_code"] != refused["generation_code"]
    assert retried["control_number"] == refused["control_number"]


def test_observations_are_passed_on_and_the_document_is_valid(gateway: RunningGateway) -> None:
    gateway.emulator.control.move_clock(24 * 3600)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["dte_state"], answer["codigo_msg"]) == (True, "OBSERVADO", "002")
    assert answer["observaciones"] == ["[identificacion.fecEmi] DIFIERE DE LA FECHA DE ENVIO"]


def test_a_document_left_by_a_process_that_died_is_finished_by_another(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die_before_sending() -> None:
        async def killed(*_: object, **__: object) -> None:
            raise Death

        monkeypatch.setattr(MhHost, "deliver", killed)
        request = asked(invoice("caja-1"))
        async with open_parts(gateway.settings, clock=gateway.clock) as dying:
            holder = await key_holder(dying, gateway)
            with pytest.raises(Death):
                await issue_sale(dying, holder, request)

    asyncio.run(die_before_sending())
    monkeypatch.undo()
    waiting = gateway.get("/status/caja-1")
    assert waiting["dte_success"] is False
    gateway.clock.ahead += timedelta(minutes=1)
    a_worker_works(gateway)
    done = gateway.get("/status/caja-1")
    assert done["dte_success"] is True
    assert done["control_number"] == waiting["control_number"]
    assert gateway.post("/invoice", invoice("caja-1"))["is_duplicate"] is True


async def test_a_new_document_costs_two_commits_and_one_call_and_a_repetition_none_of_both(
    gateway: RunningGateway,
) -> None:
    request = asked(invoice("caja-1"))
    async with open_parts(gateway.settings, clock=gateway.clock) as own:
        holder = await key_holder(own, gateway)
        await issue_sale(own, holder, asked(invoice("before")))
        for commits, calls, is_duplicate in ((2, 1, False), (0, 0, True)):
            committed, called = own.store.commits, gateway.emulator.control.counts()["reception"]
            issued = await issue_sale(own, holder, request)
            assert issued.is_duplicate is is_duplicate
            assert own.store.commits - committed == commits
            assert gateway.emulator.control.counts()["reception"] - called == calls
