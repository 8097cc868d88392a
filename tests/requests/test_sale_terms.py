"""What changes the amounts of a sale, as POST /invoice reads it: the values it takes, and the codes of all others."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ocote.documents.view import AnswerWarning
from ocote.dte.sale import Line, LineTax, Payment, SpecialTax
from ocote.dte.terms import Charge, Discount, PartPayment, SaleTerms
from ocote.issuing.request import InvoiceRequest, encoded
from ocote.requests.invoice import read_invoice
from ocote.requests.note import read_note
from ocote.requests.purchase import read_purchase
from ocote.web.invalid import InvalidRequest
from ocote.web.json_text import read_object
from tests.builders.bodies import ccf, export, invoice, note, purchase
from tests.requests.reading import as_sent, faults_of

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}
BOTH = "01, 03"


def read(**body: Any) -> InvoiceRequest:
    return read_invoice(read_object(json.dumps({"lines": [LINE]} | body).encode()))


def line(**fields: Any) -> Line:
    (found,) = read(lines=[LINE | fields]).lines
    return found


def refused(**body: Any) -> list[tuple[str, str]]:
    return faults_of(read_invoice, invoice() | body)


def refused_line(**fields: Any) -> list[tuple[str, str]]:
    return refused(lines=[LINE | fields])


def test_a_request_without_the_new_fields_is_kept_and_compared_as_it_was_before_they_existed() -> None:
    body = invoice("A-1", customer={"name": "Ana"}, payment_method="02", transaction_condition=2, deadline=1, period=30)

    assert encoded(read_invoice(as_sent(body))) == (
        b'{"doc_type":"01","lines":[{"description":"Resma de papel","quantity":"2","unit_price":"5.65",'
        b'"discount_percentage":"0"}],"customer":{"name":"Ana","nit":null,"dui":null,"nrc":null,'
        b'"contributor_type":null,"activity_code":null,"place":null,"address":null,"email":null,"phone":null},'
        b'"customer_name":"Ana","payment":{"method":"02","condition":2,"term_unit":1,"term_count":30},'
        b'"activity_code":null,"redirect_email":null,"external_ref":null,"export":null}'
    )


@pytest.mark.parametrize(
    "nothing",
    [
        {"tip": None},
        {"charges": [], "payments": []},
        {"discount_percentage": 0, "discount_amount": 0, "income_tax_withheld": 0},
        {"prices_include_vat": True, "withholding": "auto"},
        {"lines": [LINE | {"discount_amount": 0, "sale_kind": "taxed", "taxes": [], "taxes_included": False}]},
        {"lines": [LINE | {"is_service": False, "unit": None, "special_tax": None}]},
    ],
)
def test_what_says_nothing_leaves_no_trace(nothing: dict[str, Any]) -> None:
    assert encoded(read(**nothing)) == encoded(read())
    assert read(**nothing).terms is None


def test_a_default_that_is_sent_beside_other_terms_leaves_no_trace() -> None:
    plain = read(tip=5, lines=[LINE | {"unit": 22}])

    assert encoded(read(tip=5, withholding="auto", lines=[LINE | {"unit": 22, "sale_kind": "taxed"}])) == encoded(plain)


class TestTheDocument:
    def test_has_terms(self) -> None:
        asked = ccf("A-1") | {
            "prices_include_vat": False,
            "discount_amount": "5.50",
            "charges": [
                {"description": "Anticipo", "amount": -100},
                {"description": "Timbres", "amount": 3.5, "item_kind": "service"},
            ],
            "tip": 5,
            "payment_number": "0406000215",
            "withholding": "vat_1",
            "income_tax_withheld": 50,
            "vat_collection": True,
        }

        assert read_invoice(as_sent(asked)).terms == SaleTerms(
            prices_include_vat=False,
            discount=Discount(amount=Decimal("5.5")),
            charges=(
                Charge("Anticipo", Decimal(-100)),
                Charge("Timbres", Decimal("3.5"), 2),
                Charge("Propina", Decimal(5), 2),
            ),
            payment_number="0406000215",
            withholding="vat_1",
            income_tax=Decimal(50),
            collects_vat=True,
        )
        assert read(discount_percentage=10).terms == SaleTerms(discount=Discount(percentage=Decimal(10)))

    def test_has_several_payments_in_place_of_one(self) -> None:
        rows = [
            {"payment_method": "03", "amount": 5, "reference": "AUT-1"},
            {"payment_method": "13", "deadline": 2, "period": 2},
        ]
        asked = read(payments=rows, transaction_condition=3)

        assert asked.payment == Payment()
        assert asked.terms == SaleTerms(
            payments=(PartPayment("03", Decimal(5), "AUT-1"), PartPayment("13", None, None, 2, 2)), condition=3
        )
        without = read(payments=rows).terms
        assert without is not None
        assert without.condition is None

    def test_says_its_condition_in_the_old_manner_without_several_payments(self) -> None:
        asked = read(transaction_condition=3, tip=5)

        assert asked.payment.condition == 3
        assert asked.terms == SaleTerms(charges=(Charge("Propina", Decimal(5), 2),))

    @pytest.mark.parametrize(
        ("body", "faults"),
        [
            ({"discount_percentage": 10, "discount_amount": 5}, [("discount_twice", "discount_amount")]),
            ({"discount_percentage": 99.01}, [("discount_out_of_range", "discount_percentage")]),
            ({"discount_percentage": -1}, [("discount_out_of_range", "discount_percentage")]),
            ({"discount_percentage": 1.125}, [("number_too_many_decimals", "discount_percentage")]),
            ({"discount_amount": -1}, [("number_negative", "discount_amount")]),
            ({"charges": [{"description": "x", "amount": 0}]}, [("charge_zero", "charges[0].amount")]),
            ({"charges": [{"amount": 1}]}, [("field_required", "charges[0].description")]),
            ({"charges": [{"description": "x"}]}, [("field_required", "charges[0].amount")]),
            (
                {"charges": [{"description": "x", "amount": 1.005}]},
                [("number_too_many_decimals", "charges[0].amount")],
            ),
            ({"charges": [{"description": "x", "amount": -1e11}]}, [("number_too_large", "charges[0].amount")]),
            (
                {"charges": [{"description": "x", "amount": 1, "item_kind": "bien"}]},
                [("item_kind_unknown", "charges[0].item_kind")],
            ),
            ({"charges": [{"description": "x", "amount": 1}] * 101}, [("list_too_long", "charges")]),
            ({"charges": {"description": "x", "amount": 1}}, [("list_expected", "charges")]),
            ({"charges": ["x"]}, [("object_expected", "charges[0]")]),
            (
                {"charges": [{"description": "x", "amount": 1}], "lines": []},
                [("lines_empty", "lines"), ("charge_without_sale", "charges")],
            ),
            ({"tip": 5, "lines": None}, [("field_required", "lines"), ("charge_without_sale", "tip")]),
            ({"tip": 0}, [("amount_not_positive", "tip")]),
            ({"tip": -5}, [("amount_not_positive", "tip")]),
            ({"payment_number": "9" * 101}, [("text_too_long", "payment_number")]),
            ({"withholding": "vat_13"}, [("withholding_unknown", "withholding")]),
            ({"income_tax_withheld": -1}, [("number_negative", "income_tax_withheld")]),
            ({"prices_include_vat": "no"}, [("boolean_expected", "prices_include_vat")]),
        ],
    )
    def test_refuses_terms_that_no_document_has(self, body: dict[str, Any], faults: list[tuple[str, str]]) -> None:
        assert refused(**body) == faults

    @pytest.mark.parametrize(
        ("payments", "faults"),
        [
            ([{"payment_method": "10"}], [("payment_method_unknown", "payments[0].payment_method")]),
            ([{"amount": 1}], [("field_required", "payments[0].payment_method")]),
            ([{"payment_method": "01", "amount": 0}], [("amount_not_positive", "payments[0].amount")]),
            ([{"payment_method": "01", "amount": -1}], [("amount_not_positive", "payments[0].amount")]),
            ([{"payment_method": "01", "reference": "x"}], [("payment_reference_not_here", "payments[0].reference")]),
            ([{"payment_method": "03", "reference": "x" * 51}], [("text_too_long", "payments[0].reference")]),
            ([{"payment_method": "13", "deadline": 1}], [("payment_term_incomplete", "payments[0].period")]),
            ([{"payment_method": "13", "period": 1}], [("payment_term_incomplete", "payments[0].deadline")]),
            ([{"payment_method": "13", "deadline": 4, "period": 1}], [("deadline_unknown", "payments[0].deadline")]),
            ([{"payment_method": "13", "deadline": 1, "period": 0}], [("period_not_positive", "payments[0].period")]),
            ([{"payment_method": "01"}, {"payment_method": "03"}], [("payments_rest_twice", "payments")]),
            ([{"payment_method": "01", "amount": 1}] * 101, [("payments_too_many", "payments")]),
        ],
    )
    def test_refuses_payments_that_no_document_has(self, payments: Any, faults: list[tuple[str, str]]) -> None:
        assert refused(payments=payments) == faults

    @pytest.mark.parametrize("old", [{"payment_method": "01"}, {"deadline": 1}, {"period": 1}])
    def test_refuses_the_old_manner_beside_several_payments(self, old: dict[str, Any]) -> None:
        (name,) = old
        assert refused(payments=[{"payment_method": "01"}], **old) == [("payments_and_payment_method", name)]

    def test_admits_a_hundred_payments(self) -> None:
        terms = read(payments=[{"payment_method": "03", "amount": 0.01}] * 100).terms
        assert terms is not None
        assert len(terms.payments) == 100


class TestALine:
    def test_says_what_is_sold_and_how_it_is_taxed(self) -> None:
        assert line(
            unit_price="1.23456789",
            sale_kind="taxed",
            item_kind="both",
            unit=22,
            code="RES-75",
            discount_amount=0.5,
            taxes=["D1", {"code": "C5", "amount": 6.4}],
            taxes_included=True,
            special_tax={"code": "57", "amount": 36.16, "description": "Impuesto del cemento"},
            suggested_price=1.25,
        ) == Line(
            "Resma de papel",
            Decimal(2),
            Decimal("1.23456789"),
            discount_amount=Decimal("0.5"),
            item_type=3,
            unit=22,
            code="RES-75",
            taxes=(LineTax("D1"), LineTax("C5", Decimal("6.4"))),
            taxes_included=True,
            special_tax=SpecialTax("57", Decimal("36.16"), "Impuesto del cemento"),
            suggested_price=Decimal("1.25"),
        )

    @pytest.mark.parametrize(
        ("sent", "item_type"),
        [
            ({"item_kind": "goods"}, 1),
            ({"item_kind": "service"}, 2),
            ({"item_kind": "both"}, 3),
            ({"is_service": True}, 2),
            ({"is_service": True, "item_kind": "service"}, 2),
            ({"is_service": False}, None),
            ({"is_service": False, "item_kind": "both"}, 3),
        ],
    )
    def test_is_goods_a_service_or_both(self, sent: dict[str, Any], item_type: int | None) -> None:
        assert line(**sent).item_type == item_type

    @pytest.mark.parametrize(
        ("fields", "faults"),
        [
            ({"sale_kind": "exenta"}, [("sale_kind_unknown", "sale_kind")]),
            ({"item_kind": "bien"}, [("item_kind_unknown", "item_kind")]),
            ({"item_kind": "goods", "is_service": True}, [("item_kind_contradicted", "is_service")]),
            ({"item_kind": "both", "is_service": True}, [("item_kind_contradicted", "is_service")]),
            ({"item_kind": "service", "is_service": False}, [("item_kind_contradicted", "is_service")]),
            ({"unit": 3}, [("unit_unknown", "unit")]),
            ({"unit": 0}, [("unit_unknown", "unit")]),
            ({"unit": 100}, [("unit_unknown", "unit")]),
            ({"unit": "galón"}, [("unit_unknown", "unit")]),
            ({"unit": 22.5}, [("integer_expected", "unit")]),
            ({"code": "x" * 26}, [("text_too_long", "code")]),
            ({"discount_percentage": 5, "discount_amount": 1}, [("discount_twice", "discount_amount")]),
            ({"discount_amount": 0.005}, [("number_too_many_decimals", "discount_amount")]),
            ({"unit_price": "0.123456789"}, [("number_too_many_decimals", "unit_price")]),
            ({"taxes": ["59"], "sale_kind": "exempt"}, [("tax_on_untaxed_line", "taxes")]),
            (
                {"special_tax": {"code": "57", "amount": 1}, "sale_kind": "not_subject"},
                [("tax_on_untaxed_line", "special_tax")],
            ),
            ({"taxes": ["ZZ"]}, [("tax_unknown", "taxes[0]")]),
            ({"taxes": [{"code": "ZZ", "amount": 1}]}, [("tax_unknown", "taxes[0].code")]),
            ({"taxes": [{"amount": 1}]}, [("field_required", "taxes[0].code")]),
            ({"taxes": [59]}, [("text_expected", "taxes[0]")]),
            ({"taxes": [True]}, [("object_expected", "taxes[0]")]),
            ({"taxes": ["59", "20"]}, [("tax_automatic", "taxes[1]")]),
            ({"taxes": [{"code": "C3"}]}, [("tax_automatic", "taxes[0].code")]),
            ({"taxes": ["57"]}, [("tax_not_here", "taxes[0]")]),
            ({"taxes": ["D4"]}, [("tax_not_here", "taxes[0]")]),
            ({"taxes": ["59", "71", "59"]}, [("tax_repeated", "taxes")]),
            ({"taxes": ["59"] * 60}, [("list_too_long", "taxes")]),
            ({"taxes": [{"code": "D5", "amount": 0}]}, [("amount_not_positive", "taxes[0].amount")]),
            ({"taxes": [{"code": "D5", "amount": -1}]}, [("amount_not_positive", "taxes[0].amount")]),
            ({"taxes": "59"}, [("list_expected", "taxes")]),
            ({"special_tax": {"code": "59", "amount": 1}}, [("special_tax_unknown", "special_tax.code")]),
            ({"special_tax": {"code": "D4", "amount": 1}}, [("special_tax_unknown", "special_tax.code")]),
            ({"special_tax": {"code": "57"}}, [("field_required", "special_tax.amount")]),
            ({"special_tax": {"code": "57", "amount": 0}}, [("amount_not_positive", "special_tax.amount")]),
            ({"special_tax": {"code": "25", "amount": 1}}, [("field_required", "special_tax.description")]),
            ({"special_tax": "57"}, [("object_expected", "special_tax")]),
            ({"suggested_price": 0}, [("amount_not_positive", "suggested_price")]),
        ],
    )
    def test_refuses_what_no_line_has(self, fields: dict[str, Any], faults: list[tuple[str, str]]) -> None:
        assert refused_line(**fields) == [(code, f"lines[0].{field}") for code, field in faults]

    def test_says_that_nothing_is_included_without_taxes(self) -> None:
        warnings: list[AnswerWarning] = []
        read_invoice(as_sent({"lines": [LINE | {"taxes_included": True}]}), warnings=warnings)

        (warning,) = warnings
        assert (warning.code, warning.field) == ("field_ignored", "lines[0].taxes_included")

    def test_says_that_taxes_which_only_inform_are_in_no_price(self) -> None:
        warnings: list[AnswerWarning] = []
        informative = LINE | {"taxes": [{"code": "C5", "amount": 1}], "taxes_included": True}
        added = LINE | {"taxes": ["59", {"code": "C5", "amount": 1}], "taxes_included": True}
        read_invoice(as_sent({"lines": [informative, added]}), warnings=warnings)

        assert [(each.code, each.field) for each in warnings] == [("field_ignored", "lines[0].taxes_included")]


def test_a_faulty_amount_of_a_payment_is_no_amount_left_out() -> None:
    payments = [{"payment_method": "01", "amount": 0}, {"payment_method": "02"}]
    assert refused(payments=payments) == [("amount_not_positive", "payments[0].amount")]
    assert refused(payments=[{"payment_method": "01"}, *payments]) == [
        ("amount_not_positive", "payments[1].amount"),
        ("payments_rest_twice", "payments"),
    ]


def test_the_taxes_of_every_edition_are_named_where_a_special_tax_is_none() -> None:
    with pytest.raises(InvalidRequest) as faulty:
        read_invoice(as_sent(invoice(lines=[LINE | {"special_tax": {"code": "59", "amount": 1}}])))
    [fault] = faulty.value.faults
    assert fault.message.endswith("use A8, 57, 90 o A6, y antes de la normativa v2.0 también D5 o 25")


class TestAnotherTypeOfDocument:
    @pytest.mark.parametrize(
        "field",
        [
            {"prices_include_vat": True},
            {"tip": 5},
            {"withholding": "none"},
            {"income_tax_withheld": 1},
            {"vat_collection": True},
        ],
    )
    def test_an_export_refuses_the_terms_of_the_others(self, field: dict[str, Any]) -> None:
        (name,) = field
        assert faults_of(read_invoice, export() | field) == [("field_not_here", name)]

    def test_an_invoice_collects_no_vat(self) -> None:
        assert refused(vat_collection=True) == [("field_not_here", "vat_collection")]

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ({"sale_kind": "exempt"}, ("sale_kind_not_here", "sale_kind")),
            ({"sale_kind": "not_subject"}, ("sale_kind_not_here", "sale_kind")),
            ({"taxes": ["59"]}, ("tax_not_here", "taxes[0]")),
            ({"taxes": [{"code": "D5", "amount": 1}]}, ("tax_not_here", "taxes[0].code")),
            ({"special_tax": {"code": "D5", "amount": 1}}, ("tax_not_here", "special_tax.code")),
            ({"suggested_price": 1}, ("field_not_here", "suggested_price")),
        ],
    )
    def test_an_export_refuses_lines_of_the_others(self, fields: dict[str, Any], fault: tuple[str, str]) -> None:
        code, field = fault
        assert faults_of(read_invoice, export(lines=[LINE | fields])) == [(code, f"lines[0].{field}")]

    def test_an_export_takes_what_it_has(self) -> None:
        fuel = LINE | {"unit": 22, "taxes": ["D1", "C8", {"code": "C5", "amount": 1}], "sale_kind": "taxed"}
        asked = read_invoice(as_sent(export(lines=[fuel], discount_percentage=5, payments=[{"payment_method": "05"}])))

        assert asked.lines[0].taxes == (LineTax("D1"), LineTax("C8"), LineTax("C5", Decimal(1)))
        assert asked.terms is not None

    @pytest.mark.parametrize("field", ["tip", "payments", "discount_percentage", "withholding"])
    def test_a_note_refuses_terms_of_a_sale(self, field: str) -> None:
        assert faults_of(read_note, note("C-1", "N-1", "11.30") | {field: 5}) == [("field_not_here", field)]

    def test_a_note_has_the_fields_of_lines_but_the_suggested_price(self) -> None:
        asked = {"document_id": "A", "lines": [LINE | {"sale_kind": "exempt", "is_service": True, "unit": 99}]}
        noted = read_note(as_sent(asked)).lines
        assert noted is not None
        assert (noted[0].sale_kind, noted[0].item_type, noted[0].unit) == ("exempt", 2, 99)
        asked["lines"] = [LINE | {"suggested_price": 1, "taxes": ["20"]}]
        assert faults_of(read_note, asked) == [
            ("field_not_here", "lines[0].suggested_price"),
            ("tax_automatic", "lines[0].taxes[0]"),
        ]

    @pytest.mark.parametrize("field", ["tip", "charges", "withholding", "vat_collection", "prices_include_vat"])
    def test_a_purchase_refuses_terms_of_a_sale(self, field: str) -> None:
        assert faults_of(read_purchase, purchase() | {field: True}) == [("field_not_here", field)]

    @pytest.mark.parametrize("field", ["sale_kind", "taxes", "taxes_included", "special_tax", "suggested_price"])
    def test_a_line_of_a_purchase_refuses_taxes(self, field: str) -> None:
        asked = purchase("P-1", LINE | {field: "x"})
        assert faults_of(read_purchase, asked) == [("field_not_here", f"lines[0].{field}")]

    def test_the_refusal_names_the_types_that_have_the_field(self) -> None:
        with pytest.raises(Exception, match=r"tip solo existe en documentos de tipo 01, 03") as error:
            read_invoice(as_sent(export(tip=5)))
        assert BOTH in str(error.value)
