"""The closing of the day: what the documents say, what the cashier counted, and nothing twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bodies import ccf, invoice, note, purchase
from tests.panel_client import PanelClient, add, person_at
from tests.running_gateway import RunningGateway, running_gateway

CASH = {"payment_method": "01"}
CARD = {"payment_method": "03"}


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path, edition_from="2026-01-01") as gateway:
        gateway.is_now(2026, 12, 14, 9)
        yield gateway


@pytest.fixture
def cashier(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway, role="cashier", points=["M001P001"])


def sold(gateway: RunningGateway, reference: str, **more: Any) -> Any:
    return gateway.post("/invoice", invoice(reference, **more))


def closed(browser: PanelClient, **counted: str) -> str:
    """Closes the till and returns what the page of the cut says."""
    browser.get("/c/1/closings/M001P001/close")
    answer = browser.post(
        "/c/1/closings/M001P001/close", {f"counted_{key[1:]}": value for key, value in counted.items()}
    )
    return browser.follow(answer).words


def test_a_reading_adds_up_what_was_sold_by_type_and_by_form_of_payment(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    sold(gateway, "a", **CASH)
    sold(gateway, "b", **CARD)
    gateway.post("/invoice", {**ccf("c"), "transaction_condition": 2, "payment_term": "01", "payment_period": 30})
    gateway.post("/suex", purchase("d"))
    words = cashier.get("/c/1/closings/M001P001/reading").words
    assert "Factura 1–2 2 $22.60" in words
    assert "Comprobante de crédito fiscal 1 1 $112.00" in words
    assert "Tarjeta Crédito $11.30" in words
    assert "menos lo vendido a crédito, por cobrar −$112.00" in words
    assert "Ventas, total a pagar $134.60" in words


def test_the_form_shows_no_sum_before_the_money_is_counted(gateway: RunningGateway, cashier: PanelClient) -> None:
    sold(gateway, "a", **CASH)
    assert "11.30" not in cashier.get("/c/1/closings/M001P001/close").text


def test_a_closing_shows_what_lacks_and_begins_the_next_cut(gateway: RunningGateway, cashier: PanelClient) -> None:
    sold(gateway, "a", **CASH)
    sold(gateway, "b", **CASH)
    words = closed(cashier, _01="20.00")
    assert "Corte Z 1 de la caja M001P001" in words
    assert "Billetes y monedas $22.60 $20.00 −2.60" in words
    sold(gateway, "c", **CASH)
    words = closed(cashier, _01="11.30")
    assert "Corte Z 2 de la caja M001P001" in words
    assert "Factura 3 1 $11.30" in words
    assert "Billetes y monedas $11.30 $11.30 0.00" in words


def test_what_was_invalidated_or_refused_is_listed_and_not_counted(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    cancelled = sold(gateway, "a", **CASH)
    gateway.post(f"/invalidate/{cancelled['document_id']}", {"reason": 2})
    sold(gateway, "b", **CASH)
    words = closed(cashier, _01="11.30")
    assert "1 invalidado 1–2 1 $11.30" in words
    assert "Billetes y monedas $11.30 $11.30 0.00" in words


def test_a_credit_note_lowers_the_sales_and_takes_no_money_from_a_method(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    gateway.post("/invoice", ccf("a"))
    gateway.post("/credit-memo", note("a", "n", "50.00"))
    words = closed(cashier, _01="112.00")
    assert "se devolvió $49.56 con notas de crédito" in words
    assert "Ventas, total a pagar $112.00" in words
    assert "Billetes y monedas $112.00 $112.00 0.00" in words


def test_the_first_cut_begins_with_the_day(gateway: RunningGateway, cashier: PanelClient) -> None:
    sold(gateway, "ayer", **CASH)
    gateway.is_now(2026, 12, 15, 9)
    sold(gateway, "hoy", **CASH)
    cashier.log_in()
    assert "Factura 2 1 $11.30" in cashier.get("/c/1/closings/M001P001/reading").words


def test_a_cut_goes_on_over_the_end_of_the_year(gateway: RunningGateway, cashier: PanelClient) -> None:
    sold(gateway, "a", **CASH)
    closed(cashier, _01="11.30")
    gateway.is_now(2026, 12, 31, 23)
    sold(gateway, "b", **CASH)
    gateway.is_now(2027, 1, 1, 1)
    sold(gateway, "c", **CASH)
    browser = PanelClient(gateway.url)
    browser.log_in()
    assert "2 $22.60" in closed(browser, _01="22.60")


def test_an_amount_that_is_none_is_said_at_its_field_and_nothing_is_closed(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    cashier.get("/c/1/closings/M001P001/close")
    answer = cashier.post("/c/1/closings/M001P001/close", {"counted_01": "doce"})
    assert answer.status == 400
    assert "Escriba una cantidad en dólares, como 125.50." in answer.words
    assert "Todavía no se ha cerrado ninguna caja" in cashier.get("/c/1/closings").words


def test_a_cashier_closes_no_till_but_their_own(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="otra-caja@example.com", role="cashier", points=["M001P002"])
    assert browser.get("/c/1/closings/M001P001/reading").status == 404
    assert browser.get("/c/1/closings/M001P001/close").status == 404


def test_two_people_who_close_at_once_make_two_cuts_and_no_document_is_in_both(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    sold(gateway, "a", **CASH)
    add(gateway, email="otra@example.com", role="owner")
    first = closed(cashier, _01="11.30")
    owner = PanelClient(gateway.url)
    owner.log_in("otra@example.com")
    second = closed(owner)
    assert "Factura 1 1 $11.30" in first
    assert "Sin documentos desde el corte anterior" in second
    listed = owner.get("/c/1/closings").words
    assert listed.index("Z 2") < listed.index("Z 1")


def test_what_is_cancelled_after_its_cut_lowers_the_next_one_once(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    cancelled = sold(gateway, "a", **CASH)
    closed(cashier, _01="11.30")
    gateway.post(f"/invalidate/{cancelled['document_id']}", {"reason": 2})
    words = closed(cashier)
    assert "Factura invalidado después del corte anterior 1 −$11.30" in words.replace("Facturai", "Factura i")
    assert "Billetes y monedas −$11.30 $0.00 +11.30" in words
    assert "De cortes anteriores" not in closed(cashier)


def test_what_is_corrected_after_its_cut_counts_in_the_next_one_once(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    sold(gateway, "a", **CASH)
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = sold(gateway, "b", **CASH)
    assert refused["rejected"] is True
    assert "1 rechazado" in closed(cashier, _01="11.30")
    assert not sold(gateway, "b", **CASH).get("rejected")
    words = closed(cashier, _01="11.30")
    assert "sellado después del corte anterior 2 $11.30" in words
    assert "Billetes y monedas $11.30 $11.30 0.00" in words
    assert "De cortes anteriores" not in closed(cashier)


def test_what_was_sold_before_the_first_cut_is_corrected_in_none(gateway: RunningGateway, cashier: PanelClient) -> None:
    old = sold(gateway, "ayer", **CASH)
    gateway.is_now(2026, 12, 15, 9)
    cashier.log_in()
    closed(cashier)
    gateway.post(f"/invalidate/{old['document_id']}", {"reason": 2})
    assert "De cortes anteriores" not in closed(cashier)
