"""Each request with a known key leaves one line in the log, which holds no secret and nothing of the content."""

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from ocote.documents.view import Refused
from ocote.store.engine.store import StoreUnavailableError
from tests.api.client import Client, client_of
from tests.api.twin import KEY, TwinGateway

INVOICE = {"external_ref": "POS7-000915", "lines": [{"description": "Resma", "quantity": 2, "unit_price": 5.65}]}


@pytest.fixture
def gateway() -> TwinGateway:
    return TwinGateway()


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


def requests_in(lines: list[EventDict]) -> list[EventDict]:
    return [line for line in lines if line["event"] == "request"]


async def test_an_issued_document_is_a_line_with_its_id_its_state_and_the_beginning_of_the_key(client: Client) -> None:
    with capture_logs() as lines:
        reply = await client.post("/api/connect/invoice", INVOICE)
    [line] = requests_in(lines)
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "route": "/invoice",
        "status": 200,
        "code": None,
        "key": KEY[:12],
        "document": reply.json["document_id"],
        "state": "stamped",
    }


async def test_what_mh_refused_is_a_warning_with_its_code(client: Client, gateway: TwinGateway) -> None:
    gateway.next_state = "rejected"
    with capture_logs() as lines:
        await client.post("/api/connect/invoice", INVOICE)
    [line] = requests_in(lines)
    assert (line["log_level"], line["status"], line["state"]) == ("warning", 200, "rejected")


@pytest.mark.parametrize(
    ("raised", "status", "code", "level"),
    [
        (Refused("reference_busy"), 409, "reference_busy", "info"),
        (StoreUnavailableError("gone"), 503, "service_unavailable", "warning"),
        (RuntimeError("boom"), 500, "internal_error", "warning"),
    ],
)
async def test_a_refusal_is_a_line_with_the_code_of_the_answer(
    client: Client, gateway: TwinGateway, raised: Exception, status: int, code: str, level: str
) -> None:
    gateway.raises = raised
    with capture_logs() as lines:
        reply = await client.post("/api/connect/invoice", INVOICE)
    [line] = requests_in(lines)
    assert (reply.status, reply.code) == (status, code)
    assert (line["status"], line["code"], line["log_level"]) == (status, code, level)


async def test_a_faulty_request_is_a_line_with_the_code_of_its_first_fault(client: Client) -> None:
    with capture_logs() as lines:
        reply = await client.post("/api/connect/invoice", {"lines": []})
    [line] = requests_in(lines)
    assert (line["status"], line["code"], line["document"]) == (400, reply.code, None)


async def test_a_document_is_named_as_the_client_names_it_without_query_and_without_a_key(client: Client) -> None:
    with capture_logs() as lines:
        await client.get(f"/api/connect/status/x{KEY}%0Ay?include_dte=1&secreto=si")
        await client.get(f"/api/connect/status/{KEY}?include_dte=1&secreto=si")
        await client.get("/api/connect/nothing/here?secreto=si")
        await client.send("DELETE", "/api/connect/status/a-1", b"", {})
    told = requests_in(lines)
    assert [(line["route"], line["status"], line["document"]) for line in told] == [
        ("/status/{id_or_ref}", 404, None),
        ("/status/{id_or_ref}", 404, "odt_*"),
        ("unknown", 404, None),
        ("/status/{id_or_ref}", 405, None),
    ]
    assert told[3]["code"] == "method_not_allowed"
    assert "secreto" not in str(lines)
    assert KEY not in str(lines)


async def test_strangers_leave_no_line_but_those_of_refusals(gateway: TwinGateway) -> None:
    with capture_logs() as lines:
        await client_of(gateway, key=None).get("/api/connect/docs")
        await client_of(gateway, key="odt_" + 56 * "0").get("/api/connect/status/x")
    assert [(line["event"], line["log_level"]) for line in lines] == [("request_refused", "info")]
