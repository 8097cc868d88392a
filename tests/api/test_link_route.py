"""Replacing the public link of a document over HTTP."""

import pytest

from tests.api.client import Client, client_of
from tests.api.twin import TwinGateway, document

URL = "/api/connect/documents/POS7-000915/link"


@pytest.fixture
def gateway() -> TwinGateway:
    gateway = TwinGateway()
    gateway.kept[1, "POS7-000915"] = document()
    return gateway


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"unknown": null}'])
async def test_the_answer_names_the_document_and_its_new_page(client: Client, body: bytes) -> None:
    reply = await client.send("POST", URL, body, {"content-type": "application/json"})
    assert reply.status == 200
    answer = dict(reply.json)
    url = answer.pop("public_url")
    assert answer == {
        "document_id": document().id,
        "external_ref": "POS7-000915",
        "control_number": document().control_number,
    }
    assert url.endswith("/v/1")
    assert url.startswith(("http://", "https://"))


async def test_an_unknown_document_has_no_link(client: Client, gateway: TwinGateway) -> None:
    reply = await client.send("POST", "/api/connect/documents/otro/link", b"", {})
    assert (reply.status, reply.code) == (404, "document_not_found")
    assert gateway.renewed == []


@pytest.mark.parametrize(
    ("url", "body", "code"), [(f"{URL}?dry_run=1", b"", "dry_run_not_here"), (URL, b"[", "body_not_json")]
)
async def test_a_request_that_is_refused_leaves_the_link(
    client: Client, gateway: TwinGateway, url: str, body: bytes, code: str
) -> None:
    reply = await client.send("POST", url, body, {"content-type": "application/json"})
    assert (reply.status, reply.code) == (400, code)
    assert gateway.renewed == []


async def test_a_link_is_not_read_here(client: Client) -> None:
    reply = await client.get(URL)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
