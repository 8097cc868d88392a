"""A credit note by lines, begun from the page of its CCF."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bodies import LARGE_TAXPAYER, ccf, invoice
from tests.databases import Databases
from tests.panel.drafting import as_shown
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway

TWO_LINES = {
    "lines": [
        {"description": "Silla", "quantity": 5, "unit_price": 11.30},
        {"description": "Mesa", "quantity": 2, "unit_price": 56.50, "discount_amount": 11.30},
    ]
}


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def person(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


def sold(gateway: RunningGateway, reference: str, **more: Any) -> str:
    """The id of a CCF with two lines."""
    body = {**ccf(reference), **TWO_LINES, "customer": LARGE_TAXPAYER | {"type_contributor": 2}, **more}
    return str(gateway.post("/invoice", body)["document_id"])


def noted(person: PanelClient, ccf_id: str, **fields: str) -> str:
    """The path of the draft of a note on a CCF."""
    person.get(f"/c/1/drafts/new?note_of={ccf_id}")
    answer = person.post("/c/1/drafts/new", {"note_of": ccf_id, **fields})
    assert answer.status == 303, answer.words
    return answer.headers["location"].removeprefix("/panel")


def test_some_of_a_line_goes_back_and_the_rest_is_shown_next_time(gateway: RunningGateway, person: PanelClient) -> None:
    ccf_id = sold(gateway, "sillas-1")
    page = person.get(f"/c/1/drafts/new?note_of={ccf_id}")
    assert "Silla 5 5" in page.words
    assert "$158.20" in page.words
    issued = person.follow(as_shown(person, noted(person, ccf_id, **{"quantity-0": "2", "quantity-1": "1"})))
    assert "Emitido y sellado" in issued.words
    assert "Total de la nota $73.45" in issued.words  # 2 × 11.30 + 56.50 - half of 11.30
    assert "Entregue la nota al cliente." in issued.words
    assert "Total a pagar" not in issued.words
    again = person.get(f"/c/1/drafts/new?note_of={ccf_id}")
    assert "Silla 5 3" in again.words
    assert "Mesa 2 1" in again.words
    assert "$84.75" in again.words


def test_the_lines_of_a_whole_ccf_take_all_of_it(gateway: RunningGateway, person: PanelClient) -> None:
    ccf_id = sold(gateway, "sillas-2", discount_percentage=10)
    issued = person.follow(as_shown(person, noted(person, ccf_id, **{"quantity-0": "5", "quantity-1": "2"})))
    assert "Emitido y sellado" in issued.words
    assert "$142.38" in issued.words
    document = gateway.get("/documents")["documents"][0]
    assert document["amount_payable"] == Decimal("142.38")


def test_a_price_is_reduced(gateway: RunningGateway, person: PanelClient) -> None:
    ccf_id = sold(gateway, "sillas-3")
    path = noted(person, ccf_id, **{"quantity-0": "5", "price-0": "1.13"})
    issued = person.follow(as_shown(person, path))
    assert "$5.65" in issued.words
    assert "Silla 5 5" in person.get(f"/c/1/drafts/new?note_of={ccf_id}").words


def test_more_than_is_left_is_refused_with_the_draft_kept(gateway: RunningGateway, person: PanelClient) -> None:
    path = noted(person, sold(gateway, "sillas-4"), **{"quantity-0": "5"})
    shown = [(name, "50" if name == "lines[0].quantity" else value) for name, value in person.get(path).filled]
    live = person.post(f"{path}/totals", shown, **{"HX-Request": "true"})
    words = "Línea 1, Cantidad: se devuelven 50, y de esta línea del crédito fiscal quedan 5"
    assert f'<a href="#lines[0].quantity">{words}</a>' in live.text
    again = person.get(path)
    assert 'value="50"' in again.text
    assert words in again.words
    refused = as_shown(person, path)
    assert refused.status == 400
    assert f'<a href="#lines[0].quantity">{words}</a>' in refused.text
    assert 'value="50"' in person.get(path).text


def test_more_than_is_left_is_said_at_its_line_before_there_is_a_draft(
    gateway: RunningGateway, person: PanelClient
) -> None:
    ccf_id = sold(gateway, "sillas-7")
    person.get(f"/c/1/drafts/new?note_of={ccf_id}")
    refused = person.post("/c/1/drafts/new", {"note_of": ccf_id, "quantity-0": "1", "quantity-1": "12"})
    assert refused.status == 400
    assert "Línea 2: se devuelven 12, y de esta línea del crédito fiscal quedan 2" in refused.words
    assert 'id="quantity-1-error"' in refused.text
    assert 'id="quantity-0-error"' not in refused.text
    assert 'value="12"' in refused.text
    taken = as_shown(person, noted(person, ccf_id, **{"quantity-1": "2"}))
    assert taken.status == 303
    whole = person.post("/c/1/drafts/new", {"note_of": ccf_id, "whole": "1"})
    assert whole.status == 400
    assert "en ventas gravadas con IVA y al crédito fiscal le quedan 56.50 por ajustar" in whole.words


def test_a_sum_that_no_line_explains_is_said_as_it_is(gateway: RunningGateway, person: PanelClient) -> None:
    ccf_id = sold(gateway, "sillas-8")
    person.get(f"/c/1/drafts/new?note_of={ccf_id}")
    refused = person.post("/c/1/drafts/new", {"note_of": ccf_id, "quantity-0": "5", "price-0": "999"})
    assert refused.status == 400
    assert "La nota suma 4,995.00 en ventas gravadas con IVA" in refused.words


def test_the_whole_ccf_is_taken_back_and_cancelled(gateway: RunningGateway, person: PanelClient) -> None:
    ccf_id = sold(gateway, "sillas-5")
    issued = person.follow(as_shown(person, noted(person, ccf_id, whole="1")))
    assert "Emitido y sellado" in issued.words
    assert gateway.get(f"/status/{ccf_id}")["invalidated"] is True


def test_a_note_needs_a_line_and_numbers(gateway: RunningGateway, person: PanelClient) -> None:
    ccf_id = sold(gateway, "sillas-6")
    person.get(f"/c/1/drafts/new?note_of={ccf_id}")
    assert "al menos una línea" in person.post("/c/1/drafts/new", {"note_of": ccf_id}).words
    wrong = person.post("/c/1/drafts/new", {"note_of": ccf_id, "quantity-1": "dos"})
    assert "Línea 2: escriba números" in wrong.words
    assert 'value="dos"' in wrong.text


def test_an_invoice_takes_no_note_and_a_note_no_copy(gateway: RunningGateway, person: PanelClient) -> None:
    document = gateway.post("/invoice", invoice("factura-1"))["document_id"]
    assert person.get(f"/c/1/drafts/new?note_of={document}").status == 404
    assert person.get("/c/1/drafts/new").status == 404
    assert person.get("/c/1/drafts/new?copy_of=nada").status == 404


def test_the_form_of_a_note_shows_its_document_and_hides_its_code(gateway: RunningGateway, person: PanelClient) -> None:
    ccf_id = sold(gateway, "sillas-en-palabras")
    form = person.get(noted(person, ccf_id, **{"quantity-0": "1"}))
    assert form.hidden["document_id"] == ccf_id
    assert "Número de control DTE-03-" in form.words
    assert f"Cliente {LARGE_TAXPAYER['name']}" in form.words
    assert "Precio, como en el crédito fiscal" in form.words
    closed = form.text[: form.text.index("Observaciones y más datos")].rpartition("<details")[2]
    assert " open" not in closed


def test_a_note_under_another_text_is_said_where_the_rest_is_chosen(
    gateway: RunningGateway, person: PanelClient
) -> None:
    ccf_id = sold(gateway, "sillas-por-monto")
    page = f"/c/1/drafts/new?note_of={ccf_id}"
    assert "ya tiene notas" not in person.get(page).words
    line = {"description": "Rebaja de una silla", "quantity": 1, "unit_price": 11.30}
    gateway.post("/credit-memo", {"external_ref": "rebaja-1", "document_id": ccf_id, "lines": [line]})
    again = person.get(page).words
    assert "Silla 5 5" in again
    assert "ya tiene notas" in again
