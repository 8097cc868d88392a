"""What POST /suex accepts (contract 11, D17)."""

from decimal import Decimal
from typing import Any

import pytest

from ocote.documents.view import AnswerWarning
from ocote.dte.mentions import AppendixRow, Mentions
from ocote.dte.purchase.value import PurchaseLine, WithheldIncomeTax
from ocote.dte.sale import IdentityDocument, Payment
from ocote.dte.terms import Discount, PartPayment, SaleTerms
from ocote.issuing.request import CustomerData, Place, PurchaseRequest, encoded
from ocote.requests.purchase import read_purchase
from tests.requests.reading import as_sent, faults_of

SUBJECT = {"name": "Marta Alvarenga", "dui": "00016297-5"}
LINE = {"description": "Tela", "quantity": 3.5, "unit_price": 4.00}


def test_the_contracts_example_is_read() -> None:
    service = {"description": "Diseño de rótulo", "quantity": 1, "unit_price": 200.00, "is_service": True}

    request = read_purchase(as_sent({"external_ref": "COMPRA-0088", "subject": SUBJECT, "lines": [service, LINE]}))

    assert request == PurchaseRequest(
        seller=CustomerData(name="Marta Alvarenga", dui="000162975"),
        lines=(
            PurchaseLine("Diseño de rótulo", Decimal(1), Decimal(200), True),
            PurchaseLine("Tela", Decimal("3.5"), Decimal(4), False),
        ),
        external_ref="COMPRA-0088",
    )


def test_the_seller_is_read_whole() -> None:
    subject = SUBJECT | {
        "nit": "06141809480014",
        "address": "Calle 1",
        "department": "11",
        "municipality": "24",
        "email": "marta@example.com",
        "phone": "22220000",
        "activity_code": "62010",
    }

    seller = read_purchase(as_sent({"subject": subject, "lines": [LINE]})).seller

    assert seller == CustomerData(
        name="Marta Alvarenga",
        nit="06141809480014",
        dui="000162975",
        activity_code="62010",
        place=Place("11", "24"),
        address="Calle 1",
        email="marta@example.com",
        phone="22220000",
    )


def test_a_request_without_new_fields_is_kept_as_before() -> None:
    """The text under which requests of before were kept, to the byte."""
    service = {"description": "Diseño de rótulo", "quantity": 1, "unit_price": 200.00, "is_service": True}
    request = read_purchase(as_sent({"external_ref": "COMPRA-0088", "subject": SUBJECT, "lines": [service, LINE]}))
    assert encoded(request).decode() == (
        '{"seller":{"name":"Marta Alvarenga","nit":null,"dui":"000162975","nrc":null,"contributor_type":null,'
        '"activity_code":null,"place":null,"address":null,"email":null,"phone":null},'
        '"lines":[{"description":"Diseño de rótulo","quantity":"1","unit_price":"200","is_service":true,'
        '"discount_percentage":"0"},{"description":"Tela","quantity":"3.5","unit_price":"4","is_service":false,'
        '"discount_percentage":"0"}],"external_ref":null}'
    )


def test_every_term_is_read() -> None:
    body = {
        "subject": SUBJECT,
        "lines": [
            LINE | {"discount_amount": 1.5, "unit": 1, "code": "T-01", "item_kind": "both", "unit_price": 4.12345678}
        ],
        "payments": [{"payment_method": "01", "amount": 5}, {"payment_method": "05", "reference": "TR-1"}],
        "transaction_condition": 1,
        "discount_amount": 2,
        "income_tax_withheld": 0,
        "income_tax_reason": "Exento",
        "remarks": "Orden 12",
        "appendix": [{"field": "orden", "label": "Orden", "value": "12"}],
    }
    request = read_purchase(as_sent(body))
    assert request.lines == (
        PurchaseLine(
            "Tela",
            Decimal("3.5"),
            Decimal("4.12345678"),
            discount_amount=Decimal("1.5"),
            item_type=3,
            unit=1,
            code="T-01",
        ),
    )
    assert request.terms == SaleTerms(
        discount=Discount(amount=Decimal(2)),
        payments=(PartPayment("01", Decimal(5)), PartPayment("05", None, "TR-1")),
        condition=1,
    )
    assert request.income_tax == WithheldIncomeTax(Decimal(0), "Exento")
    assert request.mentions == Mentions(remarks="Orden 12", appendix=(AppendixRow("orden", "Orden", "12"),))
    assert request.payment is None


def test_credit_is_read_as_in_a_sale() -> None:
    body = {"subject": SUBJECT, "lines": [LINE], "transaction_condition": 2, "deadline": 2, "period": 3}
    assert read_purchase(as_sent(body)).payment == Payment("01", 2, 2, 3)


def test_a_term_without_credit_is_ignored_with_a_warning() -> None:
    warnings: list[AnswerWarning] = []
    read_purchase(as_sent({"subject": SUBJECT, "lines": [LINE], "period": 3}), None, warnings)
    assert [(each.code, each.field) for each in warnings] == [("field_ignored", "period")]


@pytest.mark.parametrize(("kind", "number"), [("03", "X1234567"), ("02", "CR-1"), ("37", "9")])
def test_a_foreigner_is_read_by_another_document(kind: str, number: str) -> None:
    subject = {"name": "Ana", "document_type": kind, "document_number": number, "country": "GT"}
    seller = read_purchase(as_sent({"subject": subject, "lines": [LINE]})).seller
    assert (seller.document, seller.country) == (IdentityDocument(kind, number), "GT")
    assert seller.place == Place("00", "00", "00")


def test_a_dui_by_its_kind_is_the_dui() -> None:
    subject = {"name": "Marta Alvarenga", "document_type": "13", "document_number": "00016297-5"}
    seller = read_purchase(as_sent({"subject": subject, "lines": [LINE]})).seller
    assert (seller.dui, seller.document) == ("000162975", None)


def test_a_seller_has_no_registration_to_look_at() -> None:
    assert read_purchase(as_sent({"subject": SUBJECT | {"nrc": "ABC", "type_contributor": 9}, "lines": [LINE]}))


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"subject": None}, [("field_required", "subject")]),
        ({"subject": "Marta"}, [("object_expected", "subject")]),
        ({"subject": {}}, [("field_required", "subject.name"), ("subject_identity_missing", "subject.dui")]),
        ({"subject": {"name": "Marta"}}, [("subject_identity_missing", "subject.dui")]),
        ({"subject": SUBJECT | {"dui": "00016297-4"}}, [("invalid_dui", "subject.dui")]),
        ({"subject": SUBJECT | {"nit": "1"}}, [("invalid_nit", "subject.nit")]),
        ({"subject": SUBJECT | {"email": "x"}}, [("email_malformed", "subject.email")]),
        ({"lines": None}, [("field_required", "lines")]),
        ({"lines": []}, [("lines_empty", "lines")]),
        ({"lines": [LINE | {"is_service": "sí"}]}, [("boolean_expected", "lines[0].is_service")]),
        ({"lines": [LINE | {"quantity": -1}]}, [("line_quantity_not_positive", "lines[0].quantity")]),
        ({"external_ref": ""}, [("field_empty", "external_ref")]),
        ({"income_tax_withheld": -1}, [("number_negative", "income_tax_withheld")]),
        ({"income_tax_reason": "x" * 251, "income_tax_withheld": 0}, [("text_too_long", "income_tax_reason")]),
        ({"discount_amount": 1, "discount_percentage": 1}, [("discount_twice", "discount_amount")]),
        ({"discount_percentage": 99.5}, [("discount_out_of_range", "discount_percentage")]),
        ({"payments": [{"payment_method": "01"}] * 2}, [("payments_rest_twice", "payments")]),
        (
            {"payments": [{"payment_method": "01", "reference": "1"}]},
            [("payment_reference_not_here", "payments[0].reference")],
        ),
        ({"payments": [{"payment_method": "05", "period": 1}]}, [("payment_term_incomplete", "payments[0].deadline")]),
        (
            {"payments": [{"payment_method": "05"}], "deadline": 1},
            [("payments_and_payment_method", "deadline")],
        ),
        ({"tip": 1}, [("field_not_here", "tip")]),
        (
            {"lines": [LINE | {"discount_amount": 1, "discount_percentage": 1}]},
            [("discount_twice", "lines[0].discount_amount")],
        ),
        ({"lines": [LINE | {"unit": 7}]}, [("unit_unknown", "lines[0].unit")]),
        ({"lines": [LINE | {"item_kind": "x"}]}, [("item_kind_unknown", "lines[0].item_kind")]),
        (
            {"lines": [LINE | {"item_kind": "both", "is_service": True}]},
            [("item_kind_contradicted", "lines[0].is_service")],
        ),
        (
            {"lines": [LINE | {"item_kind": "service", "is_service": False}]},
            [("item_kind_contradicted", "lines[0].is_service")],
        ),
        ({"lines": [LINE | {"special_tax": {}}]}, [("field_not_here", "lines[0].special_tax")]),
        ({"subject": {"name": "Ana", "document_type": "03"}}, [("identity_incomplete", "subject.document_number")]),
        ({"subject": {"name": "Ana", "document_number": "1"}}, [("identity_incomplete", "subject.document_type")]),
        (
            {"subject": SUBJECT | {"document_type": "03", "document_number": "X1"}},
            [("identity_twice", "subject.document_type")],
        ),
        (
            {"subject": {"name": "Ana", "document_type": "98", "document_number": "1"}},
            [("document_type_unknown", "subject.document_type")],
        ),
        ({"subject": SUBJECT | {"country": "ZZ"}}, [("country_unknown", "subject.country")]),
    ],
)
def test_refuses_what_makes_no_purchase(change: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of(read_purchase, {"subject": SUBJECT, "lines": [LINE]} | change) == faults
