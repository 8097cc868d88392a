"""A company ends the public link of a document: the page, the files, the PDFs and the e-mails know the new one only."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ocote.audit import LOGGER
from ocote.clock import local_date
from tests.builders.bodies import invoice
from tests.e2e.issued import issue_one_of
from tests.e2e.public_page import opened, public_url
from tests.e2e.worker import send_what_is_due
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.running_gateway import Reply, RunningGateway, running_gateway

DOC_TYPES = ("01", "03", "05", "11", "14")
SITE = "https://facturas.example.com"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with open_mail_server() as opened:
        yield opened


@pytest.fixture
def gateway(database_url: str, tmp_path: Path, mail_server: MailServer) -> Iterator[RunningGateway]:
    """A gateway whose pages have an address of their own, of a company with a mail server."""
    with running_gateway(database_url, tmp_path, company=mail_server.company, base_url=SITE) as running:
        yield running


def renewed(gateway: RunningGateway, reference: str) -> str:
    """The new link of a document."""
    url: str = gateway.post(f"/documents/{reference}/link", None)["public_url"]
    assert url.startswith(f"{SITE}/v/")
    return url


def seen(gateway: RunningGateway, url: str, file: str = "") -> Reply:
    """The page behind a link, or a file of it, on the test's own machine."""
    return opened(f"{gateway.url}{urlsplit(url).path}{file}")


def told(page: Reply) -> bytes:
    """A page without what is random in each answer."""
    return re.sub(rb'nonce="[^"]*"', b"", page.content)


def first_link(gateway: RunningGateway, document_id: str) -> str:
    return public_url(gateway, document_id).replace(gateway.url, SITE)


def test_a_new_link_ends_the_old_one_for_every_type(gateway: RunningGateway) -> None:
    unknown = opened(f"{gateway.url}/v/{'A' * 48}")
    for doc_type in DOC_TYPES:
        document = issue_one_of(gateway, doc_type, f"caja-{doc_type}")
        old = first_link(gateway, document["document_id"])
        assert seen(gateway, old).status == 200
        new = renewed(gateway, f"caja-{doc_type}")
        for file in ("", "/pdf", "/json"):
            assert seen(gateway, new, file).status == 200
            ended = seen(gateway, old, file)
            assert (ended.status, told(ended)) == (404, told(unknown))
        newest = renewed(gateway, document["control_number"])
        assert [seen(gateway, link).status for link in (old, new, newest)] == [404, 404, 200]


def test_pdfs_and_mails_made_later_carry_the_new_link(gateway: RunningGateway, mail_server: MailServer) -> None:
    customer = {"name": "Cliente de Prueba", "email": "cliente@example.com"}
    document = gateway.post("/invoice", invoice("caja-1", customer=customer))
    old = first_link(gateway, document["document_id"])
    for kind in ("ticket", "invoice"):
        assert old.encode() in gateway.request("GET", f"/file/caja-1?type={kind}").content
    new = renewed(gateway, "caja-1")
    for kind in ("ticket", "invoice"):
        pdf = gateway.request("GET", f"/file/caja-1?type={kind}").content
        assert new.encode() in pdf
        assert old.encode() not in pdf
    send_what_is_due(gateway)
    newest = renewed(gateway, "caja-1")
    gateway.post("/documents/caja-1/email", {})
    send_what_is_due(gateway)
    texts = [part.get_content() for mail in mail_server.mails for part in [mail.get_body(("plain",))] if part]
    assert [(new in text, newest in text) for text in texts] == [(True, False), (False, True)]


def test_answers_carry_the_present_link(gateway: RunningGateway) -> None:
    for doc_type in DOC_TYPES:
        issued = issue_one_of(gateway, doc_type, f"caja-{doc_type}")
        assert seen(gateway, issued["public_url"]).status == 200
        assert issued["public_url"] == first_link(gateway, issued["document_id"])
    new = renewed(gateway, "caja-01")
    listed = {one["external_ref"]: one["public_url"] for one in gateway.get("/documents")["documents"]}
    assert listed["caja-01"] == gateway.get("/status/caja-01")["public_url"] == new
    assert gateway.post("/invoice", invoice("caja-01"))["public_url"] == new, "the duplicate"
    assert all(seen(gateway, url).status == 200 for url in listed.values())


def test_a_refused_document_is_handed_out_to_nobody_until_it_is_corrected(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = gateway.post("/invoice", invoice("caja-1"))
    assert (refused["rejected"], refused["public_url"]) == (True, "")
    corrected = gateway.post("/invoice", invoice("caja-1"))
    assert seen(gateway, corrected["public_url"]).status == 200


def test_a_document_in_contingency_has_the_page_that_says_so(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", count=None)
    waiting = gateway.post("/invoice", invoice("caja-1"))
    assert waiting["contingency"] is True
    assert seen(gateway, waiting["public_url"]).status == 200


def test_a_document_in_any_state_has_a_link_that_can_be_replaced(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert gateway.post("/invoice", invoice("rejected"))["rejected"] is True
    gateway.post("/invoice", invoice("cancelled"))
    gateway.post("/invalidate/cancelled", None)
    gateway.emulator.control.fault("down", count=None)
    assert gateway.post("/invoice", invoice("waits"))["contingency"] is True
    for reference in ("rejected", "cancelled", "waits"):
        assert seen(gateway, renewed(gateway, reference)).status == 200


def test_what_a_key_does_beside_selling_is_told_with_its_beginning(
    gateway: RunningGateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.post("/invoice", invoice("caja-1", customer={"name": "Cliente", "email": "cliente@example.com"}))
    caplog.set_level(logging.INFO, LOGGER)
    renewed(gateway, "caja-1")
    gateway.post("/documents/caja-1/email", {})
    day = local_date(gateway.clock()).isoformat()
    for path in (f"/documents/export?date_from={day}&date_to={day}&format=csv", f"/books?month={day[:7]}"):
        assert gateway.request("HEAD", path).status == 200, "of which nothing is made"
        assert gateway.request("GET", path).status == 200
    told = [(record.msg, vars(record)["key"]) for record in caplog.records if record.name == LOGGER]
    assert told == [
        (act, gateway.key[:12])
        for act in ("public_link_replaced", "email_sent_again", "documents_exported", "books_made")
    ]
    assert gateway.key not in caplog.text


def test_nothing_else_of_the_document_changes(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    before: dict[str, Any] = gateway.get("/status/caja-1?include_dte=1")
    new = renewed(gateway, "caja-1")
    assert gateway.get("/status/caja-1?include_dte=1") == {**before, "public_url": new}


def test_of_many_links_made_at_once_one_is_left(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: renewed(gateway, "caja-1"), range(16)))
    assert len(set(made)) == 16
    assert sorted(seen(gateway, url).status for url in made) == [200] + [404] * 15


def test_a_company_cannot_end_the_link_of_another(gateway: RunningGateway) -> None:
    document = gateway.post("/invoice", invoice("caja-1"))
    other = gateway.another_company()
    for name in ("caja-1", document["document_id"], document["control_number"]):
        reply = gateway.request("POST", f"/documents/{name}/link", key=other)
        assert (reply.status, reply.json()["code"]) == (404, "document_not_found")
    assert seen(gateway, first_link(gateway, document["document_id"])).status == 200
