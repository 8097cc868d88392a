"""A value under a name that nobody reads is named in a warning, with the name that was likely meant."""

from collections.abc import Callable
from typing import Any

import pytest

from ocote.api.app import all_routes
from ocote.documents.view import AnswerWarning
from ocote.errors import warning_text
from ocote.requests import misnamed
from ocote.requests.cursor import Cursors
from ocote.requests.description import InnerList, InnerObject, RequestObject
from ocote.requests.invalidation import INVALIDATION_BODY, read_invalidation_request
from ocote.requests.invoice import INVOICE_BODY, read_invoice
from ocote.requests.mail import MAIL_BODY, read_mail
from ocote.requests.note import NOTE_BODY, read_note
from ocote.requests.noted import MAX_WARNINGS
from ocote.requests.purchase import PURCHASE_BODY, read_purchase
from ocote.web.invalid import InvalidRequest
from tests.builders.bodies import invoice, purchase
from tests.requests.reading import as_sent

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}
NOT_HERE = "este nombre no existe aquí"
BY_ROUTE = "el tipo del documento que se emite lo dice la ruta, y en /invoice doc_type fuera de todo objeto"


def warned(read: Callable[..., object], body: object) -> list[tuple[str, str, str]]:
    """Code, field and reason of each warning of a request without faults."""
    warnings: list[AnswerWarning] = []
    read(as_sent(body), warnings=warnings)
    for each in warnings:
        assert warning_text(each.code, **each.values)
    return [(each.code, each.field, each.values.get("why", "")) for each in warnings]


def meant(likely: str) -> str:
    return f"{NOT_HERE}; ¿quiso decir {likely}?"


@pytest.mark.parametrize(
    ("more", "field", "why"),
    [
        ({"externalRef": "A"}, "externalRef", meant("«external_ref»")),
        ({"EXTERNAL-REF": "A"}, "EXTERNAL-REF", meant("«external_ref»")),
        ({"items": []}, "items", NOT_HERE),  # lines were sent
        ({"cliente": {"name": "Ana"}}, "cliente", meant("«customer»")),
        ({"formaPago": "02"}, "formaPago", meant("«payment_method»")),
        ({"tipoDte": "01"}, "tipoDte", meant("«doc_type»")),
        ({"condicion": 2}, "condicion", meant("«transaction_condition»")),
        ({"payment_metod": "02"}, "payment_metod", meant("«payment_method»")),
        ({"nit": "1"}, "nit", meant("«customer.nit»")),
        ({"sale_kind": "exempt"}, "sale_kind", meant("«lines[].sale_kind»")),
        ({"propina": 5}, "propina", meant("«tip»")),
        ({"pagos": []}, "pagos", meant("«payments»")),
        ({"ivaIncluido": False}, "ivaIncluido", meant("«prices_include_vat»")),
        ({"reteRenta": 5}, "reteRenta", meant("«income_tax_withheld»")),
        ({"ivaRete1": 5}, "ivaRete1", meant("«withholding»")),
        ({"numPagoElectronico": "1"}, "numPagoElectronico", meant("«payment_number»")),
        (
            {"payments": [{"payment_method": "01", "monto": 11.3}]},
            "payments[0].monto",
            meant("«amount»"),
        ),
        ({"apendice": []}, "apendice", meant("«appendix»")),
        ({"observaciones": "x"}, "observaciones", meant("«remarks»")),
        ({"ventaTercero": {}}, "ventaTercero", meant("«on_behalf_of»")),
        ({"documentoRelacionado": []}, "documentoRelacionado", meant("«related_documents»")),
        ({"otrosDocumentos": []}, "otrosDocumentos", meant("«documents»")),
        ({"extension": {}}, "extension", meant("«delivery»")),
        ({"total": 11.3}, "total", "los montos los calcula ocote con cantidad, precio y descuento"),
        ({"fecha": "2026-06-30"}, "fecha", "el número, los códigos y la fecha los da ocote al emitir"),
        ({"moneda": "USD"}, "moneda", "todo monto es en dólares de los Estados Unidos"),
        ({"dry_run": False}, "dry_run", "un ensayo se pide en el URL, con ?dry_run=1, y solo al emitir"),
        ({"color": "rojo"}, "color", NOT_HERE),
        ({"country": "DE"}, "country", "solo cuenta en doc_type 11"),
        ({"customer": {"name": "Ana", "correo": "a@example.com"}}, "customer.correo", meant("«email»")),
        ({"customer": {"name": "Ana", "passport": "A1"}}, "customer.passport", meant("«document_number»")),
        (
            {"customer": {"name": "Ana", "redirect_email": "a@example.com"}},
            "customer.redirect_email",
            meant("«redirect_email», fuera de este objeto"),
        ),
        ({"customer": {"name": "Ana"}, "customer_name": "Eva"}, "customer_name", "cuenta el nombre de customer"),
        ({"period": 30}, "period", "solo cuenta al crédito, con transaction_condition 2"),
        (
            {"customer": {"name": "Ana", "district": "0511", "department": "06"}},
            "customer.department",
            "district ya dice el departamento, 05",
        ),
        (
            {"customer": {"name": "Ana", "district": "0511", "municipality": "14"}},
            "customer.municipality",
            "district ya dice el municipio, 28",
        ),
    ],
)
def test_a_field_of_an_invoice_that_is_ignored_is_named(more: dict[str, Any], field: str, why: str) -> None:
    assert warned(read_invoice, invoice(**more)) == [("field_ignored", field, why)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("descuento", meant("«discount_percentage»")),
        ("discount", meant("«discount_percentage»")),
        ("montoDescu", meant("«discount_amount»")),
        ("exento", meant("«sale_kind»")),
        ("sku", meant("«code»")),
        ("uniMedida", meant("«unit»")),
        ("tipoItem", meant("«item_kind»")),
        ("tributos", meant("«taxes»")),
        ("psv", meant("«suggested_price»")),
        ("documentoRelacionado", meant("«related»")),
        ("iva", "los montos los calcula ocote con cantidad, precio y descuento"),
    ],
)
def test_a_field_of_a_line_that_is_ignored_is_named_with_its_path(name: str, why: str) -> None:
    assert warned(read_invoice, {"lines": [LINE, LINE | {name: 1}]}) == [("field_ignored", f"lines[1].{name}", why)]


@pytest.mark.parametrize(
    ("read", "body", "field", "why"),
    [
        (read_note, {"document_id": "A", "fullAdjustment": True}, "fullAdjustment", meant("«full_adjustment»")),
        (read_note, {"document_id": "A", "doc_type": "05"}, "doc_type", BY_ROUTE),
        (read_purchase, purchase() | {"tipoDte": "14"}, "tipoDte", BY_ROUTE),
        (read_purchase, purchase() | {"proveedor": 1}, "proveedor", NOT_HERE),
        (read_purchase, purchase(correo="a@example.com"), "subject.correo", meant("«email»")),
        (read_invalidation_request, {"motivo": 1}, "motivo", meant("«reason»")),
        (read_invalidation_request, {"observaciones": "x"}, "observaciones", meant("«note»")),
        (read_mail, {"email": "a@example.com"}, "email", meant("«to»")),
    ],
)
def test_other_requests_name_what_they_ignore(
    read: Callable[..., object], body: dict[str, Any], field: str, why: str
) -> None:
    assert warned(read, body) == [("field_ignored", field, why)]


def test_an_unknown_field_that_is_null_is_absent() -> None:
    assert warned(read_invoice, invoice(price=None, lines=[LINE | {"price": None}])) == []


def test_a_complete_request_has_no_warning() -> None:
    credit = {"transaction_condition": 2, "deadline": 1, "period": 30}
    customer = {"name": "Ana", "district": "0511", "department": "05", "municipality": "28"}

    assert warned(read_invoice, invoice("A", customer=customer, customer_name="Ana", **credit)) == []


def test_a_header_that_gives_way_to_the_body_is_named() -> None:
    warnings: list[AnswerWarning] = []

    read_invoice(as_sent(invoice("A")), "B", warnings)
    assert [(each.code, each.field) for each in warnings] == [("field_ignored", "Idempotency-Key")]
    warnings.clear()
    read_invoice(as_sent(invoice("A")), "A", warnings)
    assert warnings == []


@pytest.mark.parametrize(
    ("read", "body", "field", "sent_as"),
    [
        (read_invoice, {"lines": [{"description": "a", "quantity": 1, "price": 2}]}, "lines[0].unit_price", "price"),
        (read_invoice, {"lines": [{"description": "a", "qty": 1, "unit_price": 2}]}, "lines[0].quantity", "qty"),
        (read_invoice, {"lines": [{"descripcion": "a", "quantity": 1, "unit_price": 2}]}, "lines[0].description",
         "descripcion"),
        (read_invoice, {"lines": [{"description": "a", "quantity": 1, "unitprise": 2}]}, "lines[0].unit_price",
         "unitprise"),
        (read_invoice, {"items": [LINE]}, "lines", "items"),
        (read_invoice, invoice(customer={"nombre": "Ana"}), "customer.name", "nombre"),
        (read_invoice, {"doc_type": "03", "cliente": {}, "lines": [LINE]}, "customer", "cliente"),
        (read_note, {"documentId": "A"}, "document_id", "documentId"),
    ],
)  # fmt: skip
def test_a_missing_field_says_under_which_name_it_was_sent(
    read: Callable[..., object], body: dict[str, Any], field: str, sent_as: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(as_sent(body))

    (fault,) = refused.value.faults
    assert fault.field == field
    assert fault.message.endswith(f"; ¿lo envió como «{sent_as}»?")


def test_two_thousand_lines_have_a_bounded_number_of_warnings() -> None:
    lines = [LINE | {"sku": "x", "color": "y", f"n{number}": 1} for number in range(2000)]

    found = warned(read_invoice, {"lines": lines})

    assert len(found) == MAX_WARNINGS + 1
    assert found[-1][:2] == ("warnings_left_out", "body")
    assert [field for _, field, _ in found if field.endswith(".sku")] == [f"lines[{number}].sku" for number in range(5)]


def with_inner(described: RequestObject) -> list[RequestObject]:
    inner = [each.kind.described for each in described.fields if isinstance(each.kind, InnerObject | InnerList)]
    return [described, *(found for each in inner for found in with_inner(each))]


def test_the_table_of_names_leads_to_fields_and_parameters_that_exist() -> None:
    bodies = (INVOICE_BODY, NOTE_BODY, PURCHASE_BODY, INVALIDATION_BODY, MAIL_BODY)
    names = {name for body in bodies for each in with_inner(body) for name in each.names}
    for route in all_routes(Cursors(b"secret")):
        names |= {name for endpoint in route.handlers.values() for name in endpoint.parameters}

    assert frozenset().union(*misnamed._meant().values()) - names == set()


@pytest.mark.parametrize("name", ["", "x" * 100, "\u202eecirp", "🙂", "__proto__"])
def test_any_name_may_be_asked_for(name: str) -> None:
    assert misnamed.likely_name(name, ("unit_price", "quantity")) in (None, "unit_price")
