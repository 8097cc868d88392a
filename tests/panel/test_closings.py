"""The closing of the day: what the documents say, what the cashier counted, and nothing twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bodies import ccf, invoice, note, purchase
from tests.panel_client import PanelClient, add, close_till, person_at
from tests.running_gateway import RunningGateway, running_gateway

CASH = {"payment_method": "01"}
CARD = {"payment_method": "03"}
CLOSE = "/c/1/closings/M001P001/close"


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
    return browser.follow(close_till(browser, {key[1:]: value for key, value in counted.items()})).words


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
    assert "Ventas $134.60" in words


def test_the_form_shows_no_sum_before_the_money_is_counted(gateway: RunningGateway, cashier: PanelClient) -> None:
    sold(gateway, "a", **CASH)
    assert "11.30" not in cashier.get(CLOSE).text


def test_a_closing_shows_what_lacks_and_begins_the_next_cut(gateway: RunningGateway, cashier: PanelClient) -> None:
    sold(gateway, "a", **CASH)
    sold(gateway, "b", **CASH)
    words = closed(cashier, _01="20.00")
    assert "Corte Z 1 de la caja M001P001" in words
    assert "Billetes y monedas $22.60 $20.00 −$2.60" in words
    sold(gateway, "c", **CASH)
    words = closed(cashier, _01="11.30")
    assert "Corte Z 2 de la caja M001P001" in words
    assert "Factura 3 1 $11.30" in words
    assert "Billetes y monedas $11.30 $11.30 $0.00" in words


def test_what_was_invalidated_or_refused_is_listed_and_not_counted(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    cancelled = sold(gateway, "a", **CASH)
    gateway.post(f"/invalidate/{cancelled['document_id']}", {"reason": 2})
    sold(gateway, "b", **CASH)
    words = closed(cashier, _01="11.30")
    assert "1 invalidado 1–2 1 $11.30" in words
    assert "Documentos que cuentan 1 más los invalidados, que no suman 1 Documentos del corte 2" in words
    assert "11 invalidado $11.30 $0.00" in cashier.get("/c/1/closings").words  # 1, and below it a note
    assert "Billetes y monedas $11.30 $11.30 $0.00" in words


def test_a_credit_note_lowers_the_sales_and_takes_no_money_from_a_method(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    gateway.post("/invoice", ccf("a"))
    gateway.post("/credit-memo", note("a", "n", "50.00"))
    words = closed(cashier, _01="112.00")
    assert "Ventas $112.00 menos notas de crédito −$49.56 Ventas netas $62.44" in words
    assert "Billetes y monedas $112.00 $112.00 $0.00" in words


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


@pytest.mark.parametrize("typed", ["doce", "10,50", "1,50", "12,5", "10 50", "1,2345", "0,500", "-5", "1.234,50", "٣"])
def test_an_amount_that_is_none_is_said_at_its_field_and_nothing_is_closed(
    gateway: RunningGateway, cashier: PanelClient, typed: str
) -> None:
    cashier.get(CLOSE)
    for more in ({}, {"do": "close", "number": "1"}):
        answer = cashier.post(CLOSE, {"counted_01": typed, **more})
        assert answer.status == 400
        assert "Billetes y monedas: Escriba" in answer.words
        assert "con punto" in answer.words
        assert "10.50" in answer.words
    assert "Todavía no se ha cerrado ninguna caja" in cashier.get("/c/1/closings").words


def test_a_cashier_closes_no_till_but_their_own(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="otra-caja@example.com", role="cashier", points=["M001P002"])
    assert browser.get("/c/1/closings/M001P001/reading").status == 404
    assert browser.get(CLOSE).status == 404


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
    assert "Billetes y monedas −$11.30 $0.00 +$11.30" in words
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
    assert "Billetes y monedas $11.30 $11.30 $0.00" in words
    assert "De cortes anteriores" not in closed(cashier)


def test_what_was_sold_before_the_first_cut_is_corrected_in_none(gateway: RunningGateway, cashier: PanelClient) -> None:
    old = sold(gateway, "ayer", **CASH)
    gateway.is_now(2026, 12, 15, 9)
    cashier.log_in()
    closed(cashier)
    gateway.post(f"/invalidate/{old['document_id']}", {"reason": 2})
    assert "De cortes anteriores" not in closed(cashier)


def test_a_closing_shows_first_what_was_counted_and_nothing_of_what_is_expected(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    sold(gateway, "a", **CASH)
    cashier.get(CLOSE)
    asked = cashier.post(CLOSE, {"counted_01": "$ 1,290.62", "counted_03": "10.5"})
    assert asked.status == 200
    assert "Billetes y monedas $1,290.62 Tarjeta Crédito $10.50 Contado en total $1,301.12" in asked.words
    assert "11.30" not in asked.text
    assert "Todavía no se ha cerrado ninguna caja" in cashier.get("/c/1/closings").words
    back = cashier.post(CLOSE, {**dict(asked.filled), "do": "change"})
    assert dict(back.filled)["counted_01"] == "$ 1,290.62"
    made = cashier.follow(cashier.post(CLOSE, {**dict(asked.filled), "do": "close"})).words
    assert "Contado en total $1,301.12 menos el dinero que debe haber −$11.30 Diferencia en total +$1,289.82" in made


def test_a_confirmation_that_is_pressed_again_leads_to_the_cut_that_it_made(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    sold(gateway, "a", **CASH)
    answers = [close_till(cashier, {"01": "11.30"})]
    confirmed = {"counted_01": "11.30", "number": "1", "do": "close"}
    answers += [cashier.post(CLOSE, confirmed), cashier.post(CLOSE, confirmed)]
    assert {each.headers["location"].partition("?")[0] for each in answers} == {
        "/panel/c/1/closings/M001P001/1",
    }
    assert cashier.post(CLOSE, {**confirmed, "counted_01": "5"}).status == 409
    assert cashier.post(CLOSE, {**confirmed, "number": "7"}).status == 409
    assert "Z 2" not in cashier.get("/c/1/closings").words


def test_a_confirmation_without_its_number_asks_again(gateway: RunningGateway, cashier: PanelClient) -> None:
    cashier.get(CLOSE)
    for number in ("", "doce", "9" * 30):
        assert "Contado en total" in cashier.post(CLOSE, {"do": "close", "number": number}).words
    assert "Todavía no se ha cerrado ninguna caja" in cashier.get("/c/1/closings").words


def test_the_list_and_the_cut_say_the_same_words_for_the_same_sums(
    gateway: RunningGateway, cashier: PanelClient
) -> None:
    gateway.post("/invoice", ccf("a"))
    gateway.post("/credit-memo", note("a", "n", "50.00"))
    assert "Ventas netas $62.44" in closed(cashier, _01="112.00")
    assert "2 $62.44 $0.00" in cashier.get("/c/1/closings").words


def test_the_page_of_the_count_leads_to_no_expected_sum(gateway: RunningGateway, cashier: PanelClient) -> None:
    listed = cashier.get("/c/1/closings").words
    assert listed.index("Cerrar la caja (Z)") < listed.index("Cierres anteriores") < listed.index("Corte X de la caja")
    assert "reading" not in cashier.get(CLOSE).text


def test_a_cut_has_the_company_at_its_head_and_says_how_to_print(gateway: RunningGateway, cashier: PanelClient) -> None:
    for words in (cashier.get("/c/1/closings/M001P001/reading").words, closed(cashier)):
        assert "Café de Prueba, S.A. de C.V. NIT 0614-" in words
        assert "use la impresión de su navegador" in words
