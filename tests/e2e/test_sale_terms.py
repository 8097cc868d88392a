"""Terms that change the amounts of a sale, over HTTP in both editions: what is issued, and what is refused and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.requests.examples import INVOICE_EXAMPLES
from tests.builders.bodies import ccf, export, invoice, note
from tests.builders.company import EXPORT_SETTINGS
from tests.e2e.answers import amounts
from tests.e2e.written import assert_official, signed
from tests.running_gateway import NEVER, RunningGateway, running_gateway

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}
AUTHORIZED = "collection_agent = true\nexport_taxes_authorized = true\n"


@pytest.fixture(params=["v1", "v2"])
def exporter(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[tuple[str, RunningGateway]]:
    """A gateway of a company that exports and has neither authorization nor designation, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS) as running:
        yield request.param, running


@pytest.fixture(params=["v1", "v2"])
def agent(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[tuple[str, RunningGateway]]:
    """A gateway of a company that MH has authorized and designated, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(
        database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS, first=AUTHORIZED
    ) as running:
        yield request.param, running


def example(name: str) -> dict[str, Any]:
    return dict(INVOICE_EXAMPLES[name]["value"])


def small_ccf(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A CCF to a buyer that does not withhold."""
    body = ccf("b2b-1")
    return body | {"customer": body["customer"] | {"type_contributor": 1}, "lines": list(lines), **more}


def refused(gateway: RunningGateway, body: dict[str, Any], path: str = "/invoice") -> tuple[int, str, str]:
    """Status, code and field of the first fault of a request."""
    reply = gateway.request("POST", path, body)
    said = reply.json()
    if reply.status == 400:
        return 400, said["errors"][0]["code"], said["errors"][0]["field"]
    return reply.status, said["code"], said["detail"].partition(":")[0]


def test_a_table_with_a_tip_is_paid_in_cash_and_by_card(either_gateway: RunningGateway) -> None:
    answer = either_gateway.post("/invoice", example("restaurant"))

    assert answer["dte_success"] is True, answer
    assert amounts(answer) == ["50.00", "6.50", "56.50", "0.00", "61.50"]
    assert str(answer["amount_charges"]) == "5.00"
    said = signed(either_gateway, answer)
    assert_official(said)
    meal, tip = said["cuerpoDocumento"]
    assert (meal["tipoItem"], tip["tipoItem"], tip["descripcion"], tip["noGravado"]) == (3, 2, "Propina", 5)
    assert [(each["codigo"], each["montoPago"], each["referencia"]) for each in said["resumen"]["pagos"]] == [
        ("01", 31.5, None),
        ("03", 30, "AUT-004512"),
    ]
    assert said["resumen"]["condicionOperacion"] == 1


def test_a_discount_takes_from_taxed_and_exempt_lines(either_gateway: RunningGateway) -> None:
    answer = either_gateway.post("/invoice", example("discounts"))

    assert answer["dte_success"] is True, answer
    # 254.25 gross are 225.00 net; 22.50 and 3.50 off; 202.50 × 13 % = 26.325.
    assert amounts(answer) == ["202.50", "26.33", "260.33", "0.00", "260.33"]
    assert [str(answer[f"amount_{name}"]) for name in ("exempt", "not_subject", "discount")] == [
        "31.50",
        "0.00",
        "26.00",
    ]
    summary = signed(either_gateway, answer)["resumen"]
    assert (summary["totalGravada"], summary["totalExenta"], summary["porcentajeDescuento"]) == (225, 35, 10)


def test_fuel_is_sold_at_the_price_of_the_pump(either_gateway: RunningGateway) -> None:
    answer = either_gateway.post("/invoice", example("fuel"))

    assert answer["dte_success"] is True, answer
    assert amounts(answer) == ["156.64", "20.36", "192.00", "0.00", "192.00"]
    assert str(answer["amount_taxes"]) == "15.00"
    said = signed(either_gateway, answer)
    assert_official(said)
    assert said["cuerpoDocumento"][0]["tributos"] == ["D1", "C8"]
    assert [(each["codigo"], each["valor"]) for each in said["resumen"]["tributos"]] == [("D1", 10), ("C8", 5)]


def test_an_informative_tax_is_never_taken_out_of_a_price(either_gateway: RunningGateway) -> None:
    """50 × 3.84 with FOVIAL inside: 10.00 are taken out, the informative 6.40 are stated and touch nothing."""
    line = example("fuel")["lines"][0] | {"taxes": ["D1", {"code": "C5", "amount": 6.40}]}
    answer = either_gateway.post("/invoice", {"lines": [line]})

    assert answer["dte_success"] is True, answer
    assert (str(answer["amount_payable"]), str(answer["amount_taxes"])) == ("192.00", "10.00")


def test_prices_of_eight_decimals_reach_the_document(either_gateway: RunningGateway) -> None:
    line = LINE | {"quantity": 152.75, "unit_price": 0.18954321}
    answer = either_gateway.post("/invoice", invoice(lines=[line]))

    # 152.75 × 0.18954321 = 28.9527253275; 28.95 × 13/113 = 3.33.
    assert amounts(answer) == ["25.62", "3.33", "28.95", "0.00", "28.95"]
    assert str(signed(either_gateway, answer)["cuerpoDocumento"][0]["precioUni"]) == "0.18954321"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"discount_amount": 11.31}, "discount_too_large", "discount_amount"),
        ({"lines": [LINE | {"discount_amount": 11.31}]}, "discount_too_large", "lines[0].discount_amount"),
        ({"discount_amount": 11.30}, "discount_takes_all", "discount_amount"),
        ({"lines": [LINE | {"discount_amount": 11.30}]}, "discount_takes_all", "lines[0].discount_amount"),
        (
            {"lines": [LINE | {"taxes": [{"code": "59", "amount": 5}]}]},
            "tax_amount_differs",
            "lines[0].taxes[0].amount",
        ),
        ({"lines": [LINE | {"taxes": ["71"], "quantity": 1.5}]}, "tax_quantity_not_whole", "lines[0].quantity"),
        ({"lines": [LINE | {"unit_price": 0.15}], "withholding": "vat_1"}, "withholding_without_base", "withholding"),
        ({"lines": [LINE | {"taxes": ["D1"]}]}, "tax_amount_missing", "lines[0].taxes[0]"),
        ({"lines": [LINE | {"taxes": ["59", "C5"]}]}, "tax_amount_missing", "lines[0].taxes[1]"),
        (
            {"lines": [LINE | {"taxes": [{"code": "71", "amount": 11.3}], "taxes_included": True}]},
            "taxes_exceed_line",
            "lines[0].taxes",
        ),
        ({"charges": [{"description": "Anticipo", "amount": -11.31}]}, "charge_exceeds_total", "charges"),
        ({"charges": [{"description": "Anticipo", "amount": 0}]}, "charge_zero", "charges[0].amount"),
        ({"payments": [{"payment_method": "01", "amount": 11.29}]}, "payments_total_differs", "payments"),
        ({"payments": [{"payment_method": "01", "amount": 11.31}]}, "payments_total_differs", "payments"),
        (
            {"payments": [{"payment_method": "01", "amount": 11.30}, {"payment_method": "03"}]},
            "payments_total_differs",
            "payments",
        ),
        (
            {"payments": [{"payment_method": "13", "deadline": 1, "period": 30}], "transaction_condition": 1},
            "transaction_condition_differs",
            "transaction_condition",
        ),
        ({"payments": [{"payment_method": "01"}], "period": 3}, "payments_and_payment_method", "period"),
        ({"prices_include_vat": False}, "net_prices_not_here", "prices_include_vat"),
        (
            {"lines": [LINE | {"sale_kind": "exempt"}], "withholding": "vat_1"},
            "withholding_without_base",
            "withholding",
        ),
        ({"vat_collection": True}, "field_not_here", "vat_collection"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_with_its_code(
    gateway: RunningGateway, body: dict[str, Any], code: str, field: str
) -> None:
    assert refused(gateway, invoice() | body) == (400, code, field)


@pytest.mark.parametrize("amount", [0.49, 0.51])
def test_mh_takes_an_amount_that_the_caller_rounds(either_gateway: RunningGateway, amount: float) -> None:
    line = LINE | {"taxes": [{"code": "59", "amount": amount}, {"code": "71", "amount": 14}]}
    answer = either_gateway.post("/invoice", invoice(lines=[line]))

    assert answer["dte_success"] is True, answer
    assert str(answer["amount_taxes"]) == f"{14 + amount:.2f}"


def test_what_is_paid_by_credits_is_paid_at_once_and_the_answer_says_so(either_gateway: RunningGateway) -> None:
    credit = [{"description": "Anticipo", "amount": -11.30}]
    answer = either_gateway.post("/invoice", invoice("A-1", charges=credit, transaction_condition=2, period=30))

    assert (str(answer["amount_payable"]), answer["dte_success"]) == ("0.00", True), answer
    named = [each["field"] for each in answer["warnings"] if each["code"] == "field_ignored"]
    assert named == ["transaction_condition", "period"]
    at_once = either_gateway.post("/invoice", invoice("A-2", charges=credit, transaction_condition=1))
    assert "field_ignored" not in [each["code"] for each in at_once.get("warnings", [])]


def test_a_withholding_of_choice_needs_no_record_of_the_buyer(gateway: RunningGateway) -> None:
    answer = gateway.post("/invoice", invoice(customer={"name": "Comercial Izalco"}, withholding="vat_1"))

    assert str(answer["amount_withheld"]) == "0.10"
    assert "customer.type_contributor" not in [each["field"] for each in answer.get("warnings", [])]


def test_a_line_of_an_export_says_its_own_kind(exporter: tuple[str, RunningGateway]) -> None:
    edition, gateway = exporter
    goods = LINE | {"is_service": False}
    assert gateway.post("/invoice", export("exp-1", lines=[goods]))["dte_success"] is True
    among_services = export("exp-2", lines=[goods, LINE], item_type=2)
    if edition == "v1":
        assert refused(gateway, among_services) == (409, "not_in_edition", "lines[0].is_service")
        a_service = export("exp-3", lines=[LINE, LINE | {"is_service": True}])
        assert refused(gateway, a_service) == (409, "not_in_edition", "lines[1].is_service")
        return
    said = signed(gateway, gateway.post("/invoice", among_services))
    assert [line["tipoItem"] for line in said["cuerpoDocumento"]] == [1, 2]


def test_a_refused_invoice_uses_no_number(exporter: tuple[str, RunningGateway]) -> None:
    _, gateway = exporter
    for body in (
        invoice("A-1", tip=5, payments=[{"payment_method": "01", "amount": 5}]),
        invoice("A-1", charges=[{"description": "Anticipo", "amount": -50}]),
    ):
        assert gateway.request("POST", "/invoice", body).status == 400
    assert refused(gateway, small_ccf(LINE | {"unit_price": 565}, vat_collection=True))[0] == 409
    assert gateway.post("/invoice", invoice("A-1"))["control_number"].endswith("000001")
    assert gateway.post("/invoice", small_ccf(LINE))["control_number"].endswith("000001")


def test_only_an_agent_collects_vat(exporter: tuple[str, RunningGateway]) -> None:
    body = small_ccf(LINE | {"unit_price": 565}, vat_collection=True)

    for path in ("/invoice?dry_run=1", "/invoice"):
        assert refused(exporter[1], body, path) == (409, "collection_not_agent", "vat_collection")


def test_an_agent_collects_vat_on_goods_of_a_small_buyer(agent: tuple[str, RunningGateway]) -> None:
    _, gateway = agent
    goods = LINE | {"unit_price": 282.50}
    answer = gateway.post("/invoice", small_ccf(goods, vat_collection=True))
    # 565.00 gross are 500.00 net, of which 1 % is 5.00.
    assert amounts(answer) == ["500.00", "65.00", "565.00", "0.00", "570.00"]
    assert str(answer["amount_collected"]) == "5.00"
    assert_official(signed(gateway, answer))

    refusals = {
        "collection_only_goods": small_ccf(goods | {"item_kind": "service"}),
        "collection_buyer_large": ccf("b2b-2") | {"lines": [goods]},
        "collection_below_threshold": small_ccf(LINE),
    }
    fields = ("lines[0].item_kind", "customer.type_contributor", "vat_collection")
    for (code, body), field in zip(refusals.items(), fields, strict=True):
        assert refused(gateway, body | {"external_ref": code, "vat_collection": True}) == (400, code, field)


def test_what_is_no_goods_is_named_as_it_was_sent(agent: tuple[str, RunningGateway]) -> None:
    service = LINE | {"unit_price": 282.50, "is_service": True}
    body = small_ccf(service, vat_collection=True)
    assert refused(agent[1], body) == (400, "collection_only_goods", "lines[0].is_service")


def test_income_tax_is_stated_before_v2_alone(exporter: tuple[str, RunningGateway]) -> None:
    edition, gateway = exporter
    service = LINE | {"quantity": 1, "unit_price": 1130, "item_kind": "service"}
    body = small_ccf(service, withholding="vat_1", income_tax_withheld=100)
    if edition == "v2":
        assert refused(gateway, body) == (409, "not_in_edition", "income_tax_withheld")
        return
    # 1000.00 + 130.00, less 10.00 of VAT and 100.00 of income tax.
    answer = gateway.post("/invoice", body)
    assert amounts(answer) == ["1000.00", "130.00", "1130.00", "10.00", "1020.00"]
    assert str(answer["amount_income_tax"]) == "100.00"
    too_much = small_ccf(service, external_ref="b2b-2", income_tax_withheld=1000.01)
    assert refused(gateway, too_much) == (400, "income_tax_too_large", "income_tax_withheld")


def test_withholding_follows_the_request(either_gateway: RunningGateway) -> None:
    withheld = {
        "none": ["100.00", "13.00", "113.00", "0.00", "113.00"],
        "auto": ["100.00", "13.00", "113.00", "1.00", "112.00"],
        "vat_1": ["100.00", "13.00", "113.00", "1.00", "112.00"],
    }
    for way, expected in withheld.items():
        assert amounts(either_gateway.post("/invoice", ccf(way) | {"withholding": way})) == expected
    small = either_gateway.post("/invoice", invoice("A-1", withholding="vat_1"))
    assert amounts(small) == ["10.00", "1.30", "11.30", "0.10", "11.20"], "by choice, there is no threshold"


@pytest.mark.parametrize(
    "fields",
    [
        {"taxes": ["D1"], "unit": 22},
        {"taxes": [{"code": "C5", "amount": 1}]},
        {"special_tax": {"code": "57", "amount": 1}},
        {"item_kind": "service"},
    ],
)
def test_an_export_before_v2_has_no_place_for_taxes_and_kinds(
    exporter: tuple[str, RunningGateway], fields: dict[str, Any]
) -> None:
    edition, gateway = exporter
    body = export(lines=[LINE | fields])
    name = next(iter(fields)) + ("[0]" if "taxes" in fields else "")
    if edition == "v1":
        assert refused(gateway, body) == (409, "not_in_edition", f"lines[0].{name}")
    elif name in ("taxes[0]", "special_tax") and "C5" not in str(fields):
        assert refused(gateway, body) == (409, "tax_not_authorized", f"lines[0].{name}")
    else:
        assert gateway.post("/invoice", body)["dte_success"] is True


def test_a_charge_of_an_export_before_v2_has_no_kind_of_its_own(exporter: tuple[str, RunningGateway]) -> None:
    edition, gateway = exporter
    advance = {"description": "Anticipo", "amount": -100}
    # 1,126.20 less the advance; the sale stays what it is.
    answer = gateway.post("/invoice", export(charges=[advance]))
    assert (str(answer["amount_gross"]), str(answer["amount_payable"])) == ("1126.20", "1026.20")
    of_a_kind = export("exp-2", charges=[advance | {"item_kind": "service"}])
    if edition == "v1":
        assert refused(gateway, of_a_kind) == (409, "not_in_edition", "charges[0].item_kind")
    else:
        assert gateway.post("/invoice", of_a_kind)["dte_success"] is True


def test_an_authorized_company_exports_fuel(agent: tuple[str, RunningGateway]) -> None:
    edition, gateway = agent
    fuel = LINE | {"quantity": 1000, "unit_price": 2.50, "unit": 22, "taxes": ["D1", "C8"]}
    body = export(lines=[fuel], freight=0, insurance=0)
    if edition == "v1":
        assert refused(gateway, body) == (409, "not_in_edition", "lines[0].taxes[0]")
        return
    answer = gateway.post("/invoice", body)
    assert answer["dte_success"] is True, answer
    assert (str(answer["amount_taxes"]), str(answer["amount_payable"])) == ("300.00", "2800.00")
    cement = export("exp-2", lines=[LINE | {"special_tax": {"code": "57", "amount": 1}}])
    assert gateway.post("/invoice", cement)["dte_success"] is True


@pytest.mark.parametrize(
    "fields",
    [
        {"taxes": [{"code": "D5", "amount": 1}]},
        {"special_tax": {"code": "D5", "amount": 1}},
        {"special_tax": {"code": "25", "amount": 1, "description": "Tributo especial"}},
    ],
)
def test_a_tax_that_v2_no_longer_has_is_stated_before(
    exporter: tuple[str, RunningGateway], fields: dict[str, Any]
) -> None:
    edition, gateway = exporter
    body = invoice(lines=[LINE | fields])
    name = next(iter(fields)) + ("[0]" if "taxes" in fields else "")
    if edition == "v2":
        assert refused(gateway, body) == (409, "not_in_edition", f"lines[0].{name}")
        return
    answer = gateway.post("/invoice", body)
    assert answer["dte_success"] is True, answer
    assert_official(signed(gateway, answer))


def test_a_repeated_request_is_the_same_document_whatever_its_defaults(either_gateway: RunningGateway) -> None:
    first = either_gateway.post("/invoice", invoice("A-1", tip=5))
    again = either_gateway.post(
        "/invoice", invoice("A-1", tip="5.00", withholding="auto", prices_include_vat=True, charges=[])
    )
    other = either_gateway.post("/invoice", invoice("A-1", tip=6))

    assert (again["is_duplicate"], "content_differs" in again) == (True, False)
    assert other["content_differs"] is True
    assert again["document_id"] == other["document_id"] == first["document_id"]


def test_a_note_refuses_what_only_a_sale_has(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))

    assert refused(gateway, note("b2b-1", "nc-1", "11.30", tip=5), "/credit-memo") == (400, "field_not_here", "tip")
