"""Export invoices (11), as a client sees them (contract 7.5, D15; arithmetic.md 6)."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bodies import IMPORTER, export
from tests.builders.company import EXPORT_SETTINGS
from tests.e2e.written import assert_official, signed
from tests.running_gateway import NEVER, RunningGateway, running_gateway


@pytest.fixture(params=["v1", "v2"])
def exporter(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company whose file says how it exports, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS) as running:
        yield running


def is_version_two(document: dict[str, Any]) -> bool:
    version: int = document["identificacion"]["version"]
    return version == 3


def test_the_companys_settings_complete_an_export(exporter: RunningGateway) -> None:
    answer = exporter.post("/invoice", export())
    assert answer["dte_success"] is True, answer
    assert answer["control_number"] == "DTE-11-M001P001-000000000000001"
    # 988.00 + freight 120.00 + insurance 18.20, at 0 %: the whole operation is the base (contract 7.5).
    assert [str(answer[f"amount_{name}"]) for name in ("taxable", "vat", "gross", "withheld", "payable")] == [
        "1126.20", "0.00", "1126.20", "0.00", "1126.20",
    ]  # fmt: skip
    said = signed(exporter, answer)
    company, buyer, summary = said["emisor"], said["receptor"], said["resumen"]
    assert (company["tipoItemExpor"], company["recintoFiscal"]) == (1, "01")
    assert (summary["totalGravada"], summary["flete"], summary["seguro"]) == (988, 120, Decimal("18.2"))
    assert summary["montoTotalOperacion"] == summary["totalPagar"] == Decimal("1126.2")
    assert (summary["codIncoterms"], summary["descIncoterms"]) == ("09", "FOB-Libre a bordo")
    assert (buyer["nombre"], buyer["complemento"]) == (IMPORTER["name"], IMPORTER["address"])
    if is_version_two(said):
        assert (company["tipoRegimen"], company["regimen"], buyer["codPais"]) == ("EX-1", "1000.000", "GT")
    else:
        assert (company["regimen"], buyer["codPais"]) == ("EX-1.1000.000", "9483")


def test_a_request_overrides_the_companys_settings(exporter: RunningGateway) -> None:
    more: dict[str, Any] = {
        "country": "US", "customs_office": "02", "regime": "1040.000", "incoterm": "CIF",
        "freight": 0, "insurance": "5.50", "person_type": 1,
    }  # fmt: skip
    answer = exporter.post("/invoice", export(**more))
    assert answer["dte_success"] is True, answer
    assert str(answer["amount_gross"]) == "993.50"
    said = signed(exporter, answer)
    assert said["emisor"]["recintoFiscal"] == "02"
    assert said["emisor"]["regimen"].endswith("1040.000")
    assert said["receptor"]["nombrePais"] == "Estados Unidos"
    assert said["receptor"]["tipoPersona"] == 1
    assert (said["resumen"]["codIncoterms"], said["resumen"]["flete"]) == ("11", 0)
    later = exporter.post("/invoice", export("exp-2"))
    assert str(later["amount_gross"]) == "1126.20", "the override was for one document"


def test_every_regime_finds_its_type(exporter: RunningGateway) -> None:
    for regime, kind in (("1000.000", "EX-1"), ("2100.000", "EX-2"), ("3050.000", "EX-3")):
        answer = exporter.post("/invoice", export(f"exp-{regime}", regime=regime))
        assert answer["dte_success"] is True, answer
        company = signed(exporter, answer)["emisor"]
        if "tipoRegimen" in company:
            assert (company["tipoRegimen"], company["regimen"]) == (kind, regime)
        else:
            assert company["regimen"] == f"{kind}.{regime}"


def test_a_regime_newer_than_version_one_is_written_from_version_two_on(exporter: RunningGateway) -> None:
    reply = exporter.request("POST", "/invoice", export(regime="0000.000"))
    answer = reply.json()
    if reply.status == 400:
        assert [(one["code"], one["field"]) for one in answer["errors"]] == [("export_code_unknown", "export.regime")]
        return
    company = signed(exporter, answer)["emisor"]
    assert (company["tipoRegimen"], company["regimen"]) == ("TA-1", "0000.000")


def test_a_regime_of_another_type_is_refused(exporter: RunningGateway) -> None:
    reply = exporter.request("POST", "/invoice", export(regime="1000.000", regime_type="EX-2"))
    assert reply.status == 400
    assert reply.json()["errors"][0]["code"] == "export_regime_type_mismatch"


def test_services_cross_no_customs_office(exporter: RunningGateway) -> None:
    answer = exporter.post("/invoice", export(item_type=2, country="US", freight=0, insurance=0))
    assert answer["dte_success"] is True, answer
    company = signed(exporter, answer)["emisor"]
    assert (company["tipoItemExpor"], company["recintoFiscal"], company["regimen"]) == (2, None, None)


def test_of_the_companys_terms_a_service_has_only_the_country(exporter: RunningGateway) -> None:
    answer = exporter.post("/invoice", export(item_type=2))
    assert answer["dte_success"] is True, answer
    # 100 × 12.35 less 20 % = 988.00: no freight, no insurance.
    assert [str(answer[f"amount_{name}"]) for name in ("taxable", "vat", "gross", "payable")] == [
        "988.00", "0.00", "988.00", "988.00",
    ]  # fmt: skip
    said = signed(exporter, answer)
    summary = said["resumen"]
    assert [summary[name] for name in ("flete", "seguro", "codIncoterms", "descIncoterms")] == [0, 0, None, None]
    assert said["receptor"]["nombrePais"] == "Guatemala"
    assert_official(said)


def test_a_service_is_billed_the_freight_and_insurance_of_its_own_request(exporter: RunningGateway) -> None:
    answer = exporter.post("/invoice", export(item_type=2, freight=10, insurance="2.50"))
    assert str(answer["amount_gross"]) == "1000.50"
    summary = signed(exporter, answer)["resumen"]
    assert (summary["flete"], summary["seguro"], summary["totalGravada"]) == (10, Decimal("2.5"), 988)


def test_goods_and_services_together_have_the_companys_terms(exporter: RunningGateway) -> None:
    answer = exporter.post("/invoice", export(item_type=3))
    assert str(answer["amount_gross"]) == "1126.20"
    assert signed(exporter, answer)["resumen"]["codIncoterms"] == "09"


def test_terms_of_goods_on_a_service_are_left_out_and_named(exporter: RunningGateway) -> None:
    terms = {"customs_office": "02", "regime": "1040.000", "regime_type": "EX-1", "incoterm": "CIF"}
    answer = exporter.post("/invoice", export(item_type=2, **terms))
    said = signed(exporter, answer)
    assert (said["emisor"]["recintoFiscal"], said["resumen"]["codIncoterms"]) == (None, None)
    left_out = [one["field"] for one in answer["warnings"] if one["code"] == "field_left_out"]
    assert sorted(left_out) == sorted(terms)
    reply = exporter.request(
        "POST", "/invoice", export("exp-2", item_type=2, incoterm="CIF"), headers={"Prefer": "handling=strict"}
    )
    assert ("field_not_in_document", "incoterm") in [(one["code"], one["field"]) for one in reply.json()["errors"]]


def test_a_buyer_without_a_name_can_buy(exporter: RunningGateway) -> None:
    body = export()
    del body["customer"]
    answer = exporter.post("/invoice", body)
    assert answer["dte_success"] is True, answer
    buyer = signed(exporter, answer)["receptor"]
    assert (buyer["nombre"], buyer["tipoDocumento"], buyer["numDocumento"]) == ("Consumidor Final", "37", "S/N")
    assert buyer["complemento"] == "Domicilio en Guatemala"


def test_a_large_taxpayer_withholds_nothing_from_an_export(exporter: RunningGateway) -> None:
    customer = {**IMPORTER, "nit": "06140201260015", "nrc": "2345678", "type_contributor": 3}
    answer = exporter.post("/invoice", export(customer=customer))
    assert answer["dte_success"] is True, answer
    assert str(answer["amount_withheld"]) == "0.00"


def test_every_export_meets_its_official_schema(exporter: RunningGateway) -> None:
    anonymous = export("exp-3")
    del anonymous["customer"]
    for body in (export("exp-1"), export("exp-2", item_type=2), anonymous, export("exp-4", transaction_condition=2)):
        assert_official(signed(exporter, exporter.post("/invoice", body)))


def test_missing_settings_are_named(either_gateway: RunningGateway) -> None:
    reply = either_gateway.request("POST", "/invoice", export())
    assert (reply.status, reply.json()["code"]) == (409, "export_settings_missing")
    assert "country, customs_office, regime, incoterm" in reply.json()["detail"]
    nearly = either_gateway.request("POST", "/invoice", export(country="GT", customs_office="01", incoterm="FOB"))
    assert nearly.json()["detail"].endswith("regime")
    service = either_gateway.request("POST", "/invoice", export(item_type=2))
    assert service.json()["detail"].endswith("country")
    assert either_gateway.request("GET", "/status/exp-1").status == 404


def test_a_request_alone_may_say_everything(either_gateway: RunningGateway) -> None:
    terms = {"country": "GT", "customs_office": "01", "regime": "1000.000", "incoterm": "FOB"}
    answer = either_gateway.post("/invoice", export(**terms))
    assert answer["dte_success"] is True, answer
    assert str(answer["amount_gross"]) == "988.00"
    service = either_gateway.post("/invoice", export("exp-2", item_type=2, country="US"))
    assert service["dte_success"] is True, service


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "ZZ"), ("customs_office", "ZZ"), ("regime", "9"), ("incoterm", "XXX"), ("item_type", 4)],
)
def test_unknown_codes_are_refused_by_name(gateway: RunningGateway, field: str, value: Any) -> None:
    reply = gateway.request("POST", "/invoice", export(**{field: value}))
    assert reply.status == 400
    assert [(fault["field"], fault["code"]) for fault in reply.json()["errors"]] == [(field, "export_code_unknown")]


def test_an_export_has_its_letter_and_its_json_but_no_ticket(exporter: RunningGateway) -> None:
    answer = exporter.post("/invoice", export())
    assert answer["ticket_url"] == ""
    assert exporter.request("GET", "/file/exp-1?type=invoice").content.startswith(b"%PDF-")
    assert exporter.request("GET", "/file/exp-1?type=json").json()["selloRecibido"] == answer["reception_stamp"]
    assert exporter.request("GET", "/file/exp-1?type=ticket").status == 404


def test_a_large_export_in_version_one_needs_the_buyers_email(gateway: RunningGateway) -> None:
    big = [{"description": "Maquinaria", "quantity": 1, "unit_price": 10000}]
    body = export(item_type=2, country="US", lines=big, customer={"name": "Importadora"})
    reply = gateway.request("POST", "/invoice", body)
    assert reply.status == 400
    assert [fault["field"] for fault in reply.json()["errors"]] == ["customer.email"]
    assert gateway.post("/invoice", {**body, "customer": IMPORTER})["dte_success"] is True
