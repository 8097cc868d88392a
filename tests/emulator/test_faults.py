"""Every way to misbehave, as a client meets it."""

import http.client
import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from ocote.emulator.server import ControlError
from tests.emulator.client import Client
from tests.emulator.documents import invoice
from tests.emulator.documents.parts import Emission
from tests.emulator_fixture import NOON


def test_a_service_that_is_down_closes_the_connection_and_stores_nothing(
    client: Client, emission: Emission, mh: Any
) -> None:
    client.login()
    mh.control.fault("down", "reception")
    with pytest.raises(http.client.RemoteDisconnected):
        client.send(invoice.v2(emission))
    assert client.query("01", emission.code).body["codigoMsg"] == "999"
    assert client.send(invoice.v2(emission)).status == 200


def test_a_lost_answer_leaves_the_document_stamped(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("answer_lost", "reception")
    with pytest.raises(http.client.RemoteDisconnected):
        client.send(invoice.v2(emission))
    assert client.query("01", emission.code).body["estado"] == "PROCESADO"
    assert client.send(invoice.v2(emission)).body["codigoMsg"] == "004"
    assert len(mh.control.documents(nit=client.company.nit)) == 1
    sent = mh.control.transmissions(generation_code=emission.code, endpoint="reception")
    assert [(row["status"], row["state"], row["fault"]) for row in sent] == [
        (0, "PROCESADO", "answer_lost"),
        (400, "RECHAZADO", None),
    ]
    assert sent[0]["document_sha256"] == sent[1]["document_sha256"]


def test_a_slow_service_may_store_or_not(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("slow", "reception", seconds=0.05)
    assert client.send(invoice.v2(emission)).status == 200
    following = emission.next()
    mh.control.fault("slow", "reception", seconds=0.05, store=False)
    assert client.send(invoice.v2(following)).status == 504
    assert client.query("01", following.code).body["codigoMsg"] == "999"


def test_a_late_service_stores_after_the_caller_has_gone(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("late", "reception", seconds=0.3)
    client.patience_s = 0.1
    with pytest.raises(TimeoutError):
        client.send(invoice.v2(emission))
    client.patience_s = 20
    assert client.query("01", emission.code).body["codigoMsg"] == "999"
    for _ in range(100):
        if client.query("01", emission.code).body["estado"] == "PROCESADO":
            break
        threading.Event().wait(0.02)
    assert len(mh.control.documents(nit=client.company.nit)) == 1


def test_an_answer_may_be_broken_off_by_a_reset(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("reset", "reception")
    with pytest.raises(ConnectionResetError):
        client.send(invoice.v2(emission))
    assert client.query("01", emission.code).body["estado"] == "PROCESADO"


def test_an_answer_may_trickle(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("trickle", "reception", seconds=0.0001)
    assert client.send(invoice.v2(emission)).body["estado"] == "PROCESADO"


def test_a_proxy_may_answer_with_a_page_and_a_refusal_with_200(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("garbage", "reception", form="html", status=502)
    with pytest.raises(ValueError, match="malformed"):
        client.send(invoice.v2(emission))
    mh.control.fault("reject", "reception", code="096", status=200)
    refused = client.send(invoice.v2(emission))
    assert (refused.status, refused.body["estado"]) == (200, "RECHAZADO")


def test_a_token_may_be_refused_once(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("unauthorized", "reception")
    assert client.send(invoice.v2(emission)).status == 401
    assert client.send(invoice.v2(emission)).status == 200


def test_a_status_may_be_asked_for_on_any_endpoint(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("status", count=2, status=500)
    first = client.send(invoice.v2(emission))
    assert (first.status, first.body["error"]) == (500, "Internal Server Error")
    assert client.query("01", emission.code).status == 500
    assert client.query("01", emission.code).body["codigoMsg"] == "999"


@pytest.mark.parametrize("form", ["html", "truncated", "empty"])
def test_garbage_is_no_json(client: Client, emission: Emission, mh: Any, form: str) -> None:
    client.login()
    mh.control.fault("garbage", "reception", form=form, store=True)
    with pytest.raises(ValueError, match=r"truncated|malformed"):
        client.send(invoice.v2(emission))
    assert client.query("01", emission.code).body["estado"] == "PROCESADO"


def test_garbage_may_be_json_of_the_wrong_types(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.fault("garbage", "reception", form="wrong_types")
    answer = client.send(invoice.v2(emission))
    assert answer.status == 200
    assert isinstance(answer.body["estado"], list)
    assert client.query("01", emission.code).body["codigoMsg"] == "999"


def test_a_rejection_may_be_dictated(client: Client, emission: Emission, mh: Any) -> None:
    mh.control.fault(
        "reject", "reception", count=2, code="009", class_code="13", text="[receptor.nit] NIT CONTRIBUYENTE NO EXISTE"
    )
    for _ in range(2):
        answer = client.send(invoice.v2(emission))
        assert answer.status == 400
        assert answer.verdict == ("009", "13", "[receptor.nit] NIT CONTRIBUYENTE NO EXISTE")
        assert answer.body["codigoGeneracion"] == emission.code
    assert client.send(invoice.v2(emission)).status == 200


def test_a_fault_may_be_aimed_at_one_document(client: Client, emission: Emission, mh: Any) -> None:
    mh.control.fault("status", "reception", count=None, generation_code=emission.code)
    assert client.send(invoice.v2(emission)).status == 503
    assert client.send(invoice.v2(emission.next())).status == 200
    assert client.send(invoice.v2(emission)).status == 503
    assert [row["left"] for row in mh.control.call("GET", "faults")] == [None]
    mh.control.behave()
    assert client.send(invoice.v2(emission)).status == 200


def test_a_fault_may_be_aimed_at_one_company_or_type(client: Client, emission: Emission, mh: Any) -> None:
    mh.control.fault("status", "reception", nit="06140000000000")
    mh.control.fault("status", "reception", doc_type="03")
    assert client.send(invoice.v2(emission)).status == 200
    mh.control.fault("status", nit=client.company.nit)
    assert client.query("01", emission.code).status == 503


def test_requests_are_counted_per_endpoint(client: Client, emission: Emission, mh: Any) -> None:
    client.send(invoice.v2(emission))
    client.query("01", emission.code)
    client.query("01", emission.code)
    assert mh.control.counts() == {"auth": 1, "reception": 1, "query": 2}
    mh.control.call("DELETE", "transmissions")
    assert mh.control.counts() == {}


def test_the_books_can_be_read(client: Client, emission: Emission, mh: Any) -> None:
    answer = client.send(invoice.v2(emission))
    (row,) = mh.control.documents(nit=client.company.nit)
    assert row["stamp"] == answer.body["selloRecibido"]
    assert row["generation_code"] == emission.code
    assert row["control_number"] == "DTE-01-M001P001-000000000000001"
    assert row["payable"] == "39.25"
    assert row["state"] == "processed"
    assert row["jws"].count(".") == 2
    assert mh.control.documents(nit=client.company.nit, doc_type="03") == []


def test_the_clock_moves_and_comes_back(mh: Any) -> None:
    mh.control.move_clock(90)
    assert mh.clock.now() == NOON + timedelta(seconds=90)
    mh.control.set_clock(NOON + timedelta(days=3))
    assert NOON + timedelta(days=3) <= mh.clock.now() < NOON + timedelta(days=3, seconds=30)
    mh.control.reset()
    assert mh.control.call("GET", "state")["faults"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "faults", {"kind": "down", "times": 3}),
        ("POST", "faults", {"kind": "explode"}),
        ("POST", "clock", {"set": "2026-08-14T12:00:00"}),
        ("POST", "policy", {"unknown": 1}),
        ("POST", "companies", {"nit": "1"}),
        ("GET", "nothing", None),
    ],
)
def test_a_control_request_that_does_not_fit_says_why(mh: Any, method: str, path: str, body: Any) -> None:
    with pytest.raises(ControlError, match=r"."):
        mh.control.call(method, path, body)


def test_companies_are_listed_without_their_secrets(mh: Any, client: Client) -> None:
    listed = json.dumps(mh.control.call("GET", "companies"))
    assert client.company.nit in listed
    assert client.company.password not in listed
