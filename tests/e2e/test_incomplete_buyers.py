"""A buyer who is not complete, refused on request or by a setting; and a buyer who is the company itself."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders.bodies import GOODS, SERVICE, ccf, export, invoice, note, purchase
from tests.builders.company import EXPORT_SETTINGS, NIT
from tests.commands import Run
from tests.e2e.written import signed
from tests.running_gateway import NEVER, RunningGateway, running_gateway
from tests.waiting import until

STRICT = {"Prefer": "handling=strict"}
BARE = {"name": "Distribuidora Izalco", "nit": "06140201260015", "nrc": "765432", "type_contributor": 1}
CONTACT = {"activity_code": "46900", "district": "0511", "address": "Calle Arce 1210"}


def bare_ccf(reference: str, **more: Any) -> dict[str, Any]:
    """A CCF whose buyer has what the contract requires, and ``more``."""
    return {**ccf(reference), "customer": {**BARE, **more}}


def refused(gateway: RunningGateway, path: str, body: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    """The faults of a request that is a 400, by code and field."""
    reply = gateway.request("POST", path, body, **options)
    assert reply.status == 400, reply.content
    return [(fault["code"], fault["field"]) for fault in reply.json()["errors"]]


def missing(*names: str) -> list[tuple[str, str]]:
    return [("buyer_field_missing", name) for name in names]


def is_v1(gateway: RunningGateway) -> bool:
    version: int = gateway.post("/invoice?dry_run=1", invoice())["schema"]["identificacion"]["version"]
    return version == 1


def test_the_least_that_the_contract_requires_of_a_ccf_is_still_stamped(either_gateway: RunningGateway) -> None:
    answer = either_gateway.post("/invoice", bare_ccf("a"))
    assert answer["dte_success"] is True
    warned = [one["field"] for one in answer["warnings"]]
    email = ["customer.email"] if is_v1(either_gateway) else []
    assert warned == ["customer.activity_code", "customer.district", "customer.address", *email]
    assert "10005 Otros" in answer["warnings"][0]["message"]
    assert "actividad económica del cliente" in answer["warnings"][0]["message"]


def test_strict_handling_refuses_what_would_be_filled_in_and_uses_no_number(either_gateway: RunningGateway) -> None:
    email = ["customer.email"] if is_v1(either_gateway) else []
    fields = missing("customer.activity_code", "customer.district", "customer.address", *email)
    for path in ("/invoice", "/invoice?dry_run=1"):
        assert refused(either_gateway, path, bare_ccf("a"), headers=STRICT) == fields
    assert either_gateway.request("GET", "/status/a").status == 404
    whole = bare_ccf("a", **CONTACT, email="compras@example.com")
    answer = either_gateway.post("/invoice", whole, headers=STRICT)
    assert answer["control_number"].endswith("000001")
    assert "warnings" not in answer


def test_strict_handling_takes_null_where_the_schema_does(gateway_v2: RunningGateway) -> None:
    answer = gateway_v2.post("/invoice", bare_ccf("a", **CONTACT), headers=STRICT)
    assert signed(gateway_v2, answer)["receptor"]["correo"] is None
    assert gateway_v2.request("GET", "/file/a?type=invoice").content.startswith(b"%PDF-")


def test_strict_handling_names_what_a_document_cannot_say(either_gateway: RunningGateway) -> None:
    body = invoice("a", customer={"name": "Marta Alvarenga", "address": "Calle Arce 1210"})
    assert refused(either_gateway, "/invoice", body, headers=STRICT) == [("field_not_in_document", "customer.address")]


def test_strict_handling_lets_the_companys_own_records_complete_a_buyer(either_gateway: RunningGateway) -> None:
    either_gateway.post("/invoice", bare_ccf("a", **CONTACT, email="compras@example.com"))
    answer = either_gateway.post("/invoice", bare_ccf("b"), headers=STRICT)
    assert {one["code"] for one in answer["warnings"]} == {"remembered"}


def test_a_seller_without_an_address_is_refused_in_strict_handling(either_gateway: RunningGateway) -> None:
    assert refused(either_gateway, "/suex", purchase("a"), headers=STRICT) == missing(
        "subject.district", "subject.address"
    )


@pytest.mark.parametrize("edition_from", [NEVER, "2026-01-01"], ids=["v1", "v2"])
def test_a_company_can_have_incomplete_buyers_refused(
    edition_from: str, database_url: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_gateway(database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS) as gateway:
        assert gateway.post("/invoice", bare_ccf("before"))["dte_success"] is True
        for name, value in gateway.environ().items():
            monkeypatch.setenv(name, value)
        file = tmp_path / "empresa.toml"
        file.write_text('incomplete_buyers = "refuse"\n' + file.read_text(encoding="utf-8"), encoding="utf-8")
        assert run("company", "add", str(file)).status == 0
        # PostgreSQL announces the change to the process that serves, which may take a moment.
        until(lambda: gateway.request("POST", "/suex?dry_run=1", purchase("a")).status == 400)
        email = ["customer.email"] if is_v1(gateway) else []
        fields = missing("customer.activity_code", "customer.district", "customer.address", *email)
        other = {"nit": "06140102260013", "nrc": "765431"}
        assert refused(gateway, "/invoice", bare_ccf("a", **other)) == fields
        assert gateway.request("GET", "/status/a").status == 404
        assert refused(gateway, "/suex", purchase("a")) == missing("subject.district", "subject.address")
        foreign = {"customer": {"name": "Importadora de Guatemala"}}
        assert refused(gateway, "/invoice", export("a", **foreign)) == missing(
            "customer.activity_code", "customer.address", "person_type"
        )
        # What is left out is not filled in; what the schema takes as null is complete; a note repeats its CCF.
        street = {"name": "Marta Alvarenga", "address": "Calle Arce 1210"}
        assert gateway.post("/invoice", invoice("b", customer=street))["dte_success"] is True
        assert gateway.post("/credit-memo", note("before", "c"))["dte_success"] is True


def test_a_note_of_version_one_completes_the_buyer_of_a_ccf_of_version_two(database_url: str, tmp_path: Path) -> None:
    exceptions = {"05": "v1"}
    with running_gateway(database_url, tmp_path, edition_from="2026-01-01", editions=exceptions) as gateway:
        gateway.post("/invoice", bare_ccf("a", **CONTACT))
        answer = gateway.post("/credit-memo", note("a", "b"))
        assert answer["dte_success"] is True
        assert signed(gateway, answer)["receptor"]["correo"] == "facturas@example.com"
        assert [(one["code"], one["field"]) for one in answer["warnings"]] == [("buyer_field_filled", "customer.email")]


@pytest.mark.parametrize(
    ("numbers", "fields"),
    [
        ({"nit": NIT}, ["nit"]),
        ({"nit": "0614-010126-001-7"}, ["nit"]),
        ({"nrc": "123456-7"}, ["nrc"]),
        ({"nrc": "01234567"}, ["nrc"]),
        ({"nit": NIT, "nrc": "1234567"}, ["nit", "nrc"]),
    ],
)
def test_a_company_cannot_make_a_ccf_for_itself(
    either_gateway: RunningGateway, numbers: dict[str, str], fields: list[str]
) -> None:
    expected = [("party_is_issuer", f"customer.{name}") for name in fields]
    assert refused(either_gateway, "/invoice", bare_ccf("a", **numbers)) == expected
    assert either_gateway.request("GET", "/status/a").status == 404


def test_a_company_cannot_buy_from_itself(either_gateway: RunningGateway) -> None:
    body = purchase("a", GOODS, SERVICE, dui=None, nit=NIT)
    assert refused(either_gateway, "/suex", body) == [("party_is_issuer", "subject.nit")]


def test_a_company_may_make_an_invoice_for_what_it_takes_itself(either_gateway: RunningGateway) -> None:
    own = {"name": "Café de Prueba, S.A. de C.V.", "nit": NIT}
    assert either_gateway.post("/invoice", invoice("a", customer=own))["dte_success"] is True
