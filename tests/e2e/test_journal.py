"""``OCOTE_JOURNAL_DIR``: everything signed stands outside the database too, and without that nothing is issued."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ocote.journal.lines import DocumentLine, InvalidationLine, OutcomeLine, VerdictLine
from tests.builders.bodies import invoice
from tests.builders.certificate import PASSWORD
from tests.builders.company import MH_PASSWORD
from tests.e2e.outage import mh_comes_back, mh_goes_away, sells
from tests.e2e.taken import control_number, take_numbers
from tests.e2e.worker import a_worker_works
from tests.faults.journals import lines_of, unjournaled
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "journal"
    made.mkdir()
    return made


@pytest.fixture
def gateway(database_url: str, tmp_path: Path, folder: Path) -> Iterator[RunningGateway]:
    """A gateway with a journal."""
    with running_gateway(database_url, tmp_path, journal_dir=folder) as running:
        yield running


def document_lines(folder: Path) -> list[DocumentLine]:
    return [line for line in lines_of(folder) if isinstance(line, DocumentLine)]


def test_a_sale_stands_in_the_journal_with_its_stamp(gateway: RunningGateway, folder: Path) -> None:
    answer = gateway.post("/invoice", invoice("caja-1"))
    [line] = document_lines(folder)
    assert (line.external_ref, line.control_number, line.generation_code, line.payable_cents) == (
        "caja-1",
        answer["control_number"],
        answer["generation_code"],
        1130,
    )
    assert '"unit_price"' in line.request
    assert line.jws.count(".") == 2
    [word] = [line for line in lines_of(folder) if isinstance(line, VerdictLine)]
    assert (word.id, word.state, word.stamp) == (line.id, "stamped", answer["reception_stamp"])
    assert next(line.kept for line in lines_of(folder) if isinstance(line, OutcomeLine))


def test_a_dry_run_and_a_refused_request_leave_no_line(gateway: RunningGateway, folder: Path) -> None:
    assert gateway.request("POST", "/invoice?dry_run=1", invoice("caja-1")).status == 200
    assert gateway.request("POST", "/invoice", {"lines": []}).status == 400
    assert not document_lines(folder)


def test_whatever_is_signed_is_in_the_journal(gateway: RunningGateway, folder: Path) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", invoice("corregida"))
    gateway.post("/invoice", invoice("corregida"))
    gateway.post("/invoice", invoice("anulada"))
    gateway.post("/invalidate/anulada", {})
    mh_goes_away(gateway)
    sells(gateway, 2)
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert not unjournaled(gateway.database_url, folder)
    assert [line.version for line in document_lines(folder) if line.external_ref == "corregida"] == [1, 2]
    assert sum(isinstance(line, InvalidationLine) for line in lines_of(folder)) == 1
    assert {line.of for line in lines_of(folder) if isinstance(line, VerdictLine)} == {
        "document",
        "invalidation",
        "contingency_event",
    }


def test_a_text_under_the_next_number_is_in_the_journal_too(gateway: RunningGateway, folder: Path) -> None:
    take_numbers(gateway, 1, 9)
    assert gateway.post("/invoice", invoice("caja-1"))["rejected"] is True
    assert gateway.post("/invoice", invoice("caja-1"))["dte_success"] is True
    assert not unjournaled(gateway.database_url, folder)
    lines = document_lines(folder)
    assert [line.version for line in lines] == [*range(1, 11)]
    assert [line.control_number for line in lines] == [control_number(correlative) for correlative in range(1, 11)]
    assert len({line.generation_code for line in lines}) == 1


def test_no_secret_is_in_the_journal(gateway: RunningGateway, folder: Path) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    text = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in (gateway.key, gateway.settings.required_secret(), MH_PASSWORD, PASSWORD):
        assert secret.encode() not in text


def test_without_its_folder_nothing_is_issued_and_with_it_everything_goes_on(
    gateway: RunningGateway, folder: Path
) -> None:
    away = folder.rename(folder.with_name("away"))
    reply = gateway.request("POST", "/invoice", invoice("caja-1"))
    assert (reply.status, reply.json()["code"]) == (503, "journal_unavailable")
    assert int(reply.headers["retry-after"]) > 0
    assert gateway.request("GET", "/status/caja-1").status == 404
    assert not gateway.emulator.control.documents()
    away.rename(folder)
    assert gateway.post("/invoice", invoice("caja-1"))["control_number"].endswith("000001")


def test_what_was_issued_before_can_be_read_while_the_journal_is_away(gateway: RunningGateway, folder: Path) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    folder.rename(folder.with_name("away"))
    assert gateway.get("/status/caja-1")["reception_stamp"]
    assert gateway.post("/invoice", invoice("caja-1"))["is_duplicate"]


def test_a_gateway_that_starts_before_its_disk_waits_for_it(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "later"
    with running_gateway(database_url, tmp_path, journal_dir=folder) as gateway:
        assert gateway.request("POST", "/invoice", invoice("caja-1")).json()["code"] == "journal_unavailable"
        folder.mkdir()
        until(lambda: gateway.request("POST", "/invoice", invoice("caja-1")).status == 200)
        assert gateway.get("/status/caja-1")["control_number"].endswith("000001")
    assert document_lines(folder)


def test_a_segment_that_somebody_removes_while_it_is_written_is_followed_by_another(
    gateway: RunningGateway, folder: Path
) -> None:
    """Shipped and deleted too early: sales are refused for a moment, not until somebody starts the gateway again."""
    gateway.post("/invoice", invoice("caja-1"))
    [removed] = folder.iterdir()
    removed.unlink()
    until(lambda: gateway.request("POST", "/invoice", invoice("caja-2")).status == 200)
    assert gateway.get("/status/caja-2")["control_number"] == control_number(2)
    [written] = folder.iterdir()
    assert written.name > removed.name
    assert [line.external_ref for line in document_lines(folder)] == ["caja-2"]
