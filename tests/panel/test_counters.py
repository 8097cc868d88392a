"""The next numbers of a company at the panel: shown to those who see settings, set by an operator alone."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from tests.builders.bodies import invoice
from tests.panel_client import PanelClient, Shown, apart, person_at
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


_SERIES = sql("""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last, taken)
    VALUES (1, :doc_type, 'M001', :pos, :year, 7, :taken)""")


def _many_series(gateway: RunningGateway) -> None:
    """A hundred and twenty series; MH has refused numbers of the last of them alone."""

    def work() -> Transaction[None]:
        for year, till, doc_type in product((2026, 2025), range(1, 31), ("01", "03")):
            is_last = (year, till, doc_type) == (2025, 30, "03")
            yield _SERIES(doc_type=doc_type, pos=f"P{till:03}", year=year, taken=3 if is_last else 0)

    async def run() -> None:
        async with open_store(gateway.database_url) as store:
            await store.write(work)

    apart(run())


@pytest.mark.parametrize("path", ["/c/1/counters", "/operator/companies/1"])
def test_many_series_come_in_pages_each_of_them_once(gateway: RunningGateway, operator: PanelClient, path: str) -> None:
    _many_series(gateway)
    found: list[tuple[str, ...]] = []
    pages, here = 0, path
    while here:
        shown = operator.get(here)
        assert shown.status == 200
        found += re.findall(r"(Factura|Comprobante de crédito fiscal) (M001P0\d\d) (202\d) 8 ", shown.words)
        following = re.search(r'href="/panel([^"]*\?after=[^"#]*)[^"]*"', shown.text)
        pages, here = pages + 1, unescape(following[1]) if following is not None else ""
    assert pages == 3
    assert len(found) == len(set(found)) == 120
    assert [year for _, _, year in found] == ["2026"] * 60 + ["2025"] * 60


def test_refused_numbers_are_told_on_every_page(gateway: RunningGateway, operator: PanelClient) -> None:
    _many_series(gateway)
    for query in ("", "?after=2025-M001P001-01"):
        assert "M001P030, Comprobante de crédito fiscal, 2025: Hacienda rechazó 3 números" in (
            operator.get(f"/c/1/counters{query}").words
        )


@pytest.mark.parametrize("after", ["2026", "2026-M001P001-01-1", "x", "2026-m001p001-01"])
def test_a_place_in_the_list_that_is_none_has_no_page(operator: PanelClient, after: str) -> None:
    for path in ("/c/1/counters", "/operator/companies/1"):
        assert operator.get(f"{path}?after={after}").status == 404
