"""A database of an earlier version is migrated, and the gateway of today goes on issuing from it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ocote import logs
from tests.builders.bodies import note
from tests.builders.company import NIT
from tests.commands import Run, run
from tests.databases import Databases
from tests.e2e.issued import invalidation_route
from tests.e2e.public_page import opened, public_url
from tests.e2e.worker import a_worker_works, send_what_is_due
from tests.faults.books import compare, gateway_books
from tests.faults.operations import Operation
from tests.histories.history import DOC_TYPES, History, histories, told
from tests.histories.life import RELINKED, issue
from tests.histories.reopening import COMPANY_FILE
from tests.outbox.erp import open_erp
from tests.outbox.mail_server import open_mail_server
from tests.running_gateway import RunningGateway

__all__ = ["run"]


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A gateway over a database of an old ``version``.

    ``documents`` is what clients were told of each before, ``run`` is ``ocote``.
    """

    version: str
    gateway: RunningGateway
    facts: dict[str, Any]
    run: Run

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.facts["documents"]
        return found

    def told(self, reference: str) -> dict[str, Any]:
        """What a client is told now, as JSON has it."""
        said = told(self.gateway, self.documents[reference]["doc_type"], reference)
        read: dict[str, Any] = json.loads(json.dumps(said, default=str))
        return read

    def last_number(self, doc_type: str) -> int:
        """The highest correlative of the type before the upgrade."""
        numbers = [said["control_number"] for said in self.documents.values() if said["doc_type"] == doc_type]
        return max(int(number[-15:]) for number in numbers)


@pytest.fixture(params=histories(), ids=lambda history: f"{history.version}-{history.engine}")
def upgraded(
    request: pytest.FixtureRequest,
    all_databases: Databases,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Upgraded]:
    """``ocote migrate`` has run on the old database, and a gateway serves it."""
    history: History = request.param
    facts = history.facts()
    monkeypatch.setattr(logs, "configure", lambda _level: None)  # the log of this process is not the command's
    with history.loaded(all_databases, tmp_path) as url:
        monkeypatch.setenv("OCOTE_DATABASE_URL", url)
        monkeypatch.setenv("OCOTE_SECRET_KEY", facts["secret"])
        monkeypatch.setenv("OCOTE_WEBHOOK_ALLOW_PRIVATE", "on")
        migrated = run("migrate")
        assert (migrated.status, migrated.out) == (0, "La base de datos está al día.\n"), migrated
        with history.opened(url, tmp_path) as gateway:
            yield Upgraded(history.version, gateway, facts, run)


def test_old_documents_are_told_and_delivered_as_they_were(upgraded: Upgraded) -> None:
    for reference, before in upgraded.documents.items():
        reply = upgraded.gateway.request("GET", f"/file/{reference}?type=json")
        file = sha256(reply.content).hexdigest() if reply.status == 200 else None
        now = {**upgraded.told(reference), "file": file}
        assert {name: now[name] for name in before} == before
    listed = [one["external_ref"] for one in upgraded.gateway.get("/documents?limit=100")["documents"]]
    assert sorted(listed) == sorted(upgraded.documents)


def test_what_was_issued_and_cancelled_before_keys_were_recorded_has_no_key_in_the_index(upgraded: Upgraded) -> None:
    gateway = upgraded.gateway
    issue(gateway, "01", "new-01")
    reply = gateway.request("GET", "/documents/export?date_from=2026-11-20&date_to=2026-12-31&format=csv")
    lines = csv.DictReader(StringIO(reply.content.decode("utf-8-sig")))
    keys = {line["Referencia"]: (line["Clave"], line["Clave que invalidó"]) for line in lines}
    assert keys.pop("new-01") == (gateway.key[:12], "")
    if upgraded.version < "0002":
        assert set(keys.values()) == {("", "")}


def test_old_documents_of_every_type_can_be_printed(upgraded: Upgraded) -> None:
    for doc_type in DOC_TYPES:
        for reference in (f"stamped-{doc_type}", f"contingency-{doc_type}"):
            reply = upgraded.gateway.request("GET", f"/file/{reference}?type=invoice")
            assert (reply.status, reply.content[:5]) == (200, b"%PDF-")


def test_links_that_were_printed_before_lead_to_their_documents_until_they_are_replaced(upgraded: Upgraded) -> None:
    for doc_type in DOC_TYPES:
        old = public_url(upgraded.gateway, upgraded.documents[f"stamped-{doc_type}"]["document_id"])
        assert opened(old).status == 200
        new = upgraded.gateway.post(f"/documents/stamped-{doc_type}/link", None)["public_url"]
        assert (opened(old).status, opened(new).status) == (404, 200)


def test_a_link_that_was_replaced_before_is_the_one_that_counts(upgraded: Upgraded) -> None:
    if upgraded.version < "0002":
        pytest.skip("links could not be replaced")
    first = public_url(upgraded.gateway, upgraded.documents[RELINKED]["document_id"])
    assert opened(first).status == 404
    assert opened(f"{upgraded.gateway.url}{upgraded.facts['replaced_link']}").status == 200


def test_numbers_go_on_where_they_ended(upgraded: Upgraded) -> None:
    for doc_type in DOC_TYPES:
        answer = issue(upgraded.gateway, doc_type, f"new-{doc_type}")
        assert answer["dte_success"] is True, answer
        assert int(answer["control_number"][-15:]) == upgraded.last_number(doc_type) + 1


def test_a_document_refused_before_is_issued_again_under_its_number(upgraded: Upgraded) -> None:
    for doc_type in DOC_TYPES:
        before = upgraded.documents[f"rejected-{doc_type}"]
        answer = issue(upgraded.gateway, doc_type, f"rejected-{doc_type}")
        assert (answer["dte_success"], answer["is_duplicate"]) == (True, False), answer
        for kept in ("document_id", "control_number", "generation_code"):
            assert answer[kept] == before[kept]


def test_what_was_unfinished_is_finished_once_and_no_number_is_missing(upgraded: Upgraded) -> None:
    gateway = upgraded.gateway
    a_worker_works(gateway)
    gateway.time_passes(minutes=2)  # the cancellation that was not answered is not due before
    a_worker_works(gateway)
    for reference, before in upgraded.documents.items():
        now = upgraded.told(reference)
        assert now["control_number"] == before["control_number"]
        if before["rejected"]:
            issue(gateway, before["doc_type"], reference)
        else:
            assert now["dte_success"] is True, now
    assert gateway.get("/invalidate/status/cancelling-01")["invalidated"] is True
    assert "No hay contingencias en curso." in upgraded.run("contingency", "list").out
    assert {row["state"] for row in gateway_books(gateway.database_url).values()} == {"stamped"}
    asked = [Operation("sale", reference, "", {}) for reference in upgraded.documents]
    assert compare(gateway.database_url, gateway.emulator.control, asked).all == []


def test_a_note_takes_from_an_old_voucher(upgraded: Upgraded) -> None:
    answer = upgraded.gateway.post("/credit-memo", note("stamped-03", "new-note", "11.30"))
    assert answer["dte_success"] is True, answer


def test_old_documents_can_be_cancelled(upgraded: Upgraded) -> None:
    gateway = upgraded.gateway
    for doc_type in DOC_TYPES:
        answer = gateway.post(f"{invalidation_route(doc_type)}/stamped-{doc_type}", None)
        assert (answer["dte_success"], answer["invalidated"]) == (True, True), answer
    assert gateway.post("/invalidate/uncancelled-01", None)["invalidated"] is True, "MH had refused it before"
    again = gateway.request("POST", "/invalidate/cancelled-01")
    assert (again.status, again.json()["code"]) == (409, "already_invalidated")


def test_every_old_secret_can_be_opened(upgraded: Upgraded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCOTE_MH_TEST_URL", upgraded.gateway.emulator.url)
    assert "abre todos los secretos guardados" in upgraded.run("doctor").out


def test_keys_are_taken_and_refused_as_before(upgraded: Upgraded) -> None:
    assert upgraded.gateway.request("GET", "/status/stamped-01").status == 200
    assert upgraded.gateway.request("GET", "/status/stamped-01", key=upgraded.facts["disabled_key"]).status == 401


def test_mails_that_waited_are_sent_and_old_and_new_webhooks_are_told(upgraded: Upgraded) -> None:
    """The company's mail server and software have moved meanwhile."""
    gateway, run_here = upgraded.gateway, upgraded.run
    with open_mail_server() as mail_server, open_erp() as erp:
        company = gateway.folder / COMPANY_FILE
        company.write_text(f"{company.read_text(encoding='utf-8')}\n{mail_server.company}", encoding="utf-8")
        assert run_here("company", "add", str(company)).status == 0
        assert run_here("webhook", "add", "--company", NIT, "--url", erp.url).status == 0
        send_what_is_due(gateway)
        assert {mail["To"] for mail in mail_server.mails} == {
            "ana@example.com",
            "compras@example.com",
            "gt@example.com",
        }
        assert issue(gateway, "01", "new-01")["dte_success"] is True
        send_what_is_due(gateway)
        assert [one.message["data"]["external_ref"] for one in erp.told] == ["new-01"]
    unsent = run_here("webhook", "deliveries", "--unsent")
    assert "rejected-01" in unsent.out
