"""Where a buyer is, when the request says it in part (contract D13; docs/decisions/0003)."""

from typing import Any

import pytest

from tests.builders.bodies import ccf, invoice
from tests.e2e.written import assert_official, signed
from tests.running_gateway import RunningGateway

BUYER = {"name": "Marta Alvarenga", "dui": "00016297-5"}


def address(gateway: RunningGateway, body: dict[str, Any]) -> Any:
    """What the signed document says of where its buyer is, after MH's schema has taken it."""
    answer = gateway.post("/invoice", body)
    assert answer["dte_success"] is True, answer
    said = signed(gateway, answer)
    assert_official(said)
    return said["receptor"]["direccion"]


def district_of(said: dict[str, str]) -> str:
    """v1.x writes the district under the name of the municipality."""
    return said.get("distrito", said["municipio"])


def test_an_invoices_buyer_without_a_street_is_in_the_district(either_gateway: RunningGateway) -> None:
    place = {"department": "05", "municipality": "28", "district": "11"}
    said = address(either_gateway, invoice("caja-1", customer={**BUYER, **place}))
    assert (said["departamento"], district_of(said), said["complemento"]) == ("05", "11", "Santa Tecla")


def test_an_invoices_street_without_a_place_is_no_address(either_gateway: RunningGateway) -> None:
    assert address(either_gateway, invoice("caja-1", customer={**BUYER, "address": "Calle Arce 1210"})) is None


@pytest.mark.parametrize(
    ("department", "municipality", "district"),
    [("06", "23", "14"), ("02", "15", "10"), ("12", "22", "17"), ("05", "26", "01")],
    ids=["San Salvador", "Santa Ana", "San Miguel", "Antiguo Cuscatlán, the first of La Libertad Este"],
)
def test_a_municipality_alone_means_the_district_it_is_named_after_or_the_first(
    gateway: RunningGateway, department: str, municipality: str, district: str
) -> None:
    body = ccf("caja-1")
    body["customer"] = {**body["customer"], "department": department, "municipality": municipality}
    assert district_of(address(gateway, body)) == district


def test_a_buyer_abroad_has_no_address_in_an_invoice_of_version_one_and_no_voucher(gateway: RunningGateway) -> None:
    abroad = {"department": "00", "municipality": "00", "address": "Ciudad de Guatemala"}
    assert address(gateway, invoice("caja-1", customer={**BUYER, **abroad})) is None
    body = ccf("caja-2")
    reply = gateway.request("POST", "/invoice", {**body, "customer": {**body["customer"], **abroad}})
    assert reply.status == 400
    assert [(one["code"], one["field"]) for one in reply.json()["errors"]] == [
        ("address_abroad", "customer.department")
    ]


def test_a_country_is_an_address_abroad_until_a_place_in_the_country_is_sent(gateway_v2: RunningGateway) -> None:
    def complement(reference: str, **where: str) -> tuple[str, str]:
        said = address(gateway_v2, invoice(reference, customer=BUYER | where))
        return said["departamento"], said["complemento"]

    assert complement("caja-1", district="0614", address="Calle Arce 1210") == ("06", "Calle Arce 1210")
    assert complement("caja-2", country="US") == ("00", "Domicilio en Estados Unidos")
    assert complement("caja-3") == ("00", "Domicilio en Estados Unidos"), "the record remembers the country"
    assert complement("caja-4", country="GT", address="Zona 10") == ("00", "Zona 10")
    assert complement("caja-5", district="0614") == ("06", "San Salvador")
    assert complement("caja-6") == ("06", "San Salvador"), "the record has forgotten the country"
