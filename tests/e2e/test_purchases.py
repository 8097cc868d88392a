"""Purchases from excluded subjects (14), as a client sees them (contract 11, D17; arithmetic.md 7)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.bodies import GOODS, ccf, invoice, purchase
from tests.e2e.answers import amounts
from tests.e2e.written import assert_official, signed
from tests.running_gateway import RunningGateway


def test_income_tax_is_withheld_from_services_alone(either_gateway: RunningGateway) -> None:
    answer = either_gateway.post("/suex", purchase())
    assert answer["dte_success"] is True, answer
    assert answer["control_number"] == "DTE-14-M001P001-000000000000001"
    # 200.00 of services and 3.5 × 4.00 = 14.00 of goods; 10 % of 200.00 stays.
    assert amounts(answer) == ["214.00", "0.00", "214.00", "20.00", "194.00"]
    said = signed(either_gateway, answer)
    assert [line["tipoItem"] for line in said["cuerpoDocumento"]] == [2, 1]
    summary = said["resumen"]
    assert (summary["totalCompra"], summary["reteRenta"], summary["totalPagar"]) == (214, 20, 194)
    assert summary["pagos"][0]["montoPago"] == 194


def test_nothing_is_withheld_from_goods(either_gateway: RunningGateway) -> None:
    answer = either_gateway.post("/suex", purchase("compra-1", GOODS))
    assert answer["dte_success"] is True, answer
    assert amounts(answer) == ["14.00", "0.00", "14.00", "0.00", "14.00"]


def test_a_discount_comes_off_before_the_tax(either_gateway: RunningGateway) -> None:
    """3 × 45.50 less 10 % = 122.85; of services 10 % is 12.285, half up 12.29."""
    line = {"description": "Reparación", "quantity": 3, "unit_price": 45.50, "discount_percentage": 10}
    answer = either_gateway.post("/suex", purchase("compra-1", {**line, "is_service": True}))
    assert answer["dte_success"] is True, answer
    assert amounts(answer) == ["122.85", "0.00", "122.85", "12.29", "110.56"]
    assert signed(either_gateway, answer)["resumen"]["totalDescu"] == Decimal("13.65")


@pytest.mark.parametrize(
    ("subject", "kind", "number"),
    [
        ({}, "13", "000162975"),
        ({"dui": None, "nit": "0614-020126-001-5"}, "36", "06140201260015"),
        ({"nit": "0614-020126-001-5"}, "13", "000162975"),
    ],
    ids=["DUI", "NIT", "both"],
)
def test_the_seller_is_known_by_dui_or_else_by_nit(
    either_gateway: RunningGateway, subject: dict[str, Any], kind: str, number: str
) -> None:
    answer = either_gateway.post("/suex", purchase(**subject))
    assert answer["dte_success"] is True, answer
    said = signed(either_gateway, answer)
    seller = said["receptor"] if "receptor" in said else said["sujetoExcluido"]
    assert (seller["tipoDocumento"], seller["numDocumento"]) == (kind, number)


def test_a_seller_without_address_sold_where_the_company_is(either_gateway: RunningGateway) -> None:
    said = signed(either_gateway, either_gateway.post("/suex", purchase()))
    seller = said["receptor"] if "receptor" in said else said["sujetoExcluido"]
    assert seller["direccion"] == said["emisor"]["direccion"]


def test_a_seller_may_say_where_and_what(either_gateway: RunningGateway) -> None:
    more = {
        "department": "11", "municipality": "24", "address": "Barrio El Centro", "email": "marta@example.com",
        "phone": "7000-0000", "activity_code": "74100",
    }  # fmt: skip
    answer = either_gateway.post("/suex", purchase(**more))
    assert answer["dte_success"] is True, answer
    said = signed(either_gateway, answer)
    seller = said["receptor"] if "receptor" in said else said["sujetoExcluido"]
    assert seller["direccion"]["departamento"] == "11"
    assert seller["direccion"]["complemento"] == "Barrio El Centro"
    assert (seller["correo"], seller["telefono"]) == ("marta@example.com", "7000-0000")


def test_every_purchase_meets_its_official_schema(either_gateway: RunningGateway) -> None:
    for body in (
        purchase("compra-1"),
        purchase("compra-2", GOODS),
        purchase("compra-3", dui=None, nit="0614-020126-001-5", email="marta@example.com", phone="7000-0000"),
    ):
        assert_official(signed(either_gateway, either_gateway.post("/suex", body)))


def test_a_seller_without_identity_is_refused(gateway: RunningGateway) -> None:
    for subject, fault in (({"dui": None}, "subject_identity_missing"), ({"dui": "00016297-4"}, "invalid_dui")):
        reply = gateway.request("POST", "/suex", purchase(**subject))
        assert reply.status == 400
        assert reply.json()["errors"][0]["code"] == fault
    assert gateway.request("GET", "/suex/status/compra-1").status == 404


def test_a_seller_whom_the_companys_records_show_to_have_an_nrc_is_refused(gateway: RunningGateway) -> None:
    taxpayer = {"name": "Marta Alvarenga", "nit": "06140201260015", "nrc": "2345678", "dui": "00016297-5"}
    assert gateway.post("/invoice", invoice("caja-1", customer=taxpayer))["dte_success"] is True
    by_nit: dict[str, Any] = {"dui": None, "nit": "06140201260015"}
    for subject, field in (({}, "subject.dui"), (by_nit, "subject.nit")):
        reply = gateway.request("POST", "/suex", purchase(**subject))
        assert reply.status == 400
        (fault,) = reply.json()["errors"]
        assert (fault["code"], fault["field"]) == ("seller_registered", field)
        assert "NRC" in fault["message"]
    assert gateway.request("GET", "/suex/status/compra-1").status == 404
    other = purchase("compra-2", dui=None, nit="0614-010190-002-0")
    assert gateway.post("/suex", other)["dte_success"] is True


def test_a_purchase_and_a_sale_never_answer_on_each_others_routes(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    answer = gateway.post("/suex", purchase())
    for name in ("compra-1", answer["document_id"], answer["control_number"]):
        assert gateway.get(f"/suex/status/{name}")["subject_name"] == "Marta Alvarenga"
        for route in ("/status", "/credit-memo/status", "/invalidate/status"):
            assert gateway.request("GET", f"{route}/{name}").status == 404, route
        assert gateway.request("POST", f"/invalidate/{name}").status == 404
    for route in ("/suex/status/caja-1", "/invalidate/suex/status/caja-1"):
        assert gateway.request("GET", route).status == 404, route
    assert gateway.request("POST", "/invalidate/suex/caja-1").status == 404
    assert gateway.get("/status/caja-1")["invalidated"] is False


def test_a_repeated_purchase_is_the_same_purchase(gateway: RunningGateway) -> None:
    body = purchase(district="0614", address="Calle Arce 1210")
    first = gateway.post("/suex", body)
    sent = gateway.emulator.control.counts()
    assert gateway.post("/suex", body) == {**first, "is_duplicate": True}
    assert gateway.emulator.control.counts() == sent
    for route, other in (("/invoice", ccf("compra-1")), ("/suex", purchase("caja-1"))):
        gateway.post("/invoice", invoice("caja-1"))
        reply = gateway.request("POST", route, other)
        assert (reply.status, reply.json()["code"]) == (409, "reference_of_another_family")


def test_a_refused_purchase_keeps_its_number_when_corrected(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = gateway.post("/suex", purchase())
    assert refused["rejected"] is True
    again = gateway.post("/suex", purchase("compra-1", GOODS))
    assert (again["dte_success"], again["control_number"]) == (True, refused["control_number"])
    assert amounts(again)[-1] == "14.00"


def test_a_purchase_has_its_letter_and_its_json_and_on_request_a_ticket(gateway: RunningGateway) -> None:
    answer = gateway.post("/suex", purchase())
    assert answer["ticket_url"] == ""
    assert gateway.request("GET", "/file/compra-1?type=invoice").content.startswith(b"%PDF-")
    assert gateway.request("GET", "/file/compra-1?type=json").json()["selloRecibido"] == answer["reception_stamp"]
    assert gateway.request("GET", "/file/compra-1?type=ticket").content.startswith(b"%PDF-")


def test_a_dry_run_of_a_purchase_shows_it_and_keeps_nothing(gateway: RunningGateway) -> None:
    preview = gateway.post("/suex?dry_run=1", purchase())
    assert (preview["doc_type"], str(preview["amount_payable"])) == ("14", "194.00")
    assert gateway.request("GET", "/suex/status/compra-1").status == 404
