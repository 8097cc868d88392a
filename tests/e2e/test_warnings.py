"""Nothing of a request is ignored in silence, and in strict handling nothing is ignored at all (D2, RFC 7240)."""

from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.builders.bodies import ccf, invoice, note, purchase
from tests.running_gateway import Reply, RunningGateway

STRICT = {"Prefer": "handling=strict"}
LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}


def warned(answer: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["field"]) for each in answer.get("warnings", [])]


def faults(reply: Reply) -> list[tuple[str, str]]:
    assert reply.status == 400, reply.content
    return [(each["code"], each["field"]) for each in reply.json()["errors"]]


def test_an_invoice_with_a_wrong_name_says_which_was_meant(either_gateway: RunningGateway) -> None:
    body = invoice("A-1", lines=[LINE | {"discount": 5}], externalRef="A-1")

    for answer in (either_gateway.post("/invoice?dry_run=1", body), either_gateway.post("/invoice", body)):
        assert warned(answer) == [("field_ignored", "externalRef"), ("field_ignored", "lines[0].discount")]
        assert "«discount_percentage»" in answer["warnings"][1]["message"]
    assert either_gateway.get("/status/A-1")["dte_success"] is True


def test_every_call_that_acts_names_what_it_ignores(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("C-1"))
    gateway.post("/invoice", invoice("A-1"))
    asked = {
        "/credit-memo": note("C-1", "N-1", "11.30") | {"motivo": "x"},
        "/suex": purchase("P-1") | {"motivo": "x"},
        "/invalidate/A-1": {"motivo": "x"},
        "/documents/C-1/link": {"motivo": "x"},
    }

    for path, body in asked.items():
        of_the_request, *of_the_document = warned(gateway.post(path, body))
        assert of_the_request == ("field_ignored", "motivo"), path
        assert "field_ignored" not in dict(of_the_document), path


def test_what_is_ignored_is_told_every_time_and_what_was_filled_in_by_the_issuing_call(
    either_gateway: RunningGateway,
) -> None:
    someone = {"name": "Marta Alvarenga", "nit": "0614-020126-001-5"}
    either_gateway.post("/invoice", invoice("A-1", customer={**someone, "phone": "2222-0000"}))
    body = invoice("A-2", customer={**someone, "department": "05", "municipality": "28"}, color="rojo")
    of_request = [("parameter_ignored", "size"), ("field_ignored", "color")]
    of_document = [
        ("buyer_field_filled", "customer.district"),
        ("buyer_field_filled", "customer.address"),
        ("remembered", "customer.phone"),
    ]

    for path in ("/invoice?size=1&dry_run=1", "/invoice?size=1"):
        assert warned(either_gateway.post(path, body)) == of_request + of_document
    for path in ("/invoice?size=1", "/invoice?size=1&dry_run=1", "/invoice?size=1"):
        repeated = either_gateway.post(path, body)
        assert (repeated["is_duplicate"], warned(repeated)) == (True, of_request)


def test_a_parameter_that_is_ignored_is_named(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("A-1"))

    assert warned(gateway.post("/invoice?color=rojo", invoice("A-1"))) == [("parameter_ignored", "color")]
    assert "«limit»" in gateway.get("/documents?limite=5")["warnings"][0]["message"]
    assert warned(gateway.get("/documents?limit=5&limit=6")) == [("parameter_ignored", "limit")]
    for path in ("/status/A-1?dte=1", "/invalidate/status/A-1?dte=1", "/documents/A-1/email?dte=1"):
        assert warned(gateway.get(path)) == [("parameter_ignored", "dte")], path
    assert "warnings" not in gateway.get("/status/A-1?include_dte=1")
    assert isinstance(gateway.get("/catalogs/departments?q=santa"), list)


@pytest.mark.parametrize("parameter", ["dryrun=1", "dry-run=true", "dryRun", "simular=1", "preview=0", "preview_only"])
def test_a_trial_whose_parameter_is_misspelled_never_becomes_a_document(
    gateway: RunningGateway, parameter: str
) -> None:
    for path, body in {"/invoice": invoice("A-1"), "/suex": purchase("P-1")}.items():
        reply = gateway.request("POST", f"{path}?{parameter}", body)
        assert faults(reply) == [("dry_run_misspelled", parameter.partition("=")[0])]
    assert gateway.get("/documents")["documents"] == []


@pytest.mark.parametrize("name", ["dry_run", "dryRun", "dryrun", "simular"])
def test_a_trial_that_the_body_asks_for_never_becomes_a_document(either_gateway: RunningGateway, name: str) -> None:
    issuing = {"/invoice": invoice("A-1"), "/credit-memo": note("C-1", "N-1", "11.30"), "/suex": purchase("P-1")}
    either_gateway.post("/invoice", ccf("C-1"))

    for yes in (True, 1, "true", "1", "Sí"):
        for path, body in issuing.items():
            assert faults(either_gateway.request("POST", path, body | {name: yes})) == [("dry_run_misspelled", name)]
    assert [each["external_ref"] for each in either_gateway.get("/documents")["documents"]] == ["C-1"]
    for path, body in issuing.items():
        answer = either_gateway.post(path, body | {name: False})
        assert ("field_ignored", name) in warned(answer)
        assert answer["control_number"].endswith("000001"), "the trials have used a number"


def test_a_trial_that_the_body_asks_for_does_nothing_in_calls_without_a_dry_run(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("A-1"))
    gateway.post("/suex", purchase("P-1"))
    link = gateway.get("/status/A-1")["public_url"]

    for path in ("/invalidate/A-1", "/invalidate/suex/P-1", "/documents/A-1/email", "/documents/A-1/link"):
        refused = gateway.request("POST", path, {"dry_run": True})
        assert faults(refused) == [("dry_run_misspelled", "dry_run")]
        assert "?dry_run=true en el URL, y solo al emitir" in refused.json()["detail"]
    assert [gateway.get(path)["invalidated"] for path in ("/status/A-1", "/suex/status/P-1")] == [False, False]
    assert gateway.get("/status/A-1")["public_url"] == link


def test_a_trial_in_the_body_is_one_of_all_faults_and_stands_at_the_top_alone(gateway: RunningGateway) -> None:
    wrong = {"dry_run": True, "color": "rojo", "lines": [LINE | {"quantity": 0, "test": True}]}

    refused = gateway.request("POST", "/invoice", wrong)

    assert faults(refused) == [("dry_run_misspelled", "dry_run"), ("line_quantity_not_positive", "lines[0].quantity")]
    assert warned(refused.json()) == [("field_ignored", "color"), ("field_ignored", "lines[0].test")]
    many = {f"extra_{number}": "x" for number in range(100)}
    assert faults(gateway.request("POST", "/invoice", invoice() | many | {"dry_run": True})) == [
        ("dry_run_misspelled", "dry_run")
    ]


def test_a_search_under_two_names_says_in_strict_handling_which_of_them_counts(gateway: RunningGateway) -> None:
    search = "/catalogs/districts/search?search=santa%20tecla"

    refused = gateway.request("GET", f"{search}&q=sonsonate", headers=STRICT)
    assert faults(refused) == [("parameter_not_taken", "q")]
    assert "cuenta search" in refused.json()["detail"]
    for url, headers in ((f"{search}&q=sonsonate", {}), (f"{search}&q=santa+tecla", STRICT), (f"{search}&q=", STRICT)):
        reply = gateway.request("GET", url, headers=headers)
        assert [each["name"] for each in reply.json()] == ["SANTA TECLA"], url
    short = gateway.request("GET", "/catalogs/districts/search?search=s&q=sonsonate")
    assert (faults(short), warned(short.json())) == ([("search_too_short", "search")], [("parameter_ignored", "q")])


@pytest.mark.parametrize("catalog", ["activities", "departments", "payment-methods"])
def test_a_search_under_q_says_in_strict_handling_that_search_was_meant(gateway: RunningGateway, catalog: str) -> None:
    refused = gateway.request("GET", f"/catalogs/{catalog}?q=pan", headers=STRICT)

    assert faults(refused) == [("parameter_not_taken", "q")]
    assert "¿quiso decir «search»?" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("/documents?customer=caf%E9", ["customer"]),
        ("/documents?customer=%zz&limit=5", ["customer"]),
        ("/documents?customer=100%", ["customer"]),
        ("/documents?customer=%C3=%A1", ["customer"]),
        ("/documents?customer=%E9&state=%E9", ["customer", "state"]),
        ("/documents/export?format=csv%E9", ["format"]),
        ("/books?month=%E9", ["month"]),
        ("/status/A-1?include_dte=%E9", ["include_dte"]),
        ("/invalidate/status/A-1?color=%E9", ["color"]),
        ("/catalogs/activities?search=%E9", ["search"]),
        ("/catalogs/districts/search?search=usulut%E1n", ["search"]),
        ("/catalogs/districts/search?q=usulut%E1n", ["q"]),
    ],
)
def test_a_parameter_that_is_wrongly_encoded_is_refused(gateway: RunningGateway, url: str, names: list[str]) -> None:
    for headers in ({}, STRICT):
        refused = gateway.request("GET", url, headers=headers)
        assert faults(refused) == [("path_malformed", name) for name in names]
        assert "á es %C3%A1" in refused.json()["detail"]


def test_a_trial_that_is_wrongly_encoded_never_becomes_a_document(gateway: RunningGateway) -> None:
    for parameter, name in (("dry_run=%E9", "dry_run"), ("dry_run%E9=1", "dry_run\ufffd")):
        refused = gateway.request("POST", f"/invoice?{parameter}", invoice("A-1"))
        assert faults(refused) == [("path_malformed", name)]
    assert gateway.get("/documents")["documents"] == []


def test_a_parameter_may_be_encoded_in_every_right_way(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("A-1", customer_name="Café 100% & Ñandú"))

    for name in ("Caf%c3%a9+100%25+%26+%C3%91and%C3%BA", quote("Café 100% & Ñandú")):
        assert len(gateway.get(f"/documents?&customer={name}&")["documents"]) == 1
    [district] = gateway.get("/catalogs/districts/search?search=santiago+de+mar%C3%ADa")
    assert district["name"] == "SANTIAGO DE MARÍA"


def test_a_request_that_is_refused_names_what_would_be_ignored(gateway: RunningGateway) -> None:
    spanish = {"cliente": {"nombre": "Ana"}, "lineas": [{"precio": 1}], "referencia": "A-1"}
    refused = gateway.request("POST", "/invoice", spanish)

    assert faults(refused) == [("field_required", "lines")]
    assert warned(refused.json()) == [("field_ignored", name) for name in spanish]
    assert "«external_ref»" in refused.json()["warnings"][2]["message"]
    month = gateway.request("GET", "/books?mes=2026-06")
    assert faults(month) == [("field_required", "month")]
    assert "«month»" in month.json()["warnings"][0]["message"]
    nobody = gateway.request("GET", "/status/A-1?dte=1")
    assert (nobody.status, warned(nobody.json())) == (404, [("parameter_ignored", "dte")])
    assert "warnings" not in gateway.request("POST", "/invoice", {}).json()


class TestStrictHandling:
    def test_refuses_what_would_be_ignored_before_anything_is_numbered(self, either_gateway: RunningGateway) -> None:
        body = invoice("A-1", lines=[LINE | {"price": 5, "quantity": 0}], color="rojo", country="DE")

        reply = either_gateway.request("POST", "/invoice", body, headers=STRICT)

        assert faults(reply) == [
            ("line_quantity_not_positive", "lines[0].quantity"),
            ("field_not_taken", "color"),
            ("field_not_taken", "country"),
            ("field_not_taken", "lines[0].price"),
        ]
        assert reply.headers["preference-applied"] == "handling=strict"
        assert either_gateway.request("GET", "/status/A-1").status == 404
        assert either_gateway.post("/invoice", invoice("A-2"))["control_number"].endswith("000001")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/invoice"),
            ("POST", "/credit-memo"),
            ("POST", "/suex"),
            ("GET", "/status/A"),
            ("GET", "/credit-memo/status/A"),
            ("GET", "/suex/status/A"),
            ("POST", "/invalidate/A"),
            ("POST", "/invalidate/suex/A"),
            ("GET", "/invalidate/status/A"),
            ("GET", "/invalidate/suex/status/A"),
            ("GET", "/file/A"),
            ("GET", "/documents"),
            ("GET", "/documents/export"),
            ("GET", "/books"),
            ("GET", "/documents/A/email"),
            ("POST", "/documents/A/email"),
            ("POST", "/documents/A/link"),
            ("GET", "/catalogs/activities"),
            ("GET", "/catalogs/departments"),
            ("GET", "/catalogs/districts/search"),
            ("GET", "/catalogs/payment-methods"),
        ],
    )
    def test_refuses_an_unknown_parameter_everywhere(self, gateway: RunningGateway, method: str, path: str) -> None:
        body: dict[str, Any] | None = {} if method == "POST" else None

        reply = gateway.request(method, f"{path}?limite=5", body, headers=STRICT)

        assert faults(reply) == [("parameter_not_taken", "limite")]
        assert reply.headers["preference-applied"] == "handling=strict"

    def test_refuses_the_fields_of_calls_that_act(self, gateway: RunningGateway) -> None:
        gateway.post("/invoice", invoice("A-1"))

        for path in ("/invalidate/A-1", "/documents/A-1/email", "/documents/A-1/link"):
            assert faults(gateway.request("POST", path, {"motivo": 1}, headers=STRICT)) == [
                ("field_not_taken", "motivo")
            ]
        assert gateway.get("/status/A-1")["invalidated"] is False

    def test_lets_a_request_pass_that_has_nothing_to_ignore(self, gateway: RunningGateway) -> None:
        reply = gateway.request("POST", "/invoice?dry_run=1", invoice("A-1"), headers=STRICT)

        assert (reply.status, reply.headers["preference-applied"]) == (200, "handling=strict")
        assert "preference-applied" not in gateway.request("POST", "/invoice", invoice("A-1")).headers

    def test_is_asked_for_by_any_of_several_headers(self, gateway: RunningGateway) -> None:
        parts = urlsplit(gateway.url)
        connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        try:
            connection.putrequest("GET", "/api/connect/documents?limite=5")
            connection.putheader("Authorization", f"Bearer {gateway.key}")
            for preference in ("handling=strict", "respond-async"):
                connection.putheader("Prefer", preference)
            connection.endheaders()
            assert connection.getresponse().status == 400
        finally:
            connection.close()


class TestCharactersThatNobodySees:
    def test_are_taken_out_of_texts_with_a_warning(self, either_gateway: RunningGateway) -> None:
        body = invoice(
            "A-1",
            lines=[LINE | {"description": "\ufeffRes\u00adma\u200b"}],
            customer={"name": "Ana\u2060 Ramos", "email": "ana\u200b@example.com"},
        )

        answer = either_gateway.post("/invoice", body)

        assert warned(answer) == [
            ("invisible_removed", "lines[0].description"),
            ("invisible_removed", "customer.name"),
            ("invisible_removed", "customer.email"),
        ]
        assert "U+FEFF, U+00AD, U+200B" in answer["warnings"][0]["message"]
        said = either_gateway.get("/status/A-1?include_dte=1")["schema"]
        assert said["cuerpoDocumento"][0]["descripcion"] == "Resma"
        assert (said["receptor"]["nombre"], said["receptor"]["correo"]) == ("Ana Ramos", "ana@example.com")

    def test_are_refused_in_strict_handling(self, gateway: RunningGateway) -> None:
        body = invoice("A-1", customer_name="Ana\u200b Ramos")

        assert faults(gateway.request("POST", "/invoice", body, headers=STRICT)) == [
            ("text_invisible_character", "customer_name")
        ]

    def test_make_no_second_document_of_one_reference(self, gateway: RunningGateway) -> None:
        first = gateway.post("/invoice", invoice("Pedido-1"))

        for reference in ("Pedido\u200b-1", "\ufeffPedido-1", "Pedido-1\u3164"):
            assert faults(gateway.request("POST", "/invoice", invoice(reference))) == [
                ("text_invisible_character", "external_ref")
            ]
            assert gateway.request("GET", f"/status/{quote(reference)}").status == 404
            key = {"Idempotency-Key": reference.encode().decode("latin-1")}
            assert faults(gateway.request("POST", "/invoice", invoice(), headers=key)) == [
                ("text_invisible_character", "Idempotency-Key")
            ]
        assert [each["document_id"] for each in gateway.get("/documents")["documents"]] == [first["document_id"]]

    def test_nor_do_two_ways_of_writing_an_accent(self, gateway: RunningGateway) -> None:
        gateway.post("/invoice", invoice("café 1"))

        for reference in ("cafe\u0301 1", "café\u00a01"):
            assert faults(gateway.request("POST", "/invoice", invoice(reference))) == [
                ("reference_lookalike", "external_ref")
            ]


def test_a_district_is_known_by_its_name(either_gateway: RunningGateway) -> None:
    def place_of(reference: str, district: str) -> Any:
        customer = {"name": "Ana Ramos", "dui": "00016297-5", "district": district, "address": "Calle 1, casa 2"}
        either_gateway.post("/invoice", invoice(reference, customer=customer), headers=STRICT)
        return either_gateway.get(f"/status/{reference}?include_dte=1")["schema"]["receptor"]["direccion"]

    assert place_of("A-1", "santa tecla") == place_of("A-2", "0511")
    assert place_of("A-1", "santa tecla")["departamento"] == "05"
