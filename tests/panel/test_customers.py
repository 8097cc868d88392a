"""The pages of a company's customers: found, changed, forgotten, and two records made one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.printing.identifiers import tax_number
from tests.builders.bodies import ccf, invoice
from tests.databases import Databases
from tests.e2e.written import signed
from tests.panel_client import PanelClient, add, person_at
from tests.running_gateway import RunningGateway, running_gateway

NIT, OTHER_NIT = "06140201260015", "06140102260013"
MARTA = {"name": "Marta Alvarenga", "nit": NIT, "email": "marta@example.com", "address": "Calle 1", "district": "1116"}
HOSTILE = '<img src=x onerror="alert(1)"> & «=1+1»'
RIGHT_TO_LEFT = "شركة النور"


@pytest.fixture
def gateway(all_databases: Databases, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(all_databases.sqlite(), tmp_path) as gateway:
        add(gateway)
        yield gateway


@pytest.fixture
def owner(gateway: RunningGateway) -> PanelClient:
    browser = PanelClient(gateway.url)
    browser.log_in()
    return browser


def sell(gateway: RunningGateway, reference: str, **customer: Any) -> Any:
    """Sells to a customer, whom the company then remembers."""
    return gateway.post("/invoice", invoice(reference, customer=customer))


def filled(owner: PanelClient, **changes: str) -> dict[str, str]:
    """The form of the first customer, with changes, as a person sends it after opening its page."""
    seen = owner.get("/c/1/customers/1/edit").hidden["seen"]
    return {"name": "Marta Alvarenga", "nit": NIT, "seen": seen, **changes}


def test_customers_are_listed_with_their_numbers_and_found_by_name_and_number(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    sell(gateway, "1", **MARTA)
    sell(gateway, "2", name="Óscar Núñez", dui="00016297-5")
    listed = owner.get("/c/1/customers").words
    for text in ("Marta Alvarenga", "NIT 0614-020126-001-5", "Óscar Núñez", "DUI 00016297-5"):
        assert text in listed
    for search in ("oscar%20nunez", "00016297-5", "000162975"):
        found = owner.get(f"/c/1/customers?search={search}").words
        assert "Óscar Núñez" in found
        assert "Marta" not in found
    assert "Ningún cliente se llama así" in owner.get("/c/1/customers?search=nadie").words
    for odd in ("after=x", "after=99999999999999999999-x", "after=1-%FF"):
        assert owner.get(f"/c/1/customers?{odd}").status == 200


def test_a_page_tells_what_is_remembered_from_where_and_what_it_does(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    first = sell(gateway, "1", **MARTA)
    sell(gateway, "2", name="Marta Alvarenga", nit=NIT, type_contributor=3)
    shown = owner.get("/c/1/customers/1").words
    for text in (
        "marta@example.com",
        "Recibe cada documento sellado que no traiga otro correo",
        "retención del 1 %",
        first["control_number"],
        "2 en total",
    ):
        assert text in shown, text


def test_what_a_person_changes_is_in_the_next_document(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    sent = filled(owner, nrc="231894-5", type_contributor="3", email="nuevo@example.com", place="0614")
    led = owner.post("/c/1/customers/1/edit", sent)
    assert led.status == 303, led.words
    shown = owner.get("/c/1/customers/1").words
    for text in ("nuevo@example.com", "NRC 231894-5", "Gran contribuyente", "Escrito en el panel"):
        assert text in shown
    assert "Calle 1" not in shown
    known = {"name": "Marta Alvarenga", "nit": NIT, "nrc": "2318945", "type_contributor": 3}
    sold = gateway.post("/invoice", ccf("2") | {"customer": known})
    receiver = signed(gateway, sold)["receptor"]
    assert (receiver["correo"], receiver["direccion"]["departamento"]) == ("nuevo@example.com", "06")


def test_every_fault_of_a_customer_stands_at_its_field(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    wrong = filled(owner, name=" ", nit="06140201260016", email="no es correo", activity_code="x", type_contributor="9")
    shown = owner.post("/c/1/customers/1/edit", wrong)
    assert shown.status == 400
    for field in ("name", "nit", "email", "activity_code", "type_contributor"):
        assert f'id="{field}-error"' in shown.text, field
    without = owner.post("/c/1/customers/1/edit", filled(owner, nit=""))
    assert without.status == 400
    assert "sin NIT, DUI ni NRC" in without.words


def test_a_document_that_came_meanwhile_is_not_overwritten(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    stale = filled(owner, email="viejo@example.com")
    sell(gateway, "2", name="Marta Alvarenga", nit=NIT, email="reciente@example.com")
    refused = owner.post("/c/1/customers/1/edit", stale)
    assert refused.status == 409
    for text in ("cambiaron mientras usted los tenía abiertos", "reciente@example.com"):
        assert text in refused.words
    again = owner.post("/c/1/customers/1/edit", stale | {"seen": refused.hidden["seen"]})
    assert again.status == 303
    assert "viejo@example.com" in owner.get("/c/1/customers/1").words


def test_no_customer_takes_the_number_of_another_one(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    sell(gateway, "2", name="Otra", nit=OTHER_NIT)
    refused = owner.post("/c/1/customers/1/edit", filled(owner, nit=OTHER_NIT))
    assert refused.status == 409
    assert "Otro cliente de la empresa ya tiene ese NIT" in refused.words


def test_one_value_is_forgotten_and_the_last_number_is_not(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    owner.get("/c/1/customers/1")
    assert owner.post("/c/1/customers/1/value", {"field": "email"}).status == 303
    assert "marta@example.com" not in owner.get("/c/1/customers/1").words
    for field in ("nit", "name", "created_at", ""):
        assert owner.post("/c/1/customers/1/value", {"field": field}).status == 409


def test_a_forgotten_customer_keeps_what_the_documents_are_found_by(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    sold = sell(gateway, "1", **MARTA)
    asked = owner.get("/c/1/customers/1/forget")
    assert "Tiene 1 documento(s)" in asked.words
    shown = owner.follow(owner.post("/c/1/customers/1/forget", {"seen": asked.hidden["seen"]}))
    assert tax_number(NIT) in shown.words
    for gone in ("marta@example.com", "Calle 1"):
        assert gone not in shown.words
    found = gateway.get(f"/documents?customer={NIT}")["documents"]
    assert [each["control_number"] for each in found] == [sold["control_number"]]


def test_two_records_of_one_person_become_one_with_the_documents_of_both(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    sell(gateway, "1", **MARTA)
    second = sell(gateway, "2", name="MARTA ALVARENGA", dui="00016297-5", phone="2222-0000")
    doubles = owner.get("/c/1/customers/doubles")
    assert "el mismo nombre" in doubles.words
    asked = owner.get("/c/1/customers/1/merge?other=2")
    for text in ("Lo que se recordará", "2222-0000", "00016297-5", tax_number(NIT)):
        assert text in asked.words
    sent = {name: asked.hidden[name] for name in ("other", "seen")}
    shown = owner.follow(owner.post("/c/1/customers/1/merge", sent))
    for text in ("2222-0000", "2 en total", second["control_number"]):
        assert text in shown.words
    assert owner.get("/c/1/customers/2").status == 404
    assert "No hay dobles" in owner.get("/c/1/customers/doubles").words
    sell(gateway, "3", name="Marta", dui="00016297-5")
    assert "3 en total" in owner.get("/c/1/customers/1").words


def test_two_people_with_different_numbers_are_not_merged(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    sell(gateway, "2", name="Marta Alvarenga", nit=OTHER_NIT)
    assert "No hay dobles" in owner.get("/c/1/customers/doubles").words
    asked = owner.get("/c/1/customers/1/merge?other=2")
    assert asked.status == 409
    assert "tienen NIT distinto" in asked.words
    for other in ("1", "7", "x", "99999999999999999999"):
        assert owner.get(f"/c/1/customers/1/merge?other={other}").status == 404


def test_a_merge_is_not_done_over_a_record_that_has_changed(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    sell(gateway, "2", name="Marta Alvarenga", dui="00016297-5")
    asked = owner.get("/c/1/customers/1/merge?other=2")
    sell(gateway, "3", name="Marta Alvarenga", dui="00016297-5", phone="2222-0000")
    sent = {name: asked.hidden[name] for name in ("other", "seen")}
    assert owner.post("/c/1/customers/1/merge", sent).status == 409
    assert "1 en total" in owner.get("/c/1/customers/1").words


def test_the_other_record_is_looked_for_by_name(gateway: RunningGateway, owner: PanelClient) -> None:
    sell(gateway, "1", **MARTA)
    sell(gateway, "2", name="Márta A.", dui="00016297-5")
    found = owner.get("/c/1/customers/1/merge?search=marta")
    assert "/panel/c/1/customers/1/merge?other=2" in found.text
    assert "other=1" not in found.text


@pytest.mark.parametrize("name", [HOSTILE, RIGHT_TO_LEFT, "Ñ" * 250])
def test_whatever_a_name_says_it_stays_text(gateway: RunningGateway, owner: PanelClient, name: str) -> None:
    sell(gateway, "1", name=name, nit=NIT, address=HOSTILE)
    sell(gateway, "2", name=name, dui="00016297-5")
    for path in ("", "/1", "/1/edit", "/1/forget", "/doubles", "/1/merge", "/1/merge?other=2"):
        shown = owner.get(f"/c/1/customers{path}")
        assert shown.status == 200, path
        assert "<img" not in shown.text


def test_a_reader_changes_nothing(gateway: RunningGateway) -> None:
    sell(gateway, "1", **MARTA)
    reader = person_at(gateway, email="lee@example.com", role="reader")
    shown = reader.get("/c/1/customers/1")
    assert "marta@example.com" in shown.words
    for path in ("edit", "value", "forget", "merge"):
        assert f"/customers/1/{path}" not in shown.text
        assert reader.post(f"/c/1/customers/1/{path}", {"field": "email"}).status == 403


def test_a_cashier_sees_the_documents_of_their_points_of_sale_alone(gateway: RunningGateway) -> None:
    sold = sell(gateway, "1", **MARTA)
    here = person_at(gateway, email="aqui@example.com", role="cashier", points=["M001P001"])
    elsewhere = person_at(gateway, email="alla@example.com", role="cashier", points=["M001P009"])
    assert sold["control_number"] in here.get("/c/1/customers/1").words
    assert sold["control_number"] not in elsewhere.get("/c/1/customers/1").words


def test_customers_of_another_company_are_not_there(gateway: RunningGateway, owner: PanelClient) -> None:
    other = gateway.another_company()
    gateway.post("/invoice", invoice("1", customer=MARTA), key=other)
    sell(gateway, "1", name="Propia", dui="00016297-5")
    for company in (1, 2):
        for page in ("", "/edit", "/forget", "/merge", "/merge?other=2"):
            assert owner.get(f"/c/{company}/customers/1{page}").status == 404
    assert owner.post("/c/1/customers/1/forget", {"seen": "x"}).status == 404
    assert owner.get("/c/1/customers/2/merge?other=1").status == 404
    assert "Marta" not in owner.get("/c/1/customers").words
    assert owner.get(f"/c/1/customers/{2**80}").status == 404


def test_a_cashier_of_one_till_learns_nothing_of_the_documents_of_others_before_forgetting(
    gateway: RunningGateway,
) -> None:
    sell(gateway, "1", **MARTA)
    cashier = person_at(gateway, email="otracaja@example.com", role="cashier", points=["M001P009"])
    asked = cashier.get("/c/1/customers/1/forget")
    assert "No tiene documentos en sus puntos de venta" in asked.words
    assert "1 documento" not in asked.words
