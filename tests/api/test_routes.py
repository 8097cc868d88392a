"""Issuing, querying and downloading over HTTP (contract 7, 8, 12, 16)."""

import json
from urllib.parse import quote

import pytest

from ocote.documents.view import DeliveredFile, SignedDocument
from tests.api.client import Client, client_of
from tests.api.twin import KEY, OTHER_KEY, TwinGateway, document

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}
INVOICE = {"external_ref": "POS7-000915", "lines": [LINE]}
PDF = DeliveredFile(b"%PDF-1.7", "application/pdf", "DTE-01-M002P003-000000000000458.pdf")
JSON = DeliveredFile(b'{"selloRecibido":"S"}', "application/json", "0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8.json")


@pytest.fixture
def gateway() -> TwinGateway:
    return TwinGateway(files={"invoice": PDF, "json": JSON})


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


class TestPostInvoice:
    async def test_answers_200_with_the_envelope(self, client: Client) -> None:
        reply = await client.post("/api/connect/invoice", INVOICE)

        assert reply.status == 200
        assert reply.json["external_ref"] == "POS7-000915"
        assert reply.json["success"] is True

    async def test_twice_is_one_document(self, client: Client, gateway: TwinGateway) -> None:
        first = await client.post("/api/connect/invoice", INVOICE)
        second = await client.post("/api/connect/invoice", INVOICE)
        third = await client.post("/api/connect/invoice", INVOICE | {"lines": [LINE, LINE]})

        assert second.json == first.json | {"is_duplicate": True}
        assert third.json == first.json | {"is_duplicate": True, "content_differs": True}

    async def test_takes_an_idempotency_key_for_a_missing_reference(self, client: Client) -> None:
        reply = await client.post("/api/connect/invoice", {"lines": [LINE]}, idempotency_key="K-1")

        assert reply.json["external_ref"] == "K-1"

    @pytest.mark.parametrize("flag", ["1", "true", "TRUE"])
    async def test_a_dry_run_stores_nothing(self, client: Client, gateway: TwinGateway, flag: str) -> None:
        reply = await client.post(f"/api/connect/invoice?dry_run={flag}", INVOICE)

        assert reply.status == 200
        assert reply.json["dry_run"] is True
        assert reply.json["schema"]["identificacion"] == {"tipoDte": "01"}
        assert gateway.requests == []

    async def test_a_doubtful_dry_run_is_refused_instead_of_issued(self, client: Client, gateway: TwinGateway) -> None:
        reply = await client.post("/api/connect/invoice?dry_run=yes", INVOICE)

        assert (reply.status, reply.code) == (400, "query_value_unknown")
        assert gateway.requests == []

    async def test_tells_every_fault(self, client: Client, gateway: TwinGateway) -> None:
        reply = await client.post("/api/connect/invoice", {"lines": [LINE | {"quantity": 0, "unit_price": "$5"}]})

        assert reply.status == 400
        assert (
            reply.json
            == {
                "detail": "Solicitud invalida: lines[0].quantity debe ser mayor que cero",
                "code": "line_quantity_not_positive",
                "errors": [
                    {
                        "field": "lines[0].quantity",
                        "message": "debe ser mayor que cero",
                        "code": "line_quantity_not_positive",
                    },
                    {
                        "field": "lines[0].unit_price",
                        "message": "debe ser un número decimal simple, sin moneda, separadores de miles ni exponente; "
                        "escriba 5",
                        "code": "number_not_plain",
                    },
                ],
            }
            or reply.json["errors"][0]["field"] == "lines[0].unit_price"
        )
        assert gateway.requests == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"{", "body_not_json"),
            (b"", "body_empty"),
            (b"[]", "body_not_object"),
            (b'{"lines": [], "lines": []}', "body_duplicate_key"),
            (b'{"lines": NaN}', "body_number_not_finite"),
            (b'{"customer_name": "\xff"}', "body_not_utf8"),
            (rb'{"customer_name": "\ud800"}', "body_lone_surrogate"),
            (b'{"a":' * 100, "body_too_deep"),
            (b" " * (5 * 1024 * 1024), "body_too_large"),
        ],
    )
    async def test_refuses_a_broken_body(self, client: Client, body: bytes, code: str) -> None:
        reply = await client.post("/api/connect/invoice", body)

        assert (reply.status, reply.code) == (400, code)
        assert reply.detail.startswith("Solicitud invalida: ")

    async def test_refuses_another_content_type(self, client: Client) -> None:
        body = json.dumps(INVOICE).encode()

        for content_type in ("text/plain", "application/xml", ""):
            reply = await client.post("/api/connect/invoice", body, **{"content-type": content_type})
            assert (reply.status, reply.code) == (400, "content_type_not_json")


class TestGetStatus:
    @pytest.mark.parametrize(
        "reference",
        ["POS7-000915", "caja 7/915", "100%", "50%25", "ñandú ¿?", "a&b=c#d", "%2F", "../../health/live", "a+b", '"x"'],
    )
    async def test_finds_any_reference_that_is_percent_encoded(self, client: Client, reference: str) -> None:
        await client.post("/api/connect/invoice", {"external_ref": reference, "lines": [LINE]})

        reply = await client.get(f"/api/connect/status/{quote(reference, safe='')}")

        assert reply.status == 200
        assert reply.json["external_ref"] == reference

    async def test_takes_identifier_reference_and_control_number(self, client: Client, gateway: TwinGateway) -> None:
        gateway.kept[1, "POS7-000915"] = document()

        for name in (document().id, document().external_ref, document().control_number):
            assert (await client.get(f"/api/connect/status/{name}")).json["document_id"] == document().id

    @pytest.mark.parametrize("name", ["unknown", "x" * 101, "x" * 5000, "a%00b", "a%0Ab", "%7F"])
    async def test_does_not_find_what_no_document_has(self, client: Client, name: str) -> None:
        reply = await client.get(f"/api/connect/status/{name}")

        assert (reply.status, reply.code) == (404, "document_not_found")

    @pytest.mark.parametrize("name", ["100%", "%zz", "%2", "%ff", "%c3%28"])
    async def test_refuses_a_path_that_is_not_percent_encoded_utf8(self, client: Client, name: str) -> None:
        reply = await client.get(f"/api/connect/status/{name}")

        assert (reply.status, reply.code) == (400, "path_malformed")

    @pytest.mark.parametrize("name", ["", "%20", "%20%20"])
    async def test_refuses_an_empty_reference(self, client: Client, name: str) -> None:
        reply = await client.get(f"/api/connect/status/{name}")

        assert (reply.status, reply.code) == (400, "field_empty")

    async def test_a_purchase_is_not_found_here(self, client: Client, gateway: TwinGateway) -> None:
        gateway.kept[1, "COMPRA-1"] = document(external_ref="COMPRA-1", family="suex", doc_type="14")

        assert (await client.get("/api/connect/status/COMPRA-1")).status == 404

    async def test_includes_the_dte_on_demand(self, client: Client, gateway: TwinGateway) -> None:
        gateway.kept[1, "A"] = document()
        gateway.signed_as = SignedDocument(b'{"resumen":{}}', '{"estado":"PROCESADO"}')

        assert "schema" not in (await client.get("/api/connect/status/A?include_dte=0")).json
        reply = await client.get("/api/connect/status/A?include_dte=1")

        assert reply.json["schema"] == {"resumen": {}}
        assert reply.json["response"] == {"estado": "PROCESADO"}


class TestGetFile:
    @pytest.fixture(autouse=True)
    def _a_document(self, gateway: TwinGateway) -> None:
        gateway.kept[1, "A"] = document()

    async def test_is_sent_inline_and_never_cached(self, client: Client) -> None:
        reply = await client.get("/api/connect/file/A?type=invoice")

        assert (reply.status, reply.body) == (200, b"%PDF-1.7")
        assert reply.headers["content-type"] == "application/pdf"
        assert reply.headers["content-disposition"] == 'inline; filename="DTE-01-M002P003-000000000000458.pdf"'
        assert reply.headers["cache-control"] == "private, no-store"
        assert "deprecation" not in reply.headers

    async def test_json_has_its_own_type_and_name(self, client: Client) -> None:
        reply = await client.get("/api/connect/file/A?type=json")

        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["content-disposition"].endswith('.json"')

    @pytest.mark.parametrize(
        ("query", "code"),
        [("", "file_type_missing"), ("?type=", "file_type_missing"), ("?type=xml", "query_value_unknown")],
    )
    async def test_needs_a_known_type(self, client: Client, query: str, code: str) -> None:
        reply = await client.get(f"/api/connect/file/A{query}")

        assert (reply.status, reply.code) == (400, code)

    async def test_that_does_not_exist_yet_is_409_and_of_nobody_404(self, client: Client) -> None:
        assert (await client.get("/api/connect/file/A?type=ticket")).code == "file_not_yet_available"
        assert (await client.get("/api/connect/file/B?type=json")).code == "document_not_found"

    async def test_takes_the_key_in_the_url_and_says_it_is_deprecated(self, gateway: TwinGateway) -> None:
        reply = await client_of(gateway, key=None).get(f"/api/connect/file/A?type=json&key={KEY}")

        assert reply.status == 200
        assert reply.headers["deprecation"] == "true"

    async def test_a_wrong_key_in_the_url_is_401(self, gateway: TwinGateway) -> None:
        client = client_of(gateway, key=None)

        assert (await client.get(f"/api/connect/file/A?type=json&key={OTHER_KEY}")).code == "key_unknown"
        assert (await client.get("/api/connect/file/A?type=json&key=odt_1")).code == "key_malformed"
        assert (await client.get("/api/connect/file/A?type=json")).code == "key_missing"

    async def test_the_header_wins_over_the_url(self, gateway: TwinGateway) -> None:
        wrong_in_url = await client_of(gateway).get(f"/api/connect/file/A?type=json&key={OTHER_KEY}")
        wrong_in_header = await client_of(gateway, key=OTHER_KEY).get(f"/api/connect/file/A?type=json&key={KEY}")

        assert wrong_in_url.status == 200
        assert "deprecation" not in wrong_in_url.headers
        assert wrong_in_header.status == 401
