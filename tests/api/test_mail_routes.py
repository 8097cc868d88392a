"""E-mails of a document over HTTP."""

import pytest

from ocote.outbox.sending import Sending
from tests.api.client import Client, client_of
from tests.api.twin import POSTED, TwinGateway, document

URL = "/api/connect/documents/POS7-000915/email"


@pytest.fixture
def gateway() -> TwinGateway:
    gateway = TwinGateway()
    gateway.kept[1, "POS7-000915"] = document()
    return gateway


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


async def test_a_document_is_sent_again_to_those_it_was_issued_with(client: Client) -> None:
    reply = await client.send("POST", URL, b"", {})
    assert reply.status == 200
    assert reply.json == {
        "document_id": document().id,
        "external_ref": "POS7-000915",
        "control_number": document().control_number,
        "emails": [
            {
                "to": "cliente@example.com",
                "event": "document.sent_again",
                "state": "queued",
                "requested_date_time": "2026-06-03T08:15:40-06:00",
                "attempts": 0,
                "answered_date_time": "",
                "code": None,
                "answer": "",
            }
        ],
    }


async def test_or_to_another_address(client: Client) -> None:
    reply = await client.post(URL, {"to": "contabilidad@example.com"})
    assert reply.json["emails"][0]["to"] == "contabilidad@example.com"


@pytest.mark.parametrize(
    "to",
    [
        ["contabilidad@example.com", "compras@example.com", "CONTABILIDAD@example.com"],
        "contabilidad@example.com, compras@example.com",
        "contabilidad@example.com;compras@example.com",
    ],
)
async def test_or_to_several_at_once_each_of_them_once(client: Client, to: object) -> None:
    reply = await client.post(URL, {"to": to})
    assert [email["to"] for email in reply.json["emails"]] == ["contabilidad@example.com", "compras@example.com"]


@pytest.mark.parametrize(
    ("to", "code", "message"),
    [
        (
            ["a@example.com", "nadie"],
            "emails_malformed",
            "to tiene un correo electrónico no válido: el número 2",
        ),
        ("a@example.com,,b@example.com", "emails_malformed", "el número 2"),
        (["a@example.com", 5], "emails_malformed", "el número 2"),
        ([f"a{n}@example.com" for n in range(11)], "emails_beyond_limit", "admite 10 correos electrónicos a lo sumo"),
        ([], "field_empty", "no puede estar vacío"),
        (["nadie"], "email_malformed", "no es un correo electrónico válido"),
        ({"address": "a@example.com"}, "emails_expected", "varios separados por comas, o una lista de ellos"),
    ],
)
async def test_several_addresses_with_a_fault_send_nothing_and_the_fault_is_named(
    client: Client, gateway: TwinGateway, to: object, code: str, message: str
) -> None:
    reply = await client.post(URL, {"to": to})
    [fault] = reply.json["errors"]
    assert (reply.status, fault["code"], fault["field"]) == (400, code, "to")
    assert message in f"to {fault['message']}"
    assert gateway.mailed == []


@pytest.mark.parametrize("to", ["", "nadie", "a@b", 5, "a@example.com\r\nBcc: b@example.com"])
async def test_which_has_to_be_one(client: Client, gateway: TwinGateway, to: object) -> None:
    reply = await client.post(URL, {"to": to})
    assert reply.status == 400
    assert reply.json["errors"][0]["field"] == "to"
    assert gateway.mailed == []


async def test_what_the_mail_server_said_is_told(client: Client, gateway: TwinGateway) -> None:
    gateway.mailed.append(
        Sending("cliente@example.com", "document.stamped", "refused", POSTED, 1, POSTED, 550, "no such user")
    )
    [email] = (await client.get(URL)).json["emails"]
    assert (email["state"], email["code"], email["answer"], email["attempts"]) == ("refused", 550, "no such user", 1)
    assert email["answered_date_time"] == "2026-06-03T08:15:40-06:00"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_document_has_no_emails(client: Client, method: str) -> None:
    reply = await client.send(method, "/api/connect/documents/otro/email", b"", {})
    assert (reply.status, reply.json["code"]) == (404, "document_not_found")


async def test_a_dry_run_of_an_email_is_refused_and_nothing_is_sent(client: Client, gateway: TwinGateway) -> None:
    reply = await client.send("POST", f"{URL}?dry_run=1", b"", {})
    assert (reply.status, reply.code, reply.json["errors"][0]["field"]) == (400, "dry_run_not_here", "dry_run")
    assert gateway.mailed == []
    assert (await client.send("POST", f"{URL}?dry_run=0", b"", {})).status == 200
