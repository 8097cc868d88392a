"""What a document says when the request is silent, and what the answer says of it: one row of docs/api.md each."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import local_date
from ocote.dte.dui import dui_check_digit
from ocote.dte.faults import InvalidIdentifier
from ocote.dte.nit import parse_nit
from tests.builders.bodies import GOODS, IMPORTER, ccf, export, invoice, note, purchase
from tests.builders.company import EXPORT_SETTINGS
from tests.databases import Databases
from tests.e2e.written import assert_official, signed
from tests.running_gateway import NEVER, RunningGateway, running_gateway

FILLED, LEFT_OUT, REMEMBERED, SETTING = "buyer_field_filled", "field_left_out", "remembered", "company_setting_used"
PLACE = {"department": "05", "municipality": "28", "district": "11"}
CONTACT = {"activity_code": "46900", **PLACE, "address": "Calle Arce 1210", "email": "compras@example.com"}
NUMBERLESS = ("buyer_without_number", "customer")
TERMS = [(SETTING, "country"), (SETTING, "freight"), (SETTING, "insurance"), (FILLED, "person_type")]
FROM_NOTHING = [(FILLED, "customer.activity_code"), (FILLED, "customer.address"), NUMBERLESS, *TERMS]

_numbers = count(1)
_references = count(1)


@dataclass(frozen=True)
class Shop:
    """A gateway whose company writes one edition; it remembers its customers, so that each row has one of its own."""

    edition: str
    gateway: RunningGateway = field(repr=False)

    def sell(self, body: dict[str, Any], path: str = "/invoice") -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Issues a document that MH takes; returns the document and its warnings by code and field."""
        answer = self.gateway.post(path, {**body, "external_ref": f"ref-{next(_references)}"})
        assert answer["dte_success"] is True, answer
        document = signed(self.gateway, answer)
        assert_official(document)
        return document, [(one["code"], one["field"]) for one in answer.get("warnings", [])]

    def told(self, body: dict[str, Any]) -> dict[str, str]:
        """The messages of the warnings that a trial of an invoice has, by field."""
        answer = self.gateway.post("/invoice?dry_run=true", body)
        return {one["field"]: one["message"] for one in answer.get("warnings", [])}

    def either(self, in_v1: Any, in_v2: Any) -> Any:
        """The value for the edition of the shop."""
        return in_v1 if self.edition == "v1" else in_v2


@pytest.fixture(scope="module", params=["v1", "v2"])
def shop(
    request: pytest.FixtureRequest, all_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A shop in each edition in turn."""
    folder: Path = tmp_path_factory.mktemp("shop")
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    url = all_databases.sqlite()
    with running_gateway(url, folder, edition_from=edition_from, company=EXPORT_SETTINGS) as running:
        yield Shop(request.param, running)


def a_nit() -> str:
    """A NIT that no other row uses, with its check digit."""
    while True:
        number = f"061401012{next(_numbers):04d}"
        for digit in range(10):
            with suppress(InvalidIdentifier):
                return parse_nit(f"{number}{digit}")


def a_dui() -> str:
    """A DUI that no other row uses, with its check digit."""
    digits = f"{40_000_000 + next(_numbers)}"
    return f"{digits}{dui_check_digit(digits)}"


def taxpayer(**more: Any) -> dict[str, Any]:
    """A CCF of 113.00 whose buyer has what the contract requires, and ``more``."""
    buyer = {"name": "Distribuidora Izalco", "nit": a_nit(), "nrc": "765432", "type_contributor": 1, **more}
    return {**ccf(""), "customer": buyer}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in CONTACT.items() if key != name}


def district_of(address: dict[str, str]) -> str:
    """v1.x writes the district under the name of the municipality."""
    return address.get("distrito", address["municipio"])


def test_a_complete_buyer_is_written_without_a_warning(shop: Shop) -> None:
    document, warnings = shop.sell(taxpayer(**CONTACT, phone="2222-0000"))
    assert (document["receptor"]["correo"], document["receptor"]["telefono"]) == ("compras@example.com", "2222-0000")
    assert warnings == []


def test_a_ccf_names_the_branchs_email_only_where_the_schema_takes_no_null(shop: Shop) -> None:
    document, warnings = shop.sell(taxpayer(**without("email")))
    assert document["receptor"]["correo"] == shop.either("facturas@example.com", None)
    assert warnings == shop.either([(FILLED, "customer.email")], [])


def test_a_ccf_without_an_activity_says_the_activity_others(shop: Shop) -> None:
    document, warnings = shop.sell(taxpayer(**without("activity_code")))
    assert (document["receptor"]["codActividad"], document["receptor"]["descActividad"]) == ("10005", "Otros")
    assert warnings == [(FILLED, "customer.activity_code")]


def test_a_ccf_without_an_address_has_that_of_the_branch(shop: Shop) -> None:
    document, warnings = shop.sell(taxpayer(activity_code="46900", email="compras@example.com"))
    address = document["receptor"]["direccion"]
    assert (address["departamento"], district_of(address), address["complemento"]) == (
        "06", "14", "Calle de la Prueba 100",
    )  # fmt: skip
    assert warnings == [(FILLED, "customer.district"), (FILLED, "customer.address")]


def test_a_street_without_a_place_is_in_the_branchs_district(shop: Shop) -> None:
    buyer = {"activity_code": "46900", "email": "compras@example.com", "address": "Calle Arce 1210"}
    document, warnings = shop.sell(taxpayer(**buyer))
    address = document["receptor"]["direccion"]
    assert (district_of(address), address["complemento"]) == ("14", "Calle Arce 1210")
    assert warnings == [(FILLED, "customer.district")]


def test_a_place_without_a_street_has_the_name_of_its_district(shop: Shop) -> None:
    for body in (taxpayer(**without("address")), invoice(customer={"name": "Marta Alvarenga", **PLACE})):
        document, warnings = shop.sell(body)
        assert document["receptor"]["direccion"]["complemento"] == "Santa Tecla"
        assert warnings == [(FILLED, "customer.address")]


def test_a_municipality_without_a_district_gets_the_likeliest(shop: Shop) -> None:
    for body in (taxpayer(**without("district")), invoice(customer={"name": "Marta Alvarenga", **without("district")})):
        document, warnings = shop.sell(body)
        # La Libertad Sur bears the name of no district: the first is Comasagua.
        assert district_of(document["receptor"]["direccion"]) == "04"
        assert warnings == [(FILLED, "customer.district")]


def test_an_invoice_invents_nothing_of_its_buyer(shop: Shop) -> None:
    document, warnings = shop.sell(invoice(customer={"name": "Marta Alvarenga"}))
    said = dict(document["receptor"])
    assert said.pop("nombre") == "Marta Alvarenga"
    assert set(said.values()) == {None}
    assert warnings == []


def test_an_invoice_without_a_buyer_is_for_the_final_consumer(shop: Shop) -> None:
    document, warnings = shop.sell(invoice())
    assert document["receptor"]["nombre"] == "Consumidor Final"
    assert warnings == []


def test_a_sale_is_paid_in_cash_and_of_the_companys_activity(shop: Shop) -> None:
    document, warnings = shop.sell(invoice())
    assert (document["resumen"]["condicionOperacion"], document["resumen"]["pagos"][0]["codigo"]) == (1, "01")
    assert document["emisor"]["codActividad"] == "10791"
    credit, _ = shop.sell(invoice(transaction_condition=2))
    assert (credit["resumen"]["pagos"][0]["plazo"], credit["resumen"]["pagos"][0]["periodo"]) == ("01", 1)
    assert warnings == []


def test_a_line_is_goods_by_the_piece_unless_it_says_otherwise(shop: Shop) -> None:
    line = {"description": "Resma de papel", "quantity": 1, "unit_price": 56.50}
    lines = [line, line | {"item_kind": "service"}, line | {"item_kind": "both"}]
    document, warnings = shop.sell(invoice(lines=lines, charges=[{"description": "Timbres", "amount": 3.50}]))
    assert [(each["tipoItem"], each["uniMedida"]) for each in document["cuerpoDocumento"]] == [
        (1, 59),
        (2, 99),
        (3, 99),
        (1, 99),
    ]
    assert warnings == []


def test_the_terms_of_several_payments_make_the_condition(shop: Shop) -> None:
    cash, credit = {"payment_method": "01", "amount": 5}, {"payment_method": "13", "deadline": 1, "period": 30}
    for payments, condition in (([cash | {"amount": 11.30}], 1), ([credit], 2), ([cash, credit], 3)):
        document, warnings = shop.sell(invoice(payments=payments))
        assert (document["resumen"]["condicionOperacion"], warnings) == (condition, [])


@pytest.mark.parametrize(
    ("buyer", "in_v1", "in_v2"),
    [
        ({"address": "Calle Arce 1210"}, ["address"], ["address"]),
        ({**PLACE, "address": "4 B"}, ["district", "address"], []),
        ({"department": "00", "municipality": "00", "address": "Guatemala"}, ["municipality", "address"], None),
        ({"nrc": "7654399"}, ["nrc"], ["nrc"]),
    ],
    ids=["a street alone", "a short street", "abroad", "an NRC without a NIT"],
)
def test_an_invoice_names_what_of_its_buyer_it_cannot_say(
    shop: Shop, buyer: dict[str, str], in_v1: list[str], in_v2: list[str] | None
) -> None:
    _, warnings = shop.sell(invoice(customer={"name": "Marta Alvarenga", **buyer}))
    names = shop.either(in_v1, in_v2)
    # v2.0 has one place abroad, whose district is not sent but follows.
    expected = [(FILLED, "customer.district")] if names is None else [(LEFT_OUT, f"customer.{name}") for name in names]
    assert warnings == expected


def test_a_buyer_abroad_who_has_only_a_name_is_completed(shop: Shop) -> None:
    document, warnings = shop.sell(export(customer={"name": "Importadora de Guatemala, S.A."}))
    buyer = document["receptor"]
    assert (buyer["tipoDocumento"], buyer["numDocumento"], buyer["descActividad"]) == ("37", "S/N", "Otros")
    assert (buyer["complemento"], buyer["nombrePais"], buyer["tipoPersona"]) == (
        "Domicilio en Guatemala", "Guatemala", 2,
    )  # fmt: skip
    assert (buyer["correo"], buyer["telefono"]) == (None, None)
    assert warnings == FROM_NOTHING


def test_a_buyer_abroad_without_a_name_is_the_final_consumer(shop: Shop) -> None:
    body = export()
    del body["customer"]
    document, warnings = shop.sell(body)
    assert document["receptor"]["nombre"] == "Consumidor Final"
    assert sorted(warnings) == sorted([*FROM_NOTHING, (FILLED, "customer_name")])


def test_an_export_that_says_everything_has_no_warning_but_the_missing_number(shop: Shop) -> None:
    terms: dict[str, Any] = {"country": "US", "freight": 0, "insurance": 0, "person_type": 1}
    _, warnings = shop.sell(export(customer={**IMPORTER, "activity_code": "46900"}, **terms))
    assert warnings == [NUMBERLESS]


def test_a_short_address_abroad_stands_where_the_schema_takes_it(shop: Shop) -> None:
    terms: dict[str, Any] = {"country": "US", "freight": 0, "insurance": 0, "person_type": 1}
    document, warnings = shop.sell(export(customer={**IMPORTER, "activity_code": "46900", "address": "NY"}, **terms))
    assert document["receptor"]["complemento"] == shop.either("Domicilio en Estados Unidos", "NY")
    replaced = [(LEFT_OUT, "customer.address"), (FILLED, "customer.address")]
    assert warnings == [*shop.either(replaced, []), NUMBERLESS]


def test_of_a_place_and_a_short_street_each_has_its_own_reason(shop: Shop) -> None:
    terms: dict[str, Any] = {"country": "US", "freight": 0, "insurance": 0, "person_type": 1}
    buyer = {**IMPORTER, "activity_code": "46900", "district": "0512", "address": "NY"}
    exported = shop.told(export(customer=buyer, **terms))
    assert "solo lleva el país y la dirección" in exported["customer.district"]
    sold = shop.told(invoice(customer={"name": "Marta Alvarenga", "district": "0512", "address": "Sur"}))
    if shop.either(True, False):
        assert "una forma que MH admita" in exported["customer.address"]
        assert "un texto tan corto" in sold["customer.address"]
        assert "sin una calle de 5 caracteres o más" in sold["customer.district"]
    else:
        assert sold == {}


def test_an_export_names_what_of_its_buyer_it_cannot_say(shop: Shop) -> None:
    terms: dict[str, Any] = {"country": "US", "freight": 0, "insurance": 0, "person_type": 1}
    buyer = {**IMPORTER, "activity_code": "46900", "nrc": "765431", **PLACE}
    _, warnings = shop.sell(export(customer=buyer, **terms))
    assert warnings == [(LEFT_OUT, "customer.nrc"), (LEFT_OUT, "customer.district"), NUMBERLESS]


def test_a_seller_without_an_address_is_placed_at_the_branch(shop: Shop) -> None:
    document, warnings = shop.sell(purchase("", GOODS, dui=None, nit=a_nit()), "/suex")
    seller = document[shop.either("sujetoExcluido", "receptor")]
    address = seller["direccion"]
    assert (district_of(address), address["complemento"]) == ("14", "Calle de la Prueba 100")
    assert [seller[key] for key in ("codActividad", "descActividad", "telefono", "correo")] == [None] * 4
    assert warnings == [(FILLED, "subject.district"), (FILLED, "subject.address")]


def test_a_seller_with_an_address_has_no_warning(shop: Shop) -> None:
    _, warnings = shop.sell(purchase("", GOODS, dui=None, nit=a_nit(), **PLACE, address="Calle 1"), "/suex")
    assert warnings == []


@pytest.mark.parametrize("doc_type", ["01", "03", "11", "14"])
def test_of_two_numbers_of_a_person_the_document_names_one_without_a_warning(shop: Shop, doc_type: str) -> None:
    numbers = {"nit": a_nit(), "dui": a_dui()}
    terms: dict[str, Any] = {"country": "US", "freight": 0, "insurance": 0, "person_type": 1}
    body, path, named = {
        "01": (invoice(customer={"name": "Marta Alvarenga", **numbers}), "/invoice", "nit"),
        "03": (taxpayer(**CONTACT, **numbers), "/invoice", "nit"),
        "11": (export(customer={**IMPORTER, "activity_code": "46900", **numbers}, **terms), "/invoice", "nit"),
        "14": (purchase("", GOODS, **numbers, **PLACE, address="Calle 1"), "/suex", "dui"),
    }[doc_type]

    document, warnings = shop.sell(body, path)

    party = document.get("receptor") or document["sujetoExcluido"]
    assert (party.get("numDocumento") or party["nit"]).replace("-", "") == numbers[named]
    assert warnings == []
    strict = {"Prefer": "handling=strict"}
    trial = {**body, "external_ref": None}
    assert shop.gateway.request("POST", f"{path}?dry_run=1", trial, headers=strict).status == 200


def test_a_note_repeats_the_buyer_of_its_ccf(shop: Shop) -> None:
    reference = f"ref-{next(_references)}"
    issued = shop.gateway.post("/invoice", {**taxpayer(**without("email")), "external_ref": reference})
    buyer = signed(shop.gateway, issued)["receptor"]
    document, warnings = shop.sell(note(reference, ""), "/credit-memo")
    shared = {key: value for key, value in document["receptor"].items() if key in buyer}
    assert shared == {key: buyer[key] for key in shared}
    assert warnings == []


def test_the_buyer_of_a_note_on_paper_ccfs_alone_is_completed_as_that_of_a_ccf(shop: Shop) -> None:
    buyer = {"name": "Distribuidora Izalco", "nit": a_nit(), "nrc": "765432"}
    paper = {"number": "S221001345", "issued_on": local_date(shop.gateway.clock()).isoformat(), "amount_taxable": 100}
    document, warnings = shop.sell({"customer": buyer, "related_documents": [paper], "lines": [GOODS]}, "/credit-memo")
    receiver, address = document["receptor"], document["receptor"]["direccion"]
    assert (receiver["codActividad"], receiver["correo"]) == ("10005", shop.either("facturas@example.com", None))
    assert (district_of(address), address["complemento"]) == ("14", "Calle de la Prueba 100")
    assert document["resumen"]["condicionOperacion"] == 1
    names = [*shop.either(["email"], []), "activity_code", "district", "address"]
    assert sorted(warnings) == sorted((FILLED, f"customer.{name}") for name in names)


@pytest.mark.parametrize("name", ["activity_code", "address", "email", "phone", "nrc"])
def test_what_the_companys_records_add_is_named(shop: Shop, name: str) -> None:
    everything = {**CONTACT, "phone": "2222-0000", "nrc": f"76{next(_numbers)}"}
    buyer = {"name": "Marta Alvarenga", "nit": a_nit()}
    shop.sell(invoice(customer={**buyer, **everything}))
    del everything[name]
    document, warnings = shop.sell(invoice(customer={**buyer, **everything}))
    assert warnings == [(REMEMBERED, f"customer.{name}")]
    key = {"activity_code": "codActividad", "address": "direccion", "email": "correo", "phone": "telefono"}
    assert document["receptor"][key.get(name, name)] is not None


def test_a_remembered_place_and_number_are_named(shop: Shop) -> None:
    nit, nrc = a_nit(), f"77{next(_numbers)}"
    shop.sell(invoice(customer={"name": "Marta Alvarenga", "nit": nit, "nrc": nrc, **PLACE}))
    document, warnings = shop.sell(invoice(customer={"name": "Marta Alvarenga", "nrc": nrc, "address": "Calle Arce"}))
    assert document["receptor"]["numDocumento"] == nit
    assert warnings == [(REMEMBERED, "customer.nit"), (REMEMBERED, "customer.district")]


def test_a_remembered_street_is_not_put_into_another_place(shop: Shop) -> None:
    buyer = {"name": "Marta Alvarenga", "nit": a_nit()}
    shop.sell(invoice(customer={**buyer, "district": "0512", "address": "Calle Ciriaco López 1"}))
    document, warnings = shop.sell(invoice(customer={**buyer, "district": "1217"}))
    assert document["receptor"]["direccion"]["departamento"] == "12"
    assert document["receptor"]["direccion"]["complemento"] == "San Miguel"
    assert warnings == [(FILLED, "customer.address")]
    document, warnings = shop.sell(invoice(customer={**buyer, "address": "Avenida Roosevelt"}))
    assert document["receptor"]["direccion"]["complemento"] == "Avenida Roosevelt"
    assert warnings == [(REMEMBERED, "customer.district")]


def test_a_remembered_kind_of_taxpayer_is_named_when_it_withholds(shop: Shop) -> None:
    buyer = {"name": "Gran Contribuyente", "nit": a_nit()}
    large = [{"description": "Servicio", "quantity": 1, "unit_price": 113}]
    shop.sell(invoice(customer={**buyer, "type_contributor": 3}))
    document, warnings = shop.sell(invoice(customer=buyer, lines=large))
    assert document["resumen"][shop.either("ivaRete1", "ivaRete")] == 1
    assert warnings == [(REMEMBERED, "customer.type_contributor")]
    assert shop.sell(invoice(customer=buyer))[1] == [], "11.30 is below the threshold: nothing is withheld"
    chosen, warnings = shop.sell(invoice(customer=buyer, withholding="vat_1"))
    assert (str(chosen["resumen"][shop.either("ivaRete1", "ivaRete")]), warnings) == ("0.1", [])


def test_a_name_that_the_event_of_version_one_cannot_repeat_is_named_at_issue(shop: Shop) -> None:
    for body, path, name in (
        (invoice(customer={"name": "Ana"}), "/invoice", "customer.name"),
        (invoice(customer_name="Ana"), "/invoice", "customer_name"),
        (taxpayer(**CONTACT) | {"customer": taxpayer(**CONTACT)["customer"] | {"name": "A" * 201}}, "/invoice",
         "customer.name"),
        (purchase("", GOODS, name="Ana", dui=None, nit=a_nit(), **PLACE, address="Calle 1"), "/suex", "subject.name"),
    ):  # fmt: skip
        assert shop.sell(body, path)[1] == shop.either([("name_not_cancellable", name)], [])
    assert shop.sell(invoice(customer={"name": "Ana P"}))[1] == []
