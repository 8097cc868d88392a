"""Lines that name an item of the company take from it what they do not say, as it is when the document is written."""

from decimal import Decimal
from typing import Any

import pytest

from tests.builders.bodies import SELLER, ccf, export, invoice, note
from tests.e2e.written import signed
from tests.running_gateway import RunningGateway

COFFEE = {"description": "Café molido, libra", "unit_price": 5.65}
TERMS = {"country": "GT", "customs_office": "01", "regime": "1000.000", "incoterm": "FOB"}
LINE = {"code": "CAFE-LB", "quantity": 2}


def put(gateway: RunningGateway, code: str = "CAFE-LB", **changes: Any) -> None:
    """Writes an item, which is a pound of coffee at 5.65 with VAT but for the changes."""
    reply = gateway.request("PUT", f"/items/{code}", COFFEE | changes)
    assert reply.status == 200, reply.content


def sell(gateway: RunningGateway, reference: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The answer to a sale of these lines."""
    answer: dict[str, Any] = gateway.post("/invoice", invoice(reference, **more) | {"lines": list(lines)})
    return answer


def faults(gateway: RunningGateway, path: str, body: Any) -> dict[str, str]:
    """The codes of a 400 by their fields."""
    reply = gateway.request("POST", path, body)
    assert reply.status == 400, reply.content
    return {each["field"]: each["code"] for each in reply.json()["errors"]}


def test_a_line_of_code_and_quantity_becomes_a_whole_line(either_gateway: RunningGateway) -> None:
    put(either_gateway, unit=36)
    answer = sell(either_gateway, "caja-1", LINE)
    assert (answer["amount_gross"], answer["amount_taxable"]) == (Decimal("11.30"), Decimal("10.00"))
    line = signed(either_gateway, answer)["cuerpoDocumento"][0]
    assert (line["descripcion"], line["codigo"], line["precioUni"], line["uniMedida"], line["tipoItem"]) == (
        "Café molido, libra",
        "CAFE-LB",
        Decimal("5.65"),
        36,
        1,
    )


def test_what_a_line_says_counts_before_the_item(gateway: RunningGateway) -> None:
    put(gateway, unit=36, item_kind="both", sale_kind="exempt")
    said = LINE | {"description": "Café del día", "unit_price": 4.52, "unit": 59, "item_kind": "service"}
    line = signed(gateway, sell(gateway, "caja-1", said | {"sale_kind": "taxed"}))["cuerpoDocumento"][0]
    assert (line["descripcion"], line["precioUni"], line["uniMedida"], line["tipoItem"], line["ventaGravada"]) == (
        "Café del día",
        Decimal("4.52"),
        59,
        2,
        Decimal("9.04"),
    )


def test_an_exempt_item_is_sold_exempt_in_any_document(gateway: RunningGateway) -> None:
    put(gateway, sale_kind="exempt", unit_price=5)
    answer = sell(gateway, "caja-1", LINE)
    assert (answer["amount_exempt"], answer["amount_vat"]) == (Decimal("10.00"), Decimal("0.00"))
    voucher = gateway.post("/invoice", ccf("ccf-1") | {"lines": [LINE]})
    assert (voucher["amount_exempt"], voucher["amount_vat"]) == (Decimal("10.00"), Decimal("0.00"))
    taxed = {"lines": [LINE | {"sale_kind": "taxed"}]}
    assert faults(gateway, "/invoice", invoice("caja-2") | taxed) == {"lines[0].code": "item_price_basis"}


def test_taxes_of_an_item_fall_on_its_lines_unless_they_say_none(gateway: RunningGateway) -> None:
    """50 gallons at 3.84: FOVIAL 10.00 and COTRANS 5.00 are inside, 177.00 are taxed (wider-sales.md, 01-4)."""
    put(gateway, "REGULAR", unit_price=3.84, unit=22, taxes=["D1", "C8"], taxes_included=True)
    pumped = {"code": "REGULAR", "quantity": 50}
    answer = sell(gateway, "caja-1", pumped)
    assert (answer["amount_taxes"], answer["amount_payable"]) == (Decimal("15.00"), Decimal("192.00"))
    assert answer["amount_taxable"] == Decimal("156.64")
    dearer = sell(gateway, "caja-2", pumped | {"unit_price": 4.30})
    assert (dearer["amount_taxes"], dearer["amount_payable"]) == (Decimal("15.00"), Decimal("215.00"))
    assert sell(gateway, "caja-3", pumped | {"taxes": []})["amount_taxes"] == Decimal("0.00")
    assert sell(gateway, "caja-4", pumped | {"sale_kind": "exempt", "unit_price": 3})["amount_taxes"] == 0
    wrong = {"lines": [pumped | {"sale_kind": "exempt", "unit_price": 3, "taxes": ["D1"]}]}
    assert faults(gateway, "/invoice", invoice("caja-5") | wrong) == {"lines[0].taxes": "tax_on_untaxed_line"}


def test_taxes_included_of_an_item_without_any_is_ignored_and_said_to_be(gateway: RunningGateway) -> None:
    put(gateway)
    put(gateway, "REGULAR", unit_price=3.84, unit=22, taxes=["D1", "C8"])
    lines = [LINE | {"taxes_included": True}, {"code": "REGULAR", "quantity": 50, "taxes_included": True}]
    answer = sell(gateway, "caja-1", *lines)
    ignored = [each["field"] for each in answer["warnings"] if each["code"] == "field_ignored"]
    assert ignored == ["lines[0].taxes_included"]
    assert answer["amount_taxes"] == Decimal("15.00")


def test_taxes_are_inside_the_price_of_an_item_also_when_the_line_sends_their_amounts(gateway: RunningGateway) -> None:
    """100 at 1.05 are 105.00, of which 5.00 are FOVIAL; where the line says that they are outside, 5.00 are added."""
    put(gateway, "REGULAR", unit_price="1.05", unit=23, taxes=["D1"], taxes_included=True)
    pumped = {"code": "REGULAR", "quantity": 100, "taxes": [{"code": "D1", "amount": "5.00"}]}
    answer = sell(gateway, "caja-1", pumped)
    assert (answer["amount_gross"], answer["amount_taxes"]) == (Decimal("105.00"), Decimal("5.00"))
    outside = sell(gateway, "caja-2", pumped | {"taxes_included": False})
    assert (outside["amount_gross"], outside["amount_taxes"]) == (Decimal("110.00"), Decimal("5.00"))
    other = sell(gateway, "caja-3", pumped | {"taxes": [{"code": "C8", "amount": "5.00"}]})
    assert other["amount_gross"] == Decimal("110.00")


def test_a_note_takes_out_of_the_price_the_taxes_that_the_voucher_took_out(gateway: RunningGateway) -> None:
    """Half of 100 at 1.05 with FOVIAL inside is 52.50."""
    put(gateway, "REGULAR", unit_price="1.05", unit=23, taxes=["D1"], taxes_included=True)
    pumped = {"code": "REGULAR", "quantity": 100, "taxes": [{"code": "D1", "amount": "5.00"}]}
    sold = gateway.post("/invoice", ccf("ccf-1") | {"lines": [pumped]})
    assert sold["amount_gross"] == Decimal("105.00")
    back = pumped | {"quantity": 50, "taxes": [{"code": "D1", "amount": "2.50"}]}
    given = gateway.post("/credit-memo", note("ccf-1", "nc-1") | {"lines": [back]})
    assert (given["amount_gross"], given["amount_taxes"]) == (Decimal("52.50"), Decimal("2.50"))


def test_what_an_item_says_is_refused_under_its_code(gateway: RunningGateway) -> None:
    put(gateway, "REGULAR", unit_price=3.84, taxes=["D1"])
    asked = invoice("caja-1") | {"lines": [{"code": "REGULAR", "quantity": 50}]}
    assert faults(gateway, "/invoice", asked) == {"lines[0].code": "tax_amount_missing"}


def test_a_code_that_is_no_item_is_the_callers_own(gateway: RunningGateway) -> None:
    line = signed(gateway, sell(gateway, "caja-1", LINE | COFFEE))["cuerpoDocumento"][0]
    assert (line["codigo"], line["precioUni"]) == ("CAFE-LB", Decimal("5.65"))
    put(gateway)
    lines = [LINE, {"code": "cafe-lb", "quantity": 1, "unit_price": 1}, {"quantity": 1}, LINE | {"code": "TE"}]
    assert faults(gateway, "/invoice", invoice("caja-2") | {"lines": lines[:2] + lines[3:]}) == {
        "lines[1].code": "item_unknown",
        "lines[2].code": "item_unknown",
    }
    assert faults(gateway, "/invoice", invoice("caja-2") | {"lines": lines}) == {
        "lines[2].description": "field_required",
        "lines[2].unit_price": "field_required",
    }


def test_items_of_another_company_sell_nothing(gateway: RunningGateway) -> None:
    put(gateway)
    reply = gateway.request("POST", "/invoice", invoice("caja-1") | {"lines": [LINE]}, key=gateway.another_company())
    assert (reply.status, reply.json()["code"]) == (400, "item_unknown")


def test_a_price_is_never_converted(gateway: RunningGateway) -> None:
    put(gateway)
    put(gateway, "NETO", prices_include_vat=False, unit_price=5)
    net = LINE | {"code": "NETO"}
    gateway.post("/invoice", ccf("ccf-1") | {"lines": [LINE]})
    priced_net = gateway.post("/invoice", ccf("ccf-2") | {"lines": [net], "prices_include_vat": False})
    assert (priced_net["amount_taxable"], priced_net["amount_vat"]) == (Decimal("10.00"), Decimal("1.30"))
    basis = {"lines[0].code": "item_price_basis"}
    assert faults(gateway, "/invoice", invoice("caja-1") | {"lines": [net]}) == basis
    assert faults(gateway, "/invoice", ccf("ccf-3") | {"lines": [net]}) == basis
    assert faults(gateway, "/invoice", ccf("ccf-3") | {"lines": [LINE], "prices_include_vat": False}) == basis
    assert sell(gateway, "caja-2", net | {"unit_price": 5.65})["amount_gross"] == Decimal("11.30")


def test_the_item_of_the_moment_is_signed_and_a_repetition_is_the_document_that_was(gateway: RunningGateway) -> None:
    put(gateway)
    first = sell(gateway, "caja-1", LINE)
    put(gateway, unit_price=9.99)
    again = sell(gateway, "caja-1", LINE)
    assert (again["is_duplicate"], again["document_id"]) == (True, first["document_id"])
    assert "content_differs" not in again
    assert signed(gateway, again)["cuerpoDocumento"][0]["precioUni"] == Decimal("5.65")
    assert sell(gateway, "caja-2", LINE)["amount_gross"] == Decimal("19.98")


def test_a_refused_document_takes_the_item_of_the_day_it_is_posted_again(gateway: RunningGateway) -> None:
    put(gateway)
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert sell(gateway, "caja-1", LINE)["rejected"] is True
    put(gateway, unit_price=6.78)
    corrected = sell(gateway, "caja-1", LINE)
    assert (corrected["dte_success"], corrected["amount_gross"]) == (True, Decimal("13.56"))


def test_a_trial_shows_the_whole_line(gateway: RunningGateway) -> None:
    put(gateway)
    shown = gateway.post("/invoice?dry_run=1", invoice("caja-1") | {"lines": [LINE]})
    assert shown["schema"]["cuerpoDocumento"][0]["descripcion"] == "Café molido, libra"
    assert gateway.get("/documents")["documents"] == []


def test_a_note_takes_what_the_voucher_says_whatever_the_item_is_by_then(gateway: RunningGateway) -> None:
    put(gateway)
    gateway.post("/invoice", ccf("ccf-1") | {"lines": [LINE | {"quantity": 10}]})
    put(gateway, unit_price=99, description="Otro")
    partial = gateway.post("/credit-memo", note("ccf-1", "nc-1") | {"lines": [LINE]})
    assert partial["amount_gross"] == Decimal("11.30")
    assert signed(gateway, partial)["cuerpoDocumento"][0]["descripcion"] == "Café molido, libra"
    gateway.post("/invoice", ccf("ccf-2") | {"lines": [LINE | {"unit_price": 5.65}]})
    gateway.request("DELETE", "/items/CAFE-LB")
    whole = gateway.post("/credit-memo", note("ccf-2", "nc-2"))
    assert (whole["amount_gross"], signed(gateway, whole)["cuerpoDocumento"][0]["descripcion"]) == (
        Decimal("11.30"),
        "Otro",
    )


def test_a_note_takes_no_price_of_a_code_that_was_sold_in_several_ways(gateway: RunningGateway) -> None:
    put(gateway)
    put(gateway, "TE", description="Té")
    lines = [LINE, LINE | {"unit_price": 5}, {"code": "TE", "quantity": 1, "discount_percentage": 10}]
    gateway.post("/invoice", ccf("ccf-1") | {"lines": lines})
    asked = note("ccf-1", "nc-1") | {"lines": [LINE | {"quantity": 1}, {"code": "TE", "quantity": 1}]}
    assert faults(gateway, "/credit-memo", asked) == {
        "lines[0].code": "item_sold_in_several_ways",
        "lines[1].code": "item_sold_in_several_ways",
    }
    asked = note("ccf-1", "nc-1") | {"lines": [LINE | {"quantity": 1, "description": "Café", "unit_price": 5}]}
    assert gateway.post("/credit-memo", asked)["amount_gross"] == Decimal("5.00")


def test_a_price_of_another_basis_is_said_to_be_the_items_or_the_vouchers(gateway: RunningGateway) -> None:
    """A gross note on a net CCF: one code is a line of the CCF, the other an item that it did not sell."""
    put(gateway, prices_include_vat=False, unit_price=5)
    sold = LINE | {"code": "Q9", "description": "Té", "unit_price": 5}
    gateway.post("/invoice", ccf("ccf-1") | {"lines": [sold], "prices_include_vat": False})
    lines = [{"code": "Q9", "quantity": 1}, LINE]
    asked = note("ccf-1", "nc-1") | {"lines": lines, "prices_include_vat": True}
    reply = gateway.request("POST", "/credit-memo", asked)
    assert {each["code"] for each in reply.json()["errors"]} == {"item_price_basis"}
    of_voucher, of_item = (each["message"] for each in reply.json()["errors"])
    assert "en el CCF, con el código Q9 un precio que no incluye IVA, y el de esta línea incluye IVA" in of_voucher
    assert "en el artículo CAFE-LB un precio que no incluye IVA, y el de esta línea incluye IVA" in of_item


@pytest.mark.parametrize("off", [{"discount_percentage": 50}, {"discount_amount": "9.00"}])
def test_a_note_takes_no_price_of_a_voucher_that_is_discounted_as_a_whole(
    gateway: RunningGateway, off: dict[str, Any]
) -> None:
    """Three of 6.00 with half off are 9.00: one of them was sold for 3.00, which no line of the voucher says."""
    put(gateway, unit_price=6, item_kind="service")
    gateway.post("/invoice", ccf("ccf-1") | {"lines": [LINE | {"quantity": 3}], **off})
    asked = note("ccf-1", "nc-1") | {"lines": [LINE | {"quantity": 1}]}
    assert faults(gateway, "/credit-memo", asked) == {"lines[0].code": "item_sold_in_several_ways"}
    asked = note("ccf-1", "nc-1") | {"lines": [LINE | {"quantity": 1, "unit_price": 3}]}
    given_back = gateway.post("/credit-memo", asked)
    assert given_back["amount_gross"] == Decimal("3.00")
    (line,) = signed(gateway, given_back)["cuerpoDocumento"]
    assert (line["descripcion"], line["tipoItem"]) == ("Café molido, libra", 2)


def test_a_purchase_takes_text_price_and_kind(either_gateway: RunningGateway) -> None:
    put(either_gateway, "ROTULO", description="Diseño", unit_price=200, item_kind="service", sale_kind="not_subject")
    body = {"external_ref": "compra-1", "subject": dict(SELLER), "lines": [{"code": "ROTULO", "quantity": 1}]}
    bought = either_gateway.post("/suex", body)
    assert (bought["amount_gross"], bought["amount_withheld"]) == (Decimal("200.00"), Decimal("20.00"))
    put(either_gateway)
    body = {"external_ref": "compra-2", "subject": dict(SELLER), "lines": [LINE]}
    assert faults(either_gateway, "/suex", body) == {"lines[0].code": "item_price_basis"}


def test_an_export_takes_an_item_with_a_price_without_vat(either_gateway: RunningGateway) -> None:
    put(either_gateway, prices_include_vat=False, item_kind="goods", sale_kind="exempt", suggested_price=9)
    sold = either_gateway.post("/invoice", export("exp-1", **TERMS) | {"lines": [LINE]})
    assert (sold["amount_gross"], sold["amount_exempt"]) == (Decimal("11.30"), Decimal("0.00"))
    put(either_gateway, "CUARTO", taxes=["59"], prices_include_vat=False)
    body = export("exp-2", **TERMS) | {"lines": [LINE | {"code": "CUARTO"}]}
    assert faults(either_gateway, "/invoice", body) == {"lines[0].code": "tax_not_here"}


def test_texts_of_items_fill_no_more_paper_than_texts_of_lines(gateway: RunningGateway) -> None:
    put(gateway, description="\n".join("abcdefghijk"))
    body = invoice("caja-1") | {"lines": [LINE | {"quantity": 1}] * 1900}
    assert faults(gateway, "/invoice", body) == {"lines": "lines_too_long_in_print"}


def test_two_thousand_lines_of_items_are_one_document(gateway: RunningGateway) -> None:
    for number in range(3):
        put(gateway, f"A{number}", unit_price=0.50)
    answer = sell(gateway, "caja-1", *({"code": f"A{n % 3}", "quantity": 1} for n in range(2000)))
    assert answer["amount_gross"] == Decimal("1000.00")


@pytest.mark.parametrize("prefer", [{}, {"Prefer": "handling=strict"}])
def test_naming_an_item_ignores_and_fills_in_nothing(gateway: RunningGateway, prefer: dict[str, str]) -> None:
    put(gateway)
    reply = gateway.request("POST", "/invoice", invoice("caja-1") | {"lines": [LINE]}, headers=prefer)
    assert (reply.status, reply.json().get("warnings")) == (200, None)
