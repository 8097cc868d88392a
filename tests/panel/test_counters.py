"""The next numbers of a company at the panel: shown to those who see settings, set by an operator alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.bodies import invoice
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path) as gateway:
        gateway.is_now(2026, 12, 14, 9)
        yield gateway


@pytest.fixture
def operator(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway, is_operator=True)


def set_number(browser: PanelClient, number: str, **fields: str) -> Shown:
    browser.get("/c/1/counters/set")
    return browser.post(
        "/c/1/counters/set", {"point": "M001P001", "doc_type": "01", "year": "2026", "next": number, **fields}
    )


def test_the_next_number_is_shown_with_the_last_document(gateway: RunningGateway, operator: PanelClient) -> None:
    assert "Cada serie empieza en 1 con su primer documento." in operator.get("/c/1/counters").words
    issued = gateway.post("/invoice", invoice("A-1"))
    shown = operator.get("/c/1/counters").words
    assert f"Factura M001P001 2026 2 {issued['control_number']}14/12/2026 09:00 · A-1" in shown


def test_an_operator_sets_the_next_number_and_the_next_document_has_it(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    gateway.post("/invoice", invoice("A-1"))
    answer = operator.follow(set_number(operator, "50"))
    assert "el próximo número era 2 y ahora es 50." in answer.words
    assert "Del 2 al 49 quedan 48 números sin documento." in answer.words
    assert gateway.post("/invoice", invoice("A-2"))["control_number"].endswith("000000000000050")
    log = operator.get("/c/1/audit").words
    assert "Puso el próximo número" in log
    assert "Próximo número 2 50" in log


def test_a_number_that_was_issued_is_refused_with_the_least_that_may_be(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    gateway.post("/invoice", invoice("A-1"))
    answer = set_number(operator, "1")
    assert answer.status == 400
    assert "1 no puede ser el próximo número, porque ya se emitió DTE-01-M001P001-000000000000001" in answer.words
    assert "indique 2 o más" in answer.words


def test_a_number_that_cannot_be_is_refused(operator: PanelClient) -> None:
    for number in ("0", "-1", "1e3", "٣", "9" * 16, ""):
        answer = set_number(operator, number)
        assert (answer.status, "Revise lo siguiente" in answer.words) == (400, True), number
    for wrong in ({"year": "2024"}, {"point": "M009P001"}, {"doc_type": "99"}):
        assert set_number(operator, "5", **wrong).status == 400, wrong


def test_an_owner_sees_the_numbers_and_sets_none(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    gateway.post("/invoice", invoice("A-1"))
    shown = owner.get("/c/1/counters")
    assert "Factura M001P001 2026 2" in shown.words
    assert "Cambiar" not in shown.words
    assert owner.get("/c/1/counters/set").status == 403
    assert owner.post("/c/1/counters/set", {"next": "5"}).status == 403
