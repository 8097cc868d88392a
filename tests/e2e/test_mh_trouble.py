"""What a client sees while MH is silent, strange, or refuses; and that nothing is lost or doubled."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from ocote.api.requests.invoice import read_invoice
from ocote.issuing.request import InvoiceRequest
from ocote.mh.hosts import MhHost
from ocote.parts import open_parts
from ocote.web.json_text import read_object
from tests.e2e.test_sales import invoice
from tests.house import RunningHouse, issue_sale


def a_worker_works(house: RunningHouse) -> None:
    """What ``ocote worker`` does, as a process of its own, until everything that is due is done.

    Time passes by a few seconds whenever it would only wait.
    """

    async def work() -> None:
        async with open_parts(house.settings, clock=house.clock) as other:
            for _ in range(12):
                while sum([await one() for one in other.rounds]):
                    pass
                house.clock.ahead += timedelta(seconds=5)
                house.emulator.control.move_clock(5)

    asyncio.run(work())


def asked(body: dict[str, Any]) -> InvoiceRequest:
    """A body as the HTTP layer reads it."""
    return read_invoice(read_object(json.dumps(body).encode()))


def stored_once(house: RunningHouse, answer: dict[str, Any]) -> bool:
    """Whether MH holds exactly one document under this generation code, with this stamp."""
    found = [d for d in house.emulator.control.documents() if d["generation_code"] == answer["generation_code"]]
    return len(found) == 1 and answer["reception_stamp"] in {found[0].get("stamp"), found[0].get("selloRecibido")}


def test_an_answer_that_was_lost_is_found_by_asking_and_nothing_is_sent_twice(house: RunningHouse) -> None:
    house.emulator.control.fault("answer_lost", "reception")
    answer = house.post("/invoice", invoice("caja-1"))
    assert answer["dte_success"] is True
    assert stored_once(house, answer)
    counts = house.emulator.control.counts()
    assert (counts["reception"], counts["query"]) == (1, 1)


def test_a_slow_mh_that_stored_the_document_is_asked_before_anything_is_sent_again(house: RunningHouse) -> None:
    house.emulator.control.fault("slow", "reception", seconds=1.5)
    answer = house.post("/invoice", invoice("caja-1"))
    assert answer["dte_success"] is True
    assert stored_once(house, answer)
    assert house.emulator.control.counts()["reception"] == 1


def test_what_did_not_arrive_is_sent_again_with_the_same_bytes(house: RunningHouse) -> None:
    house.emulator.control.fault("down", "reception", 2)
    answer = house.post("/invoice", invoice("caja-1"))
    assert answer["dte_success"] is True
    sent = [t for t in house.emulator.control.transmissions() if t["endpoint"] == "reception"]
    assert len(sent) == 3
    assert len({t["document_sha256"] for t in sent}) == 1


def test_an_expired_token_is_renewed_without_anyone_noticing(house: RunningHouse) -> None:
    house.post("/invoice", invoice("caja-1"))
    house.emulator.control.fault("unauthorized", "reception")
    assert house.post("/invoice", invoice("caja-2"))["dte_success"] is True
    assert house.emulator.control.counts()["auth"] == 2


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
    house: RunningHouse, fault: dict[str, Any], arrived: bool
) -> None:
    details = dict(fault)
    house.emulator.control.fault(details.pop("kind"), "reception", store=arrived, **details)
    answer = house.post("/invoice", invoice("caja-1"))
    assert answer["success"] is True
    if not answer["dte_success"]:
        assert answer["contingency"] is True
        a_worker_works(house)
        answer = house.get("/status/caja-1")
    assert answer["dte_success"] is True
    assert stored_once(house, answer)


def test_while_mh_is_down_the_document_is_in_contingency_and_printable(house: RunningHouse) -> None:
    house.emulator.control.fault("down", count=None)
    answer = house.post("/invoice", invoice("caja-1"))
    assert (answer["success"], answer["dte_success"], answer["contingency"]) == (True, False, True)
    assert answer["reception_stamp"] == ""
    assert answer["json_url"] == ""
    assert house.request("GET", "/file/caja-1?type=ticket").content.startswith(b"%PDF-")
    assert house.request("GET", "/file/caja-1?type=json").status == 409


def test_a_document_in_contingency_is_stamped_under_its_number_once_mh_is_back(house: RunningHouse) -> None:
    house.emulator.control.fault("down", count=None)
    answer = house.post("/invoice", invoice("caja-1"))
    house.emulator.control.behave()
    a_worker_works(house)
    later = house.get("/status/caja-1?include_dte=1")
    assert (later["dte_success"], later["contingency"]) == (True, False)
    assert later["control_number"] == answer["control_number"]
    assert later["generation_code"] == answer["generation_code"]
    said = later["schema"]["identificacion"]
    assert (said["tipoModelo"], said["tipoOperacion"], said["tipoContingencia"]) == (2, 2, 1)
    [event] = house.emulator.control.events()
    assert stored_once(house, later), event


def test_posting_a_document_in_contingency_again_asks_mh_and_keeps_its_content(house: RunningHouse) -> None:
    house.emulator.control.fault("slow", "reception", None, seconds=1.5)
    house.emulator.control.fault("down", "query", None)
    first = house.post("/invoice", invoice("caja-1"))
    assert first["contingency"] is True
    house.emulator.control.behave()
    other = {**invoice("caja-1"), "lines": [{"description": "Otra", "quantity": 1, "unit_price": 99}]}
    again = house.post("/invoice", other)
    assert (again["dte_success"], again["is_duplicate"], again["content_differs"]) == (True, True, True)
    assert again["amount_gross"] == Decimal("11.30")
    assert stored_once(house, again)


def test_the_second_outage_call_does_not_wait_for_a_dead_mh(house: RunningHouse) -> None:
    house.emulator.control.fault("down", count=None)
    for number in range(3):
        assert house.post("/invoice", invoice(f"caja-{number}"))["contingency"] is True
    counted = house.emulator.control.counts()
    house.post("/invoice", invoice("caja-9"))
    assert house.emulator.control.counts() == counted, "MH is known to be down: nothing was tried"


def test_a_rejected_invoice_keeps_its_number_and_code_when_retried(house: RunningHouse) -> None:
    house.emulator.control.fault(
        "reject", "reception", code="096", class_code="98", text="DOCUMENTO NO CUMPLE ESQUEMA JSON",
        observations=["Campo #/receptor/correo no cumple el formato requerido"],
    )  # fmt: skip
    refused = house.post("/invoice", invoice("caja-1"))
    assert (refused["success"], refused["rejected"], refused["posted"]) == (False, True, True)
    assert (refused["dte_state"], refused["codigo_msg"]) == ("RECHAZADO", "096")
    assert refused["observaciones"] == ["Campo #/receptor/correo no cumple el formato requerido"]
    assert (refused["ticket_url"], refused["invoice_url"], refused["json_url"]) == ("", "", "")
    corrected = {**invoice("caja-1"), "lines": [{"description": "Corregida", "quantity": 1, "unit_price": 22.60}]}
    retried = house.post("/invoice", corrected)
    assert (retried["dte_success"], retried["is_duplicate"]) == (True, False)
    for kept in ("document_id", "control_number", "generation_code", "external_ref", "posted_date_time"):
        assert retried[kept] == refused[kept], kept
    assert retried["amount_gross"] == Decimal("22.60")
    assert stored_once(house, retried)
    assert house.post("/invoice", invoice("next"))["control_number"].endswith("000002")


def test_a_day_after_the_rejection_the_retry_takes_a_new_code(house: RunningHouse) -> None:
    house.emulator.control.fault("reject", "reception", code="096")
    refused = house.post("/invoice", invoice("caja-1"))
    house.clock.ahead += timedelta(hours=25)
    house.emulator.control.move_clock(25 * 3600)
    retried = house.post("/invoice", invoice("caja-1"))
    assert retried["dte_success"] is True
    assert retried["generation_code"] != refused["generation_code"]
    assert retried["control_number"] == refused["control_number"]


def test_observations_are_passed_on_and_the_document_is_valid(house: RunningHouse) -> None:
    house.emulator.control.move_clock(24 * 3600)
    answer = house.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["dte_state"], answer["codigo_msg"]) == (True, "OBSERVADO", "002")
    assert answer["observaciones"] == ["[identificacion.fecEmi] DIFIERE DE LA FECHA DE ENVIO"]


class Death(BaseException):
    """Ends a process where it stands."""


def test_a_document_left_by_a_process_that_died_is_finished_by_another(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die_before_sending() -> None:
        async def killed(*_: object, **__: object) -> None:
            raise Death

        monkeypatch.setattr(MhHost, "deliver", killed)
        request = asked(invoice("caja-1"))
        async with open_parts(house.settings, clock=house.clock) as dying:
            holder = await dying.services.keys.holder_of(sha256(house.key.encode()).hexdigest())
            assert holder is not None
            with pytest.raises(Death):
                await issue_sale(dying, holder, request)

    asyncio.run(die_before_sending())
    monkeypatch.undo()
    waiting = house.get("/status/caja-1")
    assert waiting["dte_success"] is False
    house.clock.ahead += timedelta(minutes=1)
    a_worker_works(house)
    done = house.get("/status/caja-1")
    assert done["dte_success"] is True
    assert done["control_number"] == waiting["control_number"]
    assert house.post("/invoice", invoice("caja-1"))["is_duplicate"] is True


async def test_a_new_document_costs_two_commits_and_one_call_and_a_repetition_none_of_both(
    house: RunningHouse,
) -> None:
    request = asked(invoice("caja-1"))
    async with open_parts(house.settings, clock=house.clock) as own:
        holder = await own.services.keys.holder_of(sha256(house.key.encode()).hexdigest())
        assert holder is not None
        await issue_sale(own, holder, asked(invoice("before")))
        for commits, calls, is_duplicate in ((2, 1, False), (0, 0, True)):
            committed, called = own.store.commits, house.emulator.control.counts()["reception"]
            issued = await issue_sale(own, holder, request)
            assert issued.is_duplicate is is_duplicate
            assert own.store.commits - committed == commits
            assert house.emulator.control.counts()["reception"] - called == calls
