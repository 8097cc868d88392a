"""The first pages of a company: its day, its month, what is open, and whether the month is closed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bodies import ccf, invoice, note, purchase
from tests.panel.documents_seen import listed
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path, edition_from="2026-01-01") as gateway:
        gateway.is_now(2026, 12, 14, 9)
        yield gateway


def sold(gateway: RunningGateway, reference: str, price: str, hour: int, minute: int = 0) -> Any:
    """An invoice over one thing at this price with VAT."""
    gateway.is_now(2026, 12, 14, hour, minute)
    lines = [{"description": "Café", "quantity": 1, "unit_price": price}]
    return gateway.post("/invoice", invoice(reference, lines=lines))


def a_day_of_every_kind(gateway: RunningGateway) -> None:
    """Sales of 11.30 + 113.00 + 22.60 − 5.65 + 33.90, a purchase of 214.00, and 99.99 and 77.77 that do not count."""
    sold(gateway, "a", "11.30", 9)
    gateway.post("/invoice", ccf("b"))
    sold(gateway, "c", "22.60", 10)
    sold(gateway, "gone", "99.99", 10, 30)
    assert gateway.post("/invalidate/gone", None)["invalidated"] is True
    gateway.is_now(2026, 12, 14, 11)
    assert gateway.post("/credit-memo", note("b", "n", "5.65"))["dte_success"] is True
    gateway.post("/suex", purchase("d"))
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert sold(gateway, "refused", "77.77", 12)["rejected"] is True
    gateway.emulator.control.fault("down", count=None)
    assert sold(gateway, "late", "33.90", 13)["contingency"] is True


def words_of(browser: PanelClient, path: str = "") -> str:
    """What a person reads below the heading of a page, the notes of a cell apart from its text."""
    shown = browser.get(f"/c/1/today{path}")
    apart = replace(shown, content=shown.content.replace(b'<span class="note"', b' <span class="note"'))
    return apart.words.partition(" Mes ")[2]


def test_a_cashier_sees_the_day_by_hour_by_type_and_by_till(gateway: RunningGateway) -> None:
    a_day_of_every_kind(gateway)
    browser = person_at(gateway, role="cashier", points=["M001P001"])
    words = words_of(browser)
    assert "Ventas con IVA $175.15" in words
    assert "Documentos de venta 5" in words
    assert "Compras a sujetos excluidos $214.00" in words
    assert "09:00 $124.30 10:00 $22.60 11:00 −$5.65 12:00 $0.00 13:00 $33.90" in words
    assert "Factura 3 $67.80" in words
    assert "Comprobante de crédito fiscal 1 $113.00" in words
    assert "Nota de crédito 1 −$5.65" in words
    assert "Factura de sujeto excluido compra; no suma a las ventas 1 $214.00" in words
    assert "M001P001 Casa matriz M001 · punto de venta P001 5 $175.15" in words
    assert "Sellados 5 En contingencia 1 Rechazados 1 Invalidados 1" in words
    assert "Documentos en contingencia el plazo corre cuando la causa termine 1" in words


def test_the_last_documents_are_there_with_their_states(gateway: RunningGateway) -> None:
    a_day_of_every_kind(gateway)
    page = person_at(gateway, role="cashier", points=["M001P001"]).get("/c/1/today")
    latest = page.words.partition("Últimos documentos")[2]
    states = re.findall(r"Sellado\b|Invalidado\b|Rechazado\b|En contingencia", latest)
    assert states == [
        "En contingencia",
        "Rechazado",
        "Sellado",
        "Sellado",
        "Invalidado",
        "Sellado",
        "Sellado",
        "Sellado",
    ]
    refused = gateway.get("/status/refused")["document_id"]
    assert f'href="/panel/c/1/documents/{refused}"' in page.text


def test_a_ccf_that_a_note_took_back_has_one_state_in_every_list(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b"))
    gateway.is_now(2027, 1, 20, 9)
    taken = gateway.post("/invalidate/b", None)
    assert taken["invalidated"] is True, taken
    browser = person_at(gateway)
    for path in ("/c/1/today?day=2026-12-14", "/c/1/documents?date_to=2026-12-14"):
        line = browser.get(path).words.rpartition("Gran Contribuyente de Prueba")[2]
        assert "Invalidado" in line, path
        assert "Sellado" not in line, path


def test_the_day_leads_to_its_documents_and_to_those_in_each_state(gateway: RunningGateway) -> None:
    a_day_of_every_kind(gateway)
    browser = person_at(gateway)
    shown = browser.get("/c/1/today")
    day = "/c/1/documents?date_from=2026-12-14&date_to=2026-12-14"
    hrefs = [unescape(each) for each in re.findall(r'href="/panel([^"]*)"', shown.text)]
    assert day in hrefs
    assert len(listed(browser.get(day))) == 8
    for state, number in (("stamped", 6), ("contingency", 1), ("rejected", 1), ("invalidated", 1)):
        assert f"{day}&state={state}" in hrefs
        assert len(listed(browser.get(f"{day}&state={state}"))) == number, state
    month = unescape(browser.get("/c/1/today?month=2026-12").text)
    assert "/c/1/documents?date_from=2026-12-01&date_to=2026-12-14&state=rejected" in month
    empty = person_at(gateway, email="otra@example.com", role="cashier", points=["M001P002"])
    assert "&state=" not in unescape(empty.get("/c/1/today").text)


def test_a_note_lowers_what_was_sold_in_every_list(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b"))
    noted = gateway.post("/credit-memo", note("b", "n", "5.65"))
    browser = person_at(gateway)
    assert "−$5.65" in browser.get("/c/1/today").words.partition("Últimos documentos")[2]
    payable = f"${noted['amount_payable']}"
    assert f"−{payable}" in browser.get("/c/1/documents").words
    page = browser.get(f"/c/1/documents/{noted['document_id']}").words
    assert f"Total a pagar {payable}" in page
    assert f"−{payable}" not in page


def test_a_cashier_of_another_till_sees_nothing_of_this_one(gateway: RunningGateway) -> None:
    a_day_of_every_kind(gateway)
    browser = person_at(gateway, role="cashier", points=["M001P002"])
    for path in ("", "?month=2026-12"):
        words = words_of(browser, path)
        assert "Ventas con IVA $0.00" in words
        assert "M001P001" not in words
        assert "En contingencia 0 Rechazados 0" in words


def test_an_owner_sees_the_month_beside_the_month_before(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 11, 14, 23)
    gateway.post("/invoice", invoice("same-day-before"))
    gateway.is_now(2026, 11, 15, 0)
    gateway.post("/invoice", invoice("later-before"))
    gateway.is_now(2026, 11, 30, 23, 59)
    gateway.post("/invoice", invoice("last-minute"))
    gateway.is_now(2026, 12, 1, 0)
    gateway.post("/invoice", invoice("first-minute"))
    a_day_of_every_kind(gateway)
    words = words_of(person_at(gateway), "?month=2026-12")
    assert "Ventas con IVA $186.45 +1550.0 %" in words
    assert "Mes anterior $11.30 noviembre 2026 hasta el día 14" in words
    assert "Promedio por día $13.32" in words
    assert "Documentos de venta 6" in words
    assert "1 $11.30 2 $0.00" in words
    assert "13 $0.00 14 $175.15" in words
    assert "Factura 4 $79.10 $11.30" in words
    assert "M001P001 Casa matriz M001 · punto de venta P001 6 $186.45 $11.30" in words


def test_an_owner_sees_what_is_open_with_a_number_and_a_link(gateway: RunningGateway) -> None:
    a_day_of_every_kind(gateway)
    assert sold(gateway, "later", "11.30", 14)["contingency"] is True
    browser = person_at(gateway)
    page, words = browser.get("/c/1/today"), words_of(browser)
    assert "Documentos en contingencia el plazo corre cuando la causa termine 2 Pendiente" in words
    assert "Documentos rechazados sin corregir de los últimos 60 días 1 Urgente" in words
    assert "Nunca se ha hecho una copia de seguridad" not in words
    operator = person_at(gateway, email="operadora@example.com", is_operator=True)
    assert 'href="/panel/operator/health#backups"' in operator.get("/c/1/today").text
    assert 'href="/panel/c/1/documents?state=rejected"' in page.text
    assert "Hacienda no responde" in words


def test_an_accountant_is_told_what_the_month_lacks_and_when_it_is_due(gateway: RunningGateway) -> None:
    a_day_of_every_kind(gateway)
    browser = person_at(gateway, role="accountant")
    words = words_of(browser, "?month=2026-12")
    assert "El mes no se puede cerrar todavía." in words
    assert "En contingencia 1 Pendiente" in words
    assert "Rechazados 1 Urgente" in words
    assert "F-07 y F-14, noviembre 2026 14/12/2026 vence hoy" in words
    assert "F-930, noviembre 2026 21/12/2026 faltan 7 días" in words
    november = words_of(browser, "?month=2026-11")
    assert "el mes se puede declarar" in november


def test_a_month_with_a_note_that_mh_refused_is_not_closed(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b"))
    gateway.emulator.control.fault("reject", "reception", code="020")
    assert gateway.post("/credit-memo", note("b", "n", "5.65"))["rejected"] is True
    browser = person_at(gateway, role="accountant")
    assert "Rechazados de ellos, notas de crédito: 1 1 Urgente" in words_of(browser, "?month=2026-12")
    assert gateway.post("/credit-memo", note("b", "n", "5.65"))["dte_success"] is True
    assert "Hasta ahora no falta nada." in words_of(browser, "?month=2026-12")


def test_a_refused_document_counts_on_the_day_on_which_it_was_corrected(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert sold(gateway, "r", "77.77", 20)["rejected"] is True
    gateway.is_now(2026, 12, 15, 8)
    lines = [{"description": "Café", "quantity": 1, "unit_price": "66.66"}]
    assert gateway.post("/invoice", invoice("r", lines=lines))["dte_success"] is True
    browser = person_at(gateway)
    assert "Ventas con IVA $0.00" in words_of(browser, "?day=2026-12-14")
    assert "08:00 $66.66" in words_of(browser, "?day=2026-12-15")
    assert "14 $0.00 15 $66.66" in words_of(browser, "?month=2026-12")


@pytest.mark.parametrize(
    "query",
    [
        "?day=ayer",
        "?day=9999-12-31",
        "?day=0001-01-01",
        "?month=2026-13",
        "?month=9999-12",
        "?month=0001-01",
        "?day=2026-02-30&month=x",
    ],
)
def test_a_day_that_is_none_leads_to_a_page_all_the_same(browser_of_one: PanelClient, query: str) -> None:
    assert browser_of_one.get(f"/c/1/today{query}").status == 200


@pytest.fixture(scope="module")
def browser_of_one(all_databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PanelClient]:
    with running_gateway(all_databases.sqlite(), tmp_path_factory.mktemp("gateway")) as gateway:
        yield person_at(gateway)


def test_charts_stand_without_scripts_and_with_their_numbers(gateway: RunningGateway) -> None:
    sold(gateway, "a", "11.30", 9)
    text = person_at(gateway).get("/c/1/today?month=2026-12").text
    main = text.partition("<main")[2].partition("</main>")[0]
    assert "<svg" in main
    assert "<script" not in main
    assert " style=" not in main
    assert 'href="/panel/c/1/today?day=2026-12-14"' in main
    assert "Ver los números" in main


def test_what_people_write_is_text_on_the_page(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("x", customer_name="<b>Negrita</b>"))
    text = person_at(gateway).get("/c/1/today?day=2026-12-14").text
    assert "&lt;b&gt;Negrita&lt;/b&gt;" in text
    assert "<b>Negrita" not in text


def test_a_company_that_never_issued_is_asked_to_try_its_access_to_mh(gateway: RunningGateway) -> None:
    page = person_at(gateway).get("/c/1/today")
    assert "El acceso a Hacienda está sin probar" in page.words
    assert 'href="/panel/c/1/company/mh"' in page.text
    assert "falta el servidor de correo" not in page.words
    assert "Borradores suyos" not in page.words
