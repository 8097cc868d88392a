"""What faults say: true, with the bounds that hold, and with what to do."""

from pathlib import Path
from typing import Any

import pytest

from ocote.documents.view import Refused
from ocote.dte.faults import Fault, InvalidSale
from tests.api.client import Client, client_of
from tests.api.twin import TwinGateway

API = "/api/connect"
FIRST_STEPS = next((Path(__file__).parents[2] / "docs" / "es").glob("inicio*")).read_text("utf-8")
LINE = {"description": "Resma", "quantity": 1, "unit_price": 1}
INVOICE: dict[str, Any] = {"external_ref": "A", "lines": [LINE]}
TERM = "deadline debe ser 1 (días), 2 (meses) o 3 (años)"
EXPORT = {**INVOICE, "doc_type": "11"}


def in_catalog(field: str, catalog: str, listed: str) -> str:
    where = f"del catálogo {catalog} de MH, en GET /api/connect/catalogs/{listed}"
    return f"{field} no es un código que este campo admita: es {where}"


@pytest.fixture
def gateway() -> TwinGateway:
    return TwinGateway()


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"period": 10_000}, "period debe ser un entero de 1 a 9999"),
        ({"deadline": 30}, f'{TERM}; para 30 días envíe "deadline": 1 y "period": 30'),
        ({"deadline": "30", "period": 1}, f'{TERM}; para 30 días envíe "deadline": 1 y "period": 30'),
        ({"deadline": 0}, TERM),
        ({"deadline": 30.5}, TERM),
        ({"deadline": 10_000}, TERM),
        ({"transaction_condition": "x"}, "transaction_condition debe ser 1 (contado), 2 (crédito) o 3 (otro)"),
        (
            {"customer": {"name": "Ana Ramos", "type_contributor": "grande"}},
            "customer.type_contributor debe ser 1 (pequeño), 2 (mediano), 3 (grande) o 4 (gobierno)",
        ),
        (
            {"doc_type": "11", "country": "XX"},
            in_catalog("country", "CAT-020", "countries"),
        ),
        (
            {"doc_type": "11", "item_type": 4},
            in_catalog("item_type", "CAT-011", "item-types"),
        ),
        (
            {"doc_type": "11", "incoterm": "XXX"},
            in_catalog("incoterm", "CAT-031", "incoterms"),
        ),
    ],
)
async def test_a_field_says_what_it_may_be(client: Client, sent: dict[str, Any], message: str) -> None:
    reply = await client.post(f"{API}/invoice", INVOICE | sent)

    assert (reply.status, reply.detail) == (400, f"Solicitud invalida: {message}")


@pytest.mark.parametrize("field", ["country", "customs_office", "regime_type", "regime", "incoterm", "person_type"])
async def test_the_catalog_that_an_export_code_is_looked_up_in_is_served(client: Client, field: str) -> None:
    reply = await client.post(f"{API}/invoice", EXPORT | {field: "9" if field == "person_type" else "ZZZZ"})

    address = reply.detail.rpartition("GET ")[2]
    assert (await client.get(address)).status == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"payment_method": "efectivo"},
        {"activity_code": "99999"},
        {"customer": {"name": "Ana Ramos", "activity_code": "comercio"}},
        {"customer": {"name": "Ana Ramos", "department": "15", "municipality": "01"}},
        {"customer": {"name": "Ana Ramos", "district": "9999"}},
    ],
)
async def test_a_code_that_does_not_exist_says_where_its_catalog_is(client: Client, sent: dict[str, Any]) -> None:
    reply = await client.post(f"{API}/invoice", INVOICE | sent)

    address = reply.detail.rpartition("GET ")[2].partition(";")[0]
    assert (reply.status, (await client.get(address.replace("…", "san"))).status) == (400, 200)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("date_from=1999-01-01", "date_from debe ser una fecha AAAA-MM-DD que exista, de 2000 a 2199"),
        ("limit=x", "limit debe ser un entero de 1 a 100"),
    ],
)
async def test_a_parameter_says_what_it_may_be(client: Client, query: str, message: str) -> None:
    assert (await client.get(f"{API}/documents?{query}")).detail == f"Solicitud invalida: {message}"


@pytest.mark.parametrize("code", ["line_rounds_to_zero", "line_too_large", "total_too_small", "total_too_large"])
async def test_an_amount_that_cannot_be_comes_with_what_to_do(client: Client, gateway: TwinGateway, code: str) -> None:
    gateway.raises = InvalidSale([Fault(code, "lines", "El monto no cabe.")])

    said = (await client.post(f"{API}/invoice", INVOICE)).json["errors"][0]["message"]

    assert said.startswith("El monto no cabe. ")
    assert said.removeprefix("El monto no cabe. ").startswith(("Corrija ", "Revise "))


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"full_adjustment": True}, "full_adjustment"), ({}, "document_id"), ({"lines": [LINE]}, "lines")],
)
async def test_a_note_that_is_too_large_blames_what_was_sent(
    client: Client, gateway: TwinGateway, sent: dict[str, Any], field: str
) -> None:
    gateway.raises = InvalidSale([Fault("note_exceeds_voucher", "lines", "La nota suma demasiado.")])

    reply = await client.post(f"{API}/credit-memo", {"document_id": "A"} | sent)

    assert (reply.code, reply.json["errors"][0]["field"]) == ("note_exceeds_voucher", field)


async def test_missing_export_settings_may_come_in_the_request(client: Client, gateway: TwinGateway) -> None:
    gateway.raises = Refused("export_settings_missing", missing="country, regime")

    assert (await client.post(f"{API}/invoice", EXPORT)).detail == (
        "Faltan datos de exportación; envíelos en la solicitud o complete la configuración de la empresa: "
        "country, regime"
    )


async def test_a_name_that_is_not_utf8_is_blamed_itself(client: Client) -> None:
    reply = await client.get(f"{API}/catalogs/%ff")

    assert (reply.code, reply.json["errors"][0]["field"]) == ("path_malformed", "name")


async def test_an_idempotency_key_is_the_same_reference_as_in_a_body(client: Client, gateway: TwinGateway) -> None:
    body = {"lines": [LINE]}
    first = await client.post(f"{API}/invoice", body, idempotency_key="PEDIDO-ñ".encode().decode("latin-1"))
    again = await client.post(f"{API}/invoice", body | {"external_ref": "PEDIDO-ñ"})

    assert first.json["external_ref"] == "PEDIDO-ñ"
    assert (again.json["document_id"], again.json["is_duplicate"]) == (first.json["document_id"], True)


async def test_an_idempotency_key_that_is_not_utf8_is_refused(client: Client, gateway: TwinGateway) -> None:
    reply = await client.post(f"{API}/invoice", {"lines": [LINE]}, idempotency_key="PEDIDO-ñ")

    assert (reply.status, reply.code) == (400, "header_not_utf8")
    assert reply.detail == "Solicitud invalida: Idempotency-Key no es UTF-8 válido"
    assert gateway.requests == []


@pytest.mark.parametrize(
    ("field", "most", "words"),
    [
        ("unit_price", 8, "Precios y cantidades tienen ocho decimales como máximo"),
        ("quantity", 8, "Precios y cantidades tienen ocho decimales como máximo"),
        ("discount_amount", 2, "los demás montos, dos"),
    ],
)
async def test_the_first_steps_say_the_decimals_that_a_line_takes(
    client: Client, field: str, most: int, words: str
) -> None:
    statuses = [
        (await client.post(f"{API}/invoice?dry_run=1", {"lines": [LINE | {field: f"1.{'1' * decimals}"}]})).status
        for decimals in (most, most + 1)
    ]

    assert statuses == [200, 400]
    assert words in FIRST_STEPS
