"""What POST /invoice accepts, what it refuses and what the refusal says (contract 7, D2, D5, D6, D13, D26, D27)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.dte.sale import Line, Payment
from ocote.errors import detail_of
from ocote.issuing.request import InvoiceRequest, Place, encoded
from ocote.requests.invoice import read_invoice
from ocote.web.invalid import InvalidRequest
from ocote.web.json_text import read_object

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}
CCF_CUSTOMER = {"name": "Distribuidora Izalco", "nit": "0614-180948-001-4", "nrc": "123456-7", "type_contributor": 3}


def read(**body: Any) -> InvoiceRequest:
    """Reads a request as it would come over the wire; ``lines`` defaults to one good line."""
    return read_invoice(read_object(json.dumps({"lines": [LINE]} | body).encode()))


def faults_of(**body: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as refused:
        read(**body)
    return [(fault.code, fault.field) for fault in refused.value.faults]


def line_fault(**changes: Any) -> tuple[str, str]:
    (found,) = faults_of(lines=[LINE | changes])
    return found


def customer_fault(**fields: Any) -> tuple[str, str]:
    (found,) = faults_of(customer={"name": "Ana"} | fields)
    return found


def told(**fields: Any) -> tuple[str, str]:
    """Code and message of the one fault of a customer."""
    with pytest.raises(InvalidRequest) as refused:
        read(customer={"name": "Ana"} | fields)
    (fault,) = refused.value.faults
    return fault.code, fault.message


def place_of(**fields: Any) -> Place | None:
    customer = read(customer={"name": "Ana"} | fields).customer
    assert customer is not None
    return customer.place


class TestTheSmallestRequest:
    def test_is_an_invoice_in_cash_to_a_final_consumer(self) -> None:
        assert read() == InvoiceRequest(
            doc_type="01",
            lines=(Line("Resma de papel", Decimal(2), Decimal("5.65"), Decimal(0)),),
            customer=None,
            customer_name="Consumidor Final",
            payment=Payment("01", 1, 1, 1),
        )

    def test_ignores_unknown_fields_and_takes_null_as_absent(self) -> None:
        with_extras = read(
            color="rojo",
            customer=None,
            external_ref=None,
            payment_method=None,
            doc_type=None,
            lines=[LINE | {"discount_percentage": None, "sku": {"a": [1]}}],
        )

        assert with_extras == read()

    def test_needs_lines(self) -> None:
        with pytest.raises(InvalidRequest) as refused:
            read_invoice({})

        assert [(fault.code, fault.field) for fault in refused.value.faults] == [("field_required", "lines")]


class TestEveryFaultIsTold:
    def test_in_one_answer_with_the_field_of_each(self) -> None:
        faults = faults_of(
            doc_type="05",
            payment_method="07",
            lines=[{"description": "", "quantity": -1}, LINE | {"unit_price": "$5"}],
        )

        assert faults == [
            ("doc_type_not_here", "doc_type"),
            ("field_required", "lines[0].unit_price"),
            ("field_empty", "lines[0].description"),
            ("line_quantity_not_positive", "lines[0].quantity"),
            ("number_not_plain", "lines[1].unit_price"),
            ("payment_method_unknown", "payment_method"),
        ]

    def test_and_the_detail_names_the_first_as_the_contract_shows(self) -> None:
        with pytest.raises(InvalidRequest) as refused:
            read(lines=[LINE | {"quantity": 0}])

        assert detail_of(refused.value.faults[0]) == "Solicitud invalida: lines[0].quantity debe ser mayor que cero"

    def test_but_never_more_than_a_hundred(self) -> None:
        assert len(faults_of(lines=[LINE | {"quantity": 0}] * 2000)) == 100


class TestLines:
    @pytest.mark.parametrize("lines", [{}, "x", 1, True])
    def test_must_be_a_list(self, lines: object) -> None:
        assert faults_of(lines=lines) == [("list_expected", "lines")]

    def test_must_be_objects(self) -> None:
        assert faults_of(lines=[LINE, 5]) == [("object_expected", "lines[1]")]

    def test_are_one_to_two_thousand(self) -> None:
        assert len(read(lines=[LINE] * 2000).lines) == 2000
        assert faults_of(lines=[]) == [("lines_empty", "lines")]
        assert faults_of(lines=[LINE] * 2001) == [("lines_too_many", "lines")]

    def test_description_is_copied_unchanged(self) -> None:
        text = "  Café «molido»\n\t500 g 🌋 "

        assert read(lines=[LINE | {"description": text}]).lines[0].description == text

    def test_description_has_one_to_a_thousand_characters(self) -> None:
        assert read(lines=[LINE | {"description": "ñ" * 1000}])
        assert line_fault(description="ñ" * 1001) == ("text_too_long", "lines[0].description")
        assert line_fault(description="") == ("field_empty", "lines[0].description")
        assert line_fault(description=" \n ") == ("field_empty", "lines[0].description")
        assert line_fault(description=5) == ("text_expected", "lines[0].description")

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85"])
    def test_description_has_no_control_characters(self, character: str) -> None:
        assert line_fault(description=f"a{character}b") == ("text_control_character", "lines[0].description")

    @pytest.mark.parametrize("name", ["description", "quantity", "unit_price"])
    def test_need_description_quantity_and_price(self, name: str) -> None:
        assert line_fault(**{name: None}) == ("field_required", f"lines[0].{name}")


class TestQuantityAndPrice:
    @pytest.mark.parametrize("value", [0, -1, -0.5, 0.0, "0", "-2"])
    def test_are_greater_than_zero(self, value: object) -> None:
        assert line_fault(quantity=value) == ("line_quantity_not_positive", "lines[0].quantity")
        assert line_fault(unit_price=value) == ("line_unit_price_not_positive", "lines[0].unit_price")

    @pytest.mark.parametrize("value", ["$5", "1,000.00", "1.000,00", " 5", "5 ", "1e3", "+5", "", "NaN", "cinco", "٣"])
    def test_as_text_are_plain_decimals_only(self, value: str) -> None:
        expected = "number_not_plain" if value else "field_empty"

        assert line_fault(unit_price=value) == (expected, "lines[0].unit_price")

    def test_as_text_equal_the_number(self) -> None:
        assert read(lines=[LINE | {"quantity": "2.0", "unit_price": "5.65"}]) == read()

    def test_trailing_zeros_do_not_count_however_many(self) -> None:
        zeros = "0" * 500_000

        assert read(lines=[LINE | {"quantity": f"2.{zeros}", "unit_price": f"5.65{zeros}"}]) == read()
        assert line_fault(quantity=f"2.{zeros}1") == ("number_too_many_decimals", "lines[0].quantity")

    @pytest.mark.parametrize("value", [True, False, [1], {"amount": 1}])
    def test_are_not_booleans_lists_or_objects(self, value: object) -> None:
        assert line_fault(quantity=value) == ("number_expected", "lines[0].quantity")

    def test_price_has_eight_decimals_by_value(self) -> None:
        assert read(lines=[LINE | {"unit_price": 0.18954321}]).lines[0].unit_price == Decimal("0.18954321")
        assert line_fault(unit_price=0.123456789) == ("number_too_many_decimals", "lines[0].unit_price")
        assert line_fault(unit_price="0.123456789") == ("number_too_many_decimals", "lines[0].unit_price")
        assert read(lines=[LINE | {"unit_price": "1.50000"}]).lines[0].unit_price == Decimal("1.5")

    def test_quantity_has_eight_decimals(self) -> None:
        assert read(lines=[LINE | {"quantity": "0.00000001"}]).lines[0].quantity == Decimal("1E-8")
        assert line_fault(quantity="0.123456789") == ("number_too_many_decimals", "lines[0].quantity")

    @pytest.mark.parametrize("number", ["1e400", "1e999999999", "100000000000", "9" * 5000])
    def test_are_below_a_hundred_thousand_million(self, number: str) -> None:
        body = json.dumps({"lines": [LINE]}).replace("5.65", number).encode()

        with pytest.raises(InvalidRequest) as refused:
            read_invoice(read_object(body))

        assert [(fault.code, fault.field) for fault in refused.value.faults] == [
            ("number_too_large", "lines[0].unit_price")
        ]

    def test_of_a_tiny_exponent_have_too_many_decimals(self) -> None:
        body = json.dumps({"lines": [LINE]}).replace("5.65", "1e-999999999").encode()

        with pytest.raises(InvalidRequest) as refused:
            read_invoice(read_object(body))

        assert refused.value.faults[0].code == "number_too_many_decimals"

    def test_discount_goes_from_0_to_99_with_two_decimals(self) -> None:
        assert read(lines=[LINE | {"discount_percentage": 99}]).lines[0].discount_percentage == 99
        assert read(lines=[LINE | {"discount_percentage": "12.25"}]).lines[0].discount_percentage == Decimal("12.25")
        assert line_fault(discount_percentage=99.01) == ("line_discount_out_of_range", "lines[0].discount_percentage")
        assert line_fault(discount_percentage=-1) == ("line_discount_out_of_range", "lines[0].discount_percentage")
        assert line_fault(discount_percentage=1.125) == ("number_too_many_decimals", "lines[0].discount_percentage")

    @given(st.decimals(min_value="0.01", max_value="99999999999.99", places=2))
    def test_reach_the_sale_exactly(self, price: Decimal) -> None:
        assert read(lines=[LINE | {"unit_price": str(price)}]).lines[0].unit_price == price


class TestDocumentType:
    @pytest.mark.parametrize("doc_type", ["05", "14", "1", "99", "CCF"])
    def test_other_types_have_other_endpoints(self, doc_type: str) -> None:
        assert faults_of(doc_type=doc_type) == [("doc_type_not_here", "doc_type")]

    def test_is_a_text(self) -> None:
        assert faults_of(doc_type=1) == [("text_expected", "doc_type")]

    def test_export_needs_no_customer(self) -> None:
        assert read(doc_type="11").doc_type == "11"


class TestPayment:
    @pytest.mark.parametrize("code", ["01", "02", "03", "04", "05", "08", "09", "11", "12", "13", "14", "99"])
    def test_takes_every_method_of_the_catalog(self, code: str) -> None:
        assert read(payment_method=code).payment.method == code

    @pytest.mark.parametrize("code", ["06", "07", "10", "1", "efectivo"])
    def test_takes_no_other_method(self, code: str) -> None:
        assert faults_of(payment_method=code) == [("payment_method_unknown", "payment_method")]

    def test_thirty_days_of_credit(self) -> None:
        request = read(payment_method="05", transaction_condition=2, deadline=1, period=30)

        assert request.payment == Payment("05", 2, 1, 30)

    @pytest.mark.parametrize(
        ("name", "value", "code"),
        [
            ("transaction_condition", 0, "transaction_condition_unknown"),
            ("transaction_condition", 4, "transaction_condition_unknown"),
            ("deadline", 30, "deadline_unknown"),
            ("deadline", 0, "deadline_unknown"),
            ("period", 0, "period_not_positive"),
            ("period", -3, "period_not_positive"),
            ("period", 1.5, "integer_expected"),
            ("transaction_condition", True, "number_expected"),
            ("deadline", "uno", "deadline_unknown"),
            ("deadline", " ", "field_empty"),
            ("period", 10_000, "period_not_positive"),
            ("period", 10**15, "period_not_positive"),
            ("period", "1e3", "period_not_positive"),
        ],
    )
    def test_condition_unit_and_count_are_whole_numbers_in_range(self, name: str, value: object, code: str) -> None:
        assert faults_of(**{name: value}) == [(code, name)]


class TestCustomerOfAnInvoice:
    def test_may_be_a_name_alone(self) -> None:
        request = read(customer={"name": " Ana Ramos "})

        assert request.customer is not None
        assert request.customer.name == "Ana Ramos"
        assert request.customer_name == "Ana Ramos"

    def test_wins_over_customer_name(self) -> None:
        assert read(customer={"name": "Ana"}, customer_name="Otra").customer_name == "Ana"
        assert read(customer_name="Otra").customer_name == "Otra"

    def test_needs_a_name_when_it_is_sent(self) -> None:
        assert faults_of(customer={}) == [("field_required", "customer.name")]
        assert faults_of(customer={"name": "x" * 251}) == [("text_too_long", "customer.name")]

    def test_is_an_object(self) -> None:
        assert faults_of(customer="Ana") == [("object_expected", "customer")]

    def test_is_read_whole(self) -> None:
        customer = read(
            customer={
                "name": "Ana",
                "nit": "06141809480014",
                "dui": "00016297-5",
                "nrc": "123456-7",
                "type_contributor": 2,
                "activity_code": "62010",
                "address": "Calle 1\nCasa 2",
                "email": "ana@ejemplo.com.sv",
                "phone": "2222-0000",
            }
        ).customer

        assert customer is not None
        assert (customer.nit, customer.dui, customer.nrc) == ("06141809480014", "000162975", "1234567")
        assert (customer.contributor_type, customer.activity_code) == (2, "62010")
        assert (customer.address, customer.email, customer.phone) == (
            "Calle 1\nCasa 2",
            "ana@ejemplo.com.sv",
            "2222-0000",
        )

    @pytest.mark.parametrize("name", ["nit", "dui", "nrc", "email", "phone", "activity_code", "department", "district"])
    def test_an_empty_text_is_not_an_absent_one(self, name: str) -> None:
        assert customer_fault(**{name: ""}) == ("field_empty", f"customer.{name}")
        assert read(customer={"name": "Ana", name: None})

    @pytest.mark.parametrize(
        "nit", ["06141809480013", "0614180948001", "061418094800144", "00000000000000", "0614-18094A-001-4"]
    )
    def test_nit_has_right_length_and_check_digit(self, nit: str) -> None:
        assert customer_fault(nit=nit) == ("invalid_nit", "customer.nit")

    def test_nit_may_be_the_nine_digits_of_a_dui(self) -> None:
        customer = read(customer={"name": "Ana", "nit": "00016297-5"}).customer

        assert customer is not None
        assert customer.nit == "000162975"

    def test_identity_numbers_are_texts(self) -> None:
        assert customer_fault(nit=6141809480014) == ("text_expected", "customer.nit")

    def test_dui_and_nrc_are_digits(self) -> None:
        assert customer_fault(dui="00016297-4") == ("invalid_dui", "customer.dui")
        assert customer_fault(nrc="12A4567") == ("invalid_nrc", "customer.nrc")
        assert customer_fault(nrc="123456789") == ("invalid_nrc", "customer.nrc")

    @pytest.mark.parametrize("value", [0, 5, -1])
    def test_type_contributor_goes_from_1_to_4(self, value: int) -> None:
        assert customer_fault(type_contributor=value) == ("type_contributor_unknown", "customer.type_contributor")

    @pytest.mark.parametrize("phone", ["1234567", "x" * 31])
    def test_phone_has_8_to_30_characters(self, phone: str) -> None:
        code, field = customer_fault(phone=phone)

        assert code in {"text_too_short", "text_too_long"}
        assert field == "customer.phone"

    @pytest.mark.parametrize(
        "email",
        [
            "ana",
            "ana@",
            "@b.com",
            "a b@c.com",
            "ana@b",
            "ana@b..com",
            ".a@b.com",
            "a@b.com, c@d.com",
            "añ@b.com",
            "a@-b.com",
        ],
    )
    def test_email_has_the_form_of_one(self, email: str) -> None:
        assert customer_fault(email=email) == ("email_malformed", "customer.email")

    def test_email_has_a_hundred_characters_at_most(self) -> None:
        assert customer_fault(email="a" * 89 + "@ejemplo.com") == ("text_too_long", "customer.email")

    def test_an_extra_address_for_the_copy_is_checked_alike(self) -> None:
        assert read(redirect_email="caja@ejemplo.com").redirect_email == "caja@ejemplo.com"
        assert faults_of(redirect_email="caja@") == [("email_malformed", "redirect_email")]
        several = read(redirect_email=["caja@ejemplo.com", " duena@ejemplo.com", "Caja@ejemplo.com"])
        assert several.redirect_email == "caja@ejemplo.com,duena@ejemplo.com"
        assert several == read(redirect_email="caja@ejemplo.com, duena@ejemplo.com")


class TestCustomerOfACcf:
    def test_is_read_with_its_four_required_fields(self) -> None:
        request = read(doc_type="03", customer=CCF_CUSTOMER)

        assert request.customer is not None
        assert request.customer.nit == "06141809480014"
        assert request.customer.contributor_type == 3

    def test_must_be_sent(self) -> None:
        assert faults_of(doc_type="03") == [("ccf_customer_missing", "customer")]

    @pytest.mark.parametrize("name", ["name", "nit", "nrc", "type_contributor"])
    def test_lacks_none_of_the_four(self, name: str) -> None:
        customer = {key: value for key, value in CCF_CUSTOMER.items() if key != name}

        assert faults_of(doc_type="03", customer=customer) == [("ccf_customer_field_missing", f"customer.{name}")]


class TestActivity:
    def test_is_one_of_the_catalog(self) -> None:
        assert read(activity_code="62010").activity_code == "62010"
        assert faults_of(activity_code="99999") == [("activity_code_unknown", "activity_code")]
        assert customer_fault(activity_code="620") == ("activity_code_unknown", "customer.activity_code")


class TestPlace:
    def test_is_settled_by_department_and_municipality(self) -> None:
        assert place_of(department="11", municipality="24") == Place("11", "24")

    def test_takes_the_four_digit_municipality_with_or_without_department(self) -> None:
        assert place_of(municipality="1124") == Place("11", "24")
        assert place_of(department="11", municipality="1124") == Place("11", "24")

    def test_is_settled_by_the_district_alone(self) -> None:
        from ocote.dte import catalogs

        district = catalogs.districts()["11", "16"]
        expected = Place("11", district.municipality, "16")

        assert place_of(district=str(district.id)) == expected
        assert place_of(district=str(district.id).upper()) == expected
        assert place_of(district="1116") == expected
        assert place_of(department="11", district="16") == expected
        assert place_of(department="01", municipality="13", district=str(district.id)) == expected

    @pytest.mark.parametrize(
        "district", ["3b7e0f52-6c1d-4d0a-9a77-18c25e90d4f1", "9999", "16", "33", "SANTIAGO DE MARA"]
    )
    def test_refuses_an_unknown_district(self, district: str) -> None:
        assert customer_fault(district=district) == ("district_unknown", "customer.district")

    @pytest.mark.parametrize("name", ["Santa Tecla", "santa tecla", "SANTA  TECLA", "Santa Tecla "])
    def test_takes_the_name_of_a_district_that_no_other_has(self, name: str) -> None:
        assert place_of(district=name) == place_of(district="0511")
        assert place_of(district=name, department="La Libertad") == place_of(district="0511")

    def test_takes_names_without_accents_and_mhs_short_ones(self) -> None:
        assert place_of(district="santiago de maria") == place_of(district="STGO DE MARÍA") == place_of(district="1121")

    def test_takes_a_name_that_several_have_beside_department_or_municipality(self) -> None:
        assert place_of(district="El Carmen", department="07") == place_of(district="0703")
        assert place_of(district="El Carmen", department="La Unión") == place_of(district="1405")
        assert place_of(district="El Carmen", municipality="La Unión Sur") == place_of(district="1405")

    def test_lists_the_places_of_a_name_that_several_have(self) -> None:
        code, message = told(district="El Carmen")

        assert code == "district_ambiguous"
        assert message.startswith("puede ser 0703 (El Carmen, Cuscatlán), 1405 (El Carmen, La Unión); envíe ")

    def test_names_the_place_of_a_district_that_is_in_another_department(self) -> None:
        code, message = told(district="Santa Tecla", department="06")

        assert code == "district_elsewhere"
        assert "0511 (Santa Tecla, La Libertad)" in message

    def test_knows_a_mistyped_name(self) -> None:
        code, message = told(district="Santa Tecl")

        assert code == "district_unknown"
        assert "; ¿quiso decir Santa Tecla o " in message

    def test_takes_the_names_of_department_and_municipality(self) -> None:
        assert place_of(department="Usulután", municipality="usulutan norte") == Place("11", "24")
        assert place_of(municipality="Usulután Norte") == Place("11", "24")
        assert place_of(department="USULUTAN", municipality="24") == Place("11", "24")

    def test_explains_the_name_of_a_municipality_of_before_2024(self) -> None:
        code, message = told(department="05", municipality="Santa Tecla")

        assert code == "municipality_old"
        assert "distrito 11" in message
        assert message.endswith("En su lugar indique district «0511».")
        assert place_of(district="0511") == place_of(department="05", district="11")

    def test_says_how_a_department_is_written(self) -> None:
        assert told(department="6", municipality="23")[1].endswith('; envíe "06"')
        assert customer_fault(municipality="Tegucigalpa") == ("municipality_name_unknown", "customer.municipality")

    def test_refuses_unknown_departments_and_municipalities(self) -> None:
        assert customer_fault(department="15", municipality="24") == ("department_unknown", "customer.department")
        assert customer_fault(department="11", municipality="99") == ("municipality_unknown", "customer.municipality")
        assert customer_fault(department="11", municipality="0113") == ("municipality_unknown", "customer.municipality")

    def test_is_not_half_a_place(self) -> None:
        assert customer_fault(department="11") == ("municipality_missing", "customer.municipality")
        assert customer_fault(municipality="24") == ("department_missing", "customer.department")

    def test_explains_a_municipality_of_before_2024(self) -> None:
        with pytest.raises(InvalidRequest) as refused:
            read(customer={"name": "Ana", "department": "06", "municipality": "14"})

        (fault,) = refused.value.faults
        assert fault.code == "municipality_old"
        assert "San Salvador" in fault.message
        assert "2024" in fault.message


class TestReference:
    def test_is_trimmed_and_keeps_case_slashes_and_percent_signs(self) -> None:
        assert read(external_ref="  Caja/7 100% Ñ ").external_ref == "Caja/7 100% Ñ"

    def test_has_a_hundred_characters_at_most(self) -> None:
        assert read(external_ref="x" * 100).external_ref == "x" * 100
        assert faults_of(external_ref="x" * 101) == [("text_too_long", "external_ref")]
        assert faults_of(external_ref="x" * 100_000) == [("text_too_long", "external_ref")]

    @pytest.mark.parametrize("value", ["", "   "])
    def test_is_not_empty(self, value: str) -> None:
        assert faults_of(external_ref=value) == [("field_empty", "external_ref")]

    @pytest.mark.parametrize("value", ["a\x00b", "a\nb", "a\tb", "a\x7fb"])
    def test_has_no_control_characters(self, value: str) -> None:
        assert faults_of(external_ref=value) == [("text_control_character", "external_ref")]

    @pytest.mark.parametrize("value", ["a\u200bb", "ab\ufeff", "a\u00adb", "❤\ufe0f", "می\u200cخواهم", "a\U000e0041"])
    def test_has_no_character_that_shows_nothing(self, value: str) -> None:
        assert faults_of(external_ref=value) == [("text_invisible_character", "external_ref")]

    @pytest.mark.parametrize("value", ["cafe\u0301", "A\u00a01", "A\u20091"])
    def test_is_written_in_one_way_alone(self, value: str) -> None:
        assert faults_of(external_ref=value) == [("reference_lookalike", "external_ref")]

    def test_is_a_text(self) -> None:
        assert faults_of(external_ref=915) == [("text_expected", "external_ref")]

    def test_may_come_as_idempotency_key(self) -> None:
        assert read_invoice(read_object(json.dumps({"lines": [LINE]}).encode()), " K-1 ").external_ref == "K-1"
        body = read_object(json.dumps({"lines": [LINE], "external_ref": "A"}).encode())
        assert read_invoice(body, "K-1").external_ref == "A"

    def test_a_faulty_idempotency_key_is_named_as_the_header(self) -> None:
        with pytest.raises(InvalidRequest) as refused:
            read_invoice(read_object(json.dumps({"lines": [LINE]}).encode()), "x" * 101)

        assert [(fault.code, fault.field) for fault in refused.value.faults] == [("text_too_long", "Idempotency-Key")]


class TestFingerprint:
    def test_is_the_same_for_the_same_content_written_differently(self) -> None:
        first = read(lines=[LINE | {"unit_price": 5.5}], external_ref="A")
        second = read(lines=[LINE | {"unit_price": "5.50", "discount_percentage": 0}], external_ref="A", note=1)

        assert encoded(first) == encoded(second)

    def test_does_not_count_the_reference(self) -> None:
        assert encoded(read(external_ref="A")) == encoded(read(external_ref="B"))

    @pytest.mark.parametrize(
        "change",
        [
            {"doc_type": "11"},
            {"lines": [LINE, LINE]},
            {"lines": [LINE | {"quantity": 3}]},
            {"lines": [LINE | {"description": "Resma de papel "}]},
            {"customer_name": "Ana"},
            {"customer": {"name": "Ana"}},
            {"payment_method": "02"},
            {"activity_code": "62010"},
            {"redirect_email": "a@b.com"},
        ],
    )
    def test_tells_any_other_content(self, change: dict[str, Any]) -> None:
        assert encoded(read(**change)) != encoded(read())
