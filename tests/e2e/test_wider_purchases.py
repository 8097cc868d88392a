"""Purchases (14) with discounts, credit, payments, other income tax and foreign sellers, as a client sees them."""

import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from ocote.clock import local_date
from tests.builders.bodies import GOODS, SERVICE, purchase
from tests.commands import Run
from tests.e2e.answers import amounts
from tests.e2e.written import assert_official, signed
from tests.running_gateway import RunningGateway

EXAMPLE_7_1 = {
    "description": "Reparación", "quantity": 3, "unit_price": 45.50, "discount_amount": 6.50, "is_service": True,
}  # fmt: skip


def issued(gateway: RunningGateway, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer to a purchase that MH stamps, and the document as it was signed."""
    answer = gateway.post("/suex", body)
    assert answer["dte_success"] is True, answer
    document = signed(gateway, answer)
    assert_official(document)
    return answer, document


def seller_of(document: dict[str, Any]) -> dict[str, Any]:
    seller: dict[str, Any] = document["receptor"] if "receptor" in document else document["sujetoExcluido"]
    return seller


def faults(gateway: RunningGateway, body: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and field of the faults of a purchase that is refused."""
    reply = gateway.request("POST", "/suex", body)
    assert reply.status == 400, reply.json()
    return [(each["code"], each["field"]) for each in reply.json()["errors"]]


def test_the_worked_example_with_both_its_discounts(either_gateway: RunningGateway) -> None:
    """3 × 45.50 − 6.50 = 130.00, less 10.00 = 120.00; 12.00 is withheld and 108.00 paid (arithmetic.md 7)."""
    answer, document = issued(either_gateway, purchase("compra-1", EXAMPLE_7_1) | {"discount_amount": 10.00})
    assert amounts(answer) == ["120.00", "0.00", "120.00", "12.00", "108.00"]
    assert (str(answer["amount_discount"]), str(answer["amount_income_tax"])) == ("10.00", "0.00")
    summary = document["resumen"]
    names = ("totalCompra", "descu", "totalDescu", "subTotal", "reteRenta", "totalPagar")
    assert [summary[name] for name in names] == [130, 10, Decimal("16.5"), 120, 12, 108]
    status = either_gateway.get("/suex/status/compra-1")
    assert amounts(status) == amounts(answer)
    assert str(status["amount_discount"]) == "10.00"


def test_a_percentage_off_services_and_goods(either_gateway: RunningGateway) -> None:
    """214.00 less 5 % is 203.30; the service keeps 190.00."""
    answer, _ = issued(either_gateway, purchase() | {"discount_percentage": 5})
    assert amounts(answer) == ["203.30", "0.00", "203.30", "19.00", "184.30"]


def test_lines_say_kind_unit_code_and_fine_prices(either_gateway: RunningGateway) -> None:
    """152.75 × 0.18954321 = 28.95; an hour of 10.00 withholds 1.00."""
    energy = {"description": "Energía, kWh", "quantity": 152.75, "unit_price": 0.18954321, "unit": 99, "code": "KWH"}
    hour = {"description": "Asesoría", "quantity": 1, "unit_price": 10, "item_kind": "service"}
    answer, document = issued(either_gateway, purchase("compra-1", energy, hour))
    assert amounts(answer) == ["38.95", "0.00", "38.95", "1.00", "37.95"]
    assert [(line["tipoItem"], line["uniMedida"], line["codigo"]) for line in document["cuerpoDocumento"]] == [
        (1, 99, "KWH"),
        (2, 99, None),
    ]


def test_a_purchase_on_credit(either_gateway: RunningGateway) -> None:
    terms = {"payment_method": "05", "transaction_condition": 2, "deadline": 1, "period": 30}
    _, document = issued(either_gateway, purchase() | terms)
    summary = document["resumen"]
    assert summary["condicionOperacion"] == 2
    assert summary["pagos"] == [{"codigo": "05", "montoPago": 194, "referencia": None, "plazo": "01", "periodo": 30}]


def test_several_payments_of_what_the_seller_receives(either_gateway: RunningGateway) -> None:
    payments = [
        {"payment_method": "01", "amount": 94.00},
        {"payment_method": "05", "reference": "TR-0815", "deadline": 2, "period": 1},
    ]
    _, document = issued(either_gateway, purchase() | {"payments": payments})
    summary = document["resumen"]
    assert summary["condicionOperacion"] == 3
    assert [(part["montoPago"], part["referencia"], part["plazo"]) for part in summary["pagos"]] == [
        (94, None, None),
        (100, "TR-0815", "02"),
    ]


@pytest.mark.parametrize(
    ("withheld", "payable"), [(0, "214.00"), (40.00, "174.00"), (53.50, "160.50")], ids=["none", "20 %", "25 %"]
)
def test_another_income_tax_is_withheld_for_a_reason(
    either_gateway: RunningGateway, withheld: float, payable: str
) -> None:
    asked = {"income_tax_withheld": withheld, "income_tax_reason": "Ley aplicable, artículo 158", "remarks": "Orden 12"}
    answer, document = issued(either_gateway, purchase() | asked)
    assert amounts(answer)[3:] == [f"{withheld:.2f}", payable]
    assert document["resumen"]["observaciones"] == "Orden 12\nRetención de renta: Ley aplicable, artículo 158"


def test_the_usual_income_tax_may_be_said_without_reason(either_gateway: RunningGateway) -> None:
    answer, document = issued(either_gateway, purchase() | {"income_tax_withheld": 20})
    assert amounts(answer)[3:] == ["20.00", "194.00"]
    assert document["resumen"]["observaciones"] is None


def test_a_line_of_goods_and_service_withholds_what_is_said(either_gateway: RunningGateway) -> None:
    both = GOODS | {"item_kind": "both"}
    assert faults(either_gateway, purchase("compra-1", both)) == [("income_tax_missing", "income_tax_withheld")]
    answer, document = issued(either_gateway, purchase("compra-1", both) | {"income_tax_withheld": 0.70})
    assert amounts(answer)[3:] == ["0.70", "13.30"]
    assert (document["cuerpoDocumento"][0]["tipoItem"], document["cuerpoDocumento"][0]["uniMedida"]) == (3, 99)


def test_remarks_and_appendix(either_gateway: RunningGateway) -> None:
    row = {"field": "orden", "label": "Orden de compra", "value": "12"}
    _, document = issued(either_gateway, purchase() | {"remarks": "Entrega parcial", "appendix": [row]})
    assert document["resumen"]["observaciones"] == "Entrega parcial"
    assert document["apendice"] == [{"campo": "orden", "etiqueta": "Orden de compra", "valor": "12"}]


@pytest.mark.parametrize(("kind", "number"), [("03", "X1234567"), ("02", "CR-77120"), ("37", "998-A")])
def test_a_foreigner_sells_with_a_document_of_any_kind(either_gateway: RunningGateway, kind: str, number: str) -> None:
    answer, document = issued(either_gateway, purchase(dui=None, document_type=kind, document_number=number))
    seller = seller_of(document)
    assert (seller["tipoDocumento"], seller["numDocumento"]) == (kind, number)
    assert [each["code"] for each in answer["warnings"]] == ["buyer_field_filled"] * 2
    cancelled = either_gateway.post("/invalidate/suex/compra-1", None)
    assert cancelled["dte_success"] is True, cancelled


def test_large_purchases_name_foreigners_too(either_gateway: RunningGateway) -> None:
    machine = {"description": "Máquina usada", "quantity": 1, "unit_price": 60000}
    body = purchase("compra-1", machine, dui=None, document_type="03", document_number="X1234567")
    answer, _ = issued(either_gateway, body)
    assert amounts(answer)[-1] == "60000.00"


def test_a_seller_abroad_has_an_address_abroad_in_v2_and_is_refused_in_v1(either_gateway: RunningGateway) -> None:
    subject: dict[str, Any] = {"dui": None, "document_type": "03", "document_number": "X1234567", "country": "GT"}
    street = {"address": "7a. Avenida 3-33, Ciudad de Guatemala"}
    preview = either_gateway.request("POST", "/suex?dry_run=1", purchase(**subject, **street))
    if preview.status == 400:
        assert faults(either_gateway, purchase(**subject, **street)) == [("address_abroad", "subject.country")]
        return
    for reference, sent, written in (
        ("compra-1", street, street["address"]),
        ("compra-2", {}, "Domicilio en Guatemala"),
    ):
        _, document = issued(either_gateway, purchase(reference, **subject, **sent))
        assert seller_of(document)["direccion"] == {
            "departamento": "00",
            "municipio": "00",
            "distrito": "00",
            "complemento": written,
        }


def test_income_tax_that_needs_a_reason_is_told_what_would_need_none(gateway: RunningGateway) -> None:
    """Goods and service at once for 14.00 beside the services for 200.00: 20.00 to 21.40; without them 20.00."""
    for lines, said in (
        ((SERVICE, GOODS), "es 20.00; diga por qué se retiene 21.41."),
        ((SERVICE, GOODS | {"item_kind": "both"}), "es de 20.00 a 21.40, según la parte de both; diga por qué se "),
    ):
        asked = purchase("compra-1", *lines) | {"income_tax_withheld": 21.41}
        [fault] = gateway.request("POST", "/suex", asked).json()["errors"]
        assert f"El 10 % de los servicios {said}" in fault["message"]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"income_tax_withheld": 53.51, "income_tax_reason": "x"}, ("income_tax_too_large", "income_tax_withheld")),
        ({"income_tax_withheld": 0}, ("income_tax_reason_missing", "income_tax_reason")),
        ({"income_tax_withheld": -1}, ("number_negative", "income_tax_withheld")),
        ({"income_tax_withheld": 1.001}, ("number_too_many_decimals", "income_tax_withheld")),
        ({"discount_amount": 214.01}, ("discount_too_large", "discount_amount")),
        ({"discount_amount": 1, "discount_percentage": 1}, ("discount_twice", "discount_amount")),
        ({"discount_percentage": 100}, ("discount_out_of_range", "discount_percentage")),
        ({"payments": [{"payment_method": "01", "amount": 214}]}, ("payments_total_differs", "payments")),
        (
            {"payments": [{"payment_method": "01"}], "payment_method": "01"},
            ("payments_and_payment_method", "payment_method"),
        ),
        (
            {"payments": [{"payment_method": "01"}], "transaction_condition": 2},
            ("transaction_condition_differs", "transaction_condition"),
        ),
        ({"payment_method": "77"}, ("payment_method_unknown", "payment_method")),
        ({"tip": 5}, ("field_not_here", "tip")),
        ({"charges": [{"description": "x", "amount": 1}]}, ("field_not_here", "charges")),
        ({"withholding": "vat_1"}, ("field_not_here", "withholding")),
        ({"vat_collection": True}, ("field_not_here", "vat_collection")),
        ({"payment_number": "1"}, ("field_not_here", "payment_number")),
    ],
)
def test_wrong_terms_are_refused_by_code(gateway: RunningGateway, more: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults(gateway, purchase() | more) == [fault]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"discount_amount": 200.01}, ("discount_too_large", "lines[0].discount_amount")),
        ({"discount_amount": 1, "discount_percentage": 1}, ("discount_twice", "lines[0].discount_amount")),
        ({"unit": 7}, ("unit_unknown", "lines[0].unit")),
        ({"item_kind": "thing"}, ("item_kind_unknown", "lines[0].item_kind")),
        ({"item_kind": "goods"}, ("item_kind_contradicted", "lines[0].is_service")),
        ({"code": "x" * 26}, ("text_too_long", "lines[0].code")),
        ({"unit_price": 0.123456789}, ("number_too_many_decimals", "lines[0].unit_price")),
        ({"sale_kind": "exempt"}, ("field_not_here", "lines[0].sale_kind")),
        ({"taxes": ["59"]}, ("field_not_here", "lines[0].taxes")),
    ],
)
def test_wrong_lines_are_refused_by_code(gateway: RunningGateway, line: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults(gateway, purchase("compra-1", SERVICE | line)) == [fault]


@pytest.mark.parametrize(
    ("subject", "fault"),
    [
        ({"dui": None, "document_type": "03"}, ("identity_incomplete", "subject.document_number")),
        ({"dui": None, "document_number": "X1"}, ("identity_incomplete", "subject.document_type")),
        ({"document_type": "03", "document_number": "X1"}, ("identity_twice", "subject.document_type")),
        (
            {"dui": None, "document_type": "99", "document_number": "X1"},
            ("document_type_unknown", "subject.document_type"),
        ),
        ({"dui": None}, ("subject_identity_missing", "subject.dui")),
    ],
)
def test_a_seller_has_one_identity(gateway: RunningGateway, subject: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults(gateway, purchase(**subject)) == [fault]


def test_a_reason_without_an_amount_says_nothing_and_the_answer_tells(gateway: RunningGateway) -> None:
    body = purchase() | {"income_tax_reason": "Exento"}
    answer = gateway.post("/suex?dry_run=1", body)
    assert ("field_ignored", "income_tax_reason") in [(each["code"], each["field"]) for each in answer["warnings"]]
    reply = gateway.request("POST", "/suex", body, headers={"Prefer": "handling=strict"})
    assert ("field_not_taken", "income_tax_reason") in [
        (each["code"], each["field"]) for each in reply.json()["errors"]
    ]


def test_the_books_name_another_percentage(gateway: RunningGateway) -> None:
    """Annex 5 has what the discount leaves (214.00 − 21.40); the annex of F-14 a line for each percentage.

    Of 180.00 of services 10 % is 18.00, of 200.00 20 % is 40.00.
    """
    gateway.post("/suex", purchase("compra-1") | {"discount_amount": 21.40})
    gateway.post("/suex", purchase("compra-2") | {"income_tax_withheld": 40, "income_tax_reason": "CT 158"})
    month = local_date(gateway.clock()).strftime("%Y-%m")
    reply = gateway.request("GET", f"/books?month={month}")
    with zipfile.ZipFile(BytesIO(reply.content)) as books:
        bought = [row.split(";") for row in books.read(f"anexo5-{month}.csv").decode().splitlines()]
        withheld = [row.split(";") for row in books.read(f"f14-{month}.csv").decode().splitlines()]
        notes = books.read(f"notas-{month}.txt").decode("utf-8-sig")
    assert sorted(row[6] for row in bought) == ["192.60", "214.00"]
    assert [(row[6], row[8]) for row in withheld] == [("180.00", "18.00"), ("200.00", "40.00")]
    assert "a Marta Alvarenga se le retuvo el 20 %" in notes


def test_the_archive_of_such_purchases_is_sound(gateway: RunningGateway, run_here: Run) -> None:
    """The row of a purchase repeats what its signed document states, discount and income tax included."""
    gateway.post("/suex", purchase("compra-1", EXAMPLE_7_1) | {"discount_amount": 10.00})
    asked = {"income_tax_withheld": 40, "income_tax_reason": "CT 158", "discount_percentage": 12.5}
    gateway.post("/suex", purchase("compra-2", dui=None, document_type="03", document_number="X1234567") | asked)
    walked = run_here("verify")
    assert (walked.status, walked.err) == (0, ""), walked
    assert "2 documentos" in walked.out


def test_a_purchase_that_was_kept_is_repeated_and_corrected_with_its_terms(gateway: RunningGateway) -> None:
    """200.00 + 14.00 less 14.00 of discount: of 200.00 × 200.00 / 214.00 = 186.92 10 % is 18.69."""
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert gateway.post("/suex", purchase())["rejected"] is True
    body = purchase() | {"discount_amount": 14.00}
    again = gateway.post("/suex", body)
    assert amounts(again) == ["200.00", "0.00", "200.00", "18.69", "181.31"]
    repeated = gateway.post("/suex", body)
    assert (repeated["is_duplicate"], "content_differs" in repeated) == (True, False)
    assert gateway.post("/suex", body | {"discount_amount": 13.00})["content_differs"] is True
