"""``PUT /items/{code}``: which items it takes; and lines that leave fields to an item."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ocote.documents.view import AnswerWarning
from ocote.dte.sale import Line
from ocote.issuing.request import CodedLine, CodedPurchaseLine, LeftOut, encoded
from ocote.items.item import Item
from ocote.requests.invoice import read_invoice
from ocote.requests.item import cursor_behind, item_fields, read_item, read_item_filter
from ocote.requests.purchase import read_purchase
from ocote.store.items import ItemFilter
from ocote.web.invalid import InvalidRequest
from tests.requests.reading import as_sent

COFFEE = {"description": "Café molido, libra", "unit_price": 5.65}
SUBJECT = {"name": "Marta Alvarenga", "dui": "00016297-5"}


def faults_of(**fields: Any) -> list[tuple[str, str]]:
    """What is wrong with an item."""
    with pytest.raises(InvalidRequest) as found:
        read_item(as_sent(COFFEE | fields), "CAFE-LB")
    return [(each.code, each.field) for each in found.value.faults]


def test_an_item_of_all_fields_is_read_and_written_as_it_was() -> None:
    sent = COFFEE | {
        "code": "REGULAR",
        "prices_include_vat": False,
        "item_kind": "both",
        "unit": 22,
        "sale_kind": "taxed",
        "taxes": ["D1", {"code": "C8"}],
        "taxes_included": True,
        "suggested_price": "5.99",
    }
    code, item = read_item(as_sent(sent), "REGULAR")
    assert (code, item) == (
        "REGULAR",
        Item(
            "Café molido, libra",
            Decimal("5.65"),
            prices_include_vat=False,
            item_type=3,
            unit=22,
            taxes=("D1", "C8"),
            taxes_included=True,
            suggested_price=Decimal("5.99"),
        ),
    )
    assert read_item(as_sent(json.loads(json.dumps(item_fields(code, item), default=str))), code) == (code, item)


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"unit_price": 0}, [("line_unit_price_not_positive", "unit_price")]),
        ({"unit_price": None}, [("field_required", "unit_price")]),
        ({"unit_price": "1.123456789"}, [("number_too_many_decimals", "unit_price")]),
        ({"description": "x" * 1001}, [("text_too_long", "description")]),
        ({"description": "\n" * 9}, [("field_empty", "description")]),
        ({"unit": 3}, [("unit_unknown", "unit")]),
        ({"item_kind": "bien"}, [("item_kind_unknown", "item_kind")]),
        ({"sale_kind": "exenta"}, [("sale_kind_unknown", "sale_kind")]),
        ({"sale_kind": "exempt", "taxes": ["59"]}, [("tax_on_untaxed_line", "taxes")]),
        ({"taxes": ["20"]}, [("tax_automatic", "taxes[0]")]),
        ({"taxes": ["57"]}, [("tax_not_here", "taxes[0]")]),
        ({"taxes": ["ZZ"]}, [("tax_unknown", "taxes[0]")]),
        ({"taxes": ["59", "59"]}, [("tax_repeated", "taxes")]),
        ({"taxes": [{"code": "59", "amount": 5}]}, [("item_tax_amount", "taxes[0].amount")]),
        ({"suggested_price": 0}, [("amount_not_positive", "suggested_price")]),
        ({"code": "OTRO"}, [("item_code_differs", "code")]),
        ({"code": 7}, [("item_code_differs", "code")]),
    ],
)
def test_what_no_line_could_have_no_item_has(fields: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of(**fields) == faults


def test_an_answer_can_be_sent_back_and_other_names_are_told() -> None:
    warnings: list[AnswerWarning] = []
    read_item(as_sent(COFFEE | {"updated_date_time": "x", "warnings": [], "precio": 1}), "CAFE-LB", warnings)
    assert [(each.code, each.field) for each in warnings] == [("field_ignored", "precio")]


def test_a_line_with_a_code_may_leave_out_everything_but_the_quantity() -> None:
    [line] = read_invoice(as_sent({"lines": [{"code": "CAFE-LB", "quantity": 2}]})).lines
    left_out = LeftOut(
        description=True,
        unit_price=True,
        item_type=True,
        unit=True,
        sale_kind=True,
        taxes=True,
        taxes_included=True,
        suggested_price=True,
    )
    assert line == CodedLine(
        description="", quantity=Decimal(2), unit_price=Decimal(0), code="CAFE-LB", left_out=left_out
    )


def test_what_a_line_says_is_not_left_to_the_item() -> None:
    said = COFFEE | {"code": "CAFE-LB", "quantity": 2, "is_service": False, "taxes": []}
    [line] = read_invoice(as_sent({"lines": [said]})).lines
    assert isinstance(line, CodedLine)
    assert line.left_out == LeftOut(unit=True, sale_kind=True, suggested_price=True)
    whole = said | {"unit": 59, "sale_kind": "taxed", "suggested_price": 6}
    [line] = read_invoice(as_sent({"lines": [whole]})).lines
    assert type(line) is Line


def test_a_line_of_a_purchase_leaves_text_price_kind_and_unit() -> None:
    [line] = read_purchase(as_sent({"subject": SUBJECT, "lines": [{"code": "TELA", "quantity": 2}]})).lines
    assert isinstance(line, CodedPurchaseLine)
    assert line.left_out == LeftOut(description=True, unit_price=True, item_type=True, unit=True)


def test_without_a_code_text_and_price_are_needed() -> None:
    for fields in ({"quantity": 2}, {"quantity": 2, "code": None}):
        with pytest.raises(InvalidRequest) as found:
            read_invoice(as_sent({"lines": [fields]}))
        assert [each.field for each in found.value.faults] == ["lines[0].description", "lines[0].unit_price"]


def test_what_is_left_out_is_part_of_the_content_of_a_request() -> None:
    short = read_invoice(as_sent({"lines": [{"code": "CAFE-LB", "quantity": 2}]}))
    assert encoded(short) == encoded(read_invoice(as_sent({"lines": [{"quantity": "2.0", "code": " CAFE-LB "}]})))
    assert encoded(short) != encoded(read_invoice(as_sent({"lines": [COFFEE | {"code": "CAFE-LB", "quantity": 2}]})))


def test_a_cursor_says_behind_which_item_a_page_begins() -> None:
    assert read_item_filter({"cursor": cursor_behind("CAFÉ/LB"), "limit": "7", "search": " café "}) == ItemFilter(
        7, after="CAFÉ/LB", search="café"
    )
    assert read_item_filter({}) == ItemFilter(50)


@pytest.mark.parametrize("cursor", ["A", "____", "á", cursor_behind("x" * 26), cursor_behind("\0"), "===="])
def test_another_text_is_no_cursor(cursor: str) -> None:
    with pytest.raises(InvalidRequest) as found:
        read_item_filter({"cursor": cursor})
    assert [(each.code, each.field) for each in found.value.faults] == [("cursor_invalid", "cursor")]
