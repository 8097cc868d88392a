"""The gateway records which API key issued and which key cancelled; the index of an export tells it."""

import csv
from io import StringIO

from ocote.clock import local_date
from tests.builders.bodies import invoice
from tests.builders.company import NIT, POINT_OF_SALE
from tests.commands import Run
from tests.e2e.issued import invalidation_route, issue_one_of
from tests.running_gateway import RunningGateway
from tests.waiting import until

DOC_TYPES = ("01", "03", "05", "11", "14")


def another_key(run: Run) -> str:
    return run("key", "create", "--company", NIT, "--pos", POINT_OF_SALE).out.strip()


def keys_of(gateway: RunningGateway, reference: str) -> tuple[str, str]:
    """The beginnings of the keys that issued and that invalidated a document, as the index tells them."""
    day = local_date(gateway.clock()).isoformat()
    index = gateway.request("GET", f"/documents/export?date_from={day}&date_to={day}&format=csv").content
    [line] = [line for line in csv.DictReader(StringIO(index.decode("utf-8-sig"))) if line["Referencia"] == reference]
    return line["Clave"], line["Clave que invalidó"]


def test_a_document_of_every_type_names_the_key_that_issued_it_and_the_key_that_invalidated_it(
    gateway: RunningGateway, run_here: Run
) -> None:
    other = another_key(run_here)
    for doc_type in DOC_TYPES:
        issue_one_of(gateway, doc_type, f"caja-{doc_type}")
        gateway.post(f"{invalidation_route(doc_type)}/caja-{doc_type}", None, key=other)
        assert keys_of(gateway, f"caja-{doc_type}") == (gateway.key[:12], other[:12])


def test_a_repetition_with_another_key_leaves_the_key_that_issued(gateway: RunningGateway, run_here: Run) -> None:
    other = another_key(run_here)
    gateway.post("/invoice", invoice("caja-1"))
    assert gateway.post("/invoice", invoice("caja-1"), key=other)["is_duplicate"] is True
    assert keys_of(gateway, "caja-1") == (gateway.key[:12], "")


def test_a_document_that_was_refused_names_the_key_that_corrected_it(gateway: RunningGateway, run_here: Run) -> None:
    other = another_key(run_here)
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert gateway.post("/invoice", invoice("caja-1"))["rejected"] is True
    assert keys_of(gateway, "caja-1") == (gateway.key[:12], "")
    gateway.post("/invoice", invoice("caja-1"), key=other)
    assert keys_of(gateway, "caja-1") == (other[:12], "")


def test_a_document_of_a_contingency_names_the_key_that_asked_for_it(gateway: RunningGateway, run_here: Run) -> None:
    gateway.emulator.control.fault("down", count=None)
    other = another_key(run_here)
    gateway.post("/invoice", invoice("caja-1"), key=other)
    assert gateway.post("/invoice", invoice("caja-1"))["contingency"] is True
    assert keys_of(gateway, "caja-1") == (other[:12], "")


def test_a_key_is_named_in_no_answer_about_a_document(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    for path in ("/status/caja-1?include_dte=1", "/documents", "/file/caja-1?type=json"):
        assert gateway.key[:12].encode() not in gateway.request("GET", path).content


def test_the_operator_sees_when_a_key_was_last_used(gateway: RunningGateway, run_here: Run) -> None:
    unused = another_key(run_here)
    gateway.get("/documents")
    day = f"{local_date(gateway.clock()):%d/%m/%Y}"

    def is_shown() -> bool:
        rows = run_here("key", "list", "--company", NIT).out.split("├")
        used, other = (next(row for row in rows if key[:12] in row) for key in (gateway.key, unused))
        assert other.count(day) == 1, "the day of its creation"
        return used.count(day) == 2

    until(is_shown)


def test_the_keys_of_a_company_can_be_listed_alone(gateway: RunningGateway, run_here: Run) -> None:
    other = gateway.another_company()
    every, mine = run_here("key", "list").out, run_here("key", "list", "--company", NIT).out
    assert (gateway.key[:12] in every, other[:12] in every) == (True, True)
    assert (gateway.key[:12] in mine, other[:12] in mine) == (True, False)
    nobody = run_here("key", "list", "--company", "0614-010101-001-0").out
    assert "La empresa 06140101010010 no tiene claves" in nobody
