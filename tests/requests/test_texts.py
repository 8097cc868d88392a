"""Texts that are signed and printed can be read by everybody who sees them, and fill no pages without end."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ocote.dte.line_rules import MAX_PRINTED_LINES
from ocote.requests.invalidation import read_invalidation_request
from ocote.requests.invoice import read_invoice
from ocote.requests.note import read_note
from ocote.requests.purchase import read_purchase
from tests.builders.bodies import SELLER, invoice, purchase
from tests.requests.reading import as_sent, faults_of

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}
REQUESTER = {"name": "Marta Alvarenga", "document_type": "37", "document_number": "A-1"}

Made = tuple[Callable[[Mapping[str, Any]], object], Callable[[str], dict[str, Any]]]

TEXTS: Mapping[str, Made] = {
    "lines[0].description": (read_invoice, lambda text: {"lines": [LINE | {"description": text}]}),
    "customer_name": (read_invoice, lambda text: invoice(customer_name=text)),
    "customer.name": (read_invoice, lambda text: invoice(customer={"name": text})),
    "customer.address": (read_invoice, lambda text: invoice(customer={"name": "Ana", "address": text})),
    "customer.phone": (read_invoice, lambda text: invoice(customer={"name": "Ana", "phone": text})),
    "external_ref": (read_invoice, invoice),
    "document_id": (read_note, lambda text: {"document_id": text}),
    "subject.name": (read_purchase, lambda text: purchase(name=text)),
    "subject.address": (read_purchase, lambda text: purchase(**SELLER, address=text)),
    "note": (read_invalidation_request, lambda text: {"note": text}),
    "replacement": (read_invalidation_request, lambda text: {"replacement": text}),
    "requested_by.name": (read_invalidation_request, lambda text: {"requested_by": REQUESTER | {"name": text}}),
    "requested_by.document_number": (
        read_invalidation_request,
        lambda text: {"requested_by": REQUESTER | {"document_number": text}},
    ),
}
REFERENCES = {"external_ref", "document_id", "replacement"}
LAYOUTS = {"lines[0].description": 50, "customer.address": 10, "subject.address": 10, "note": 10}


@pytest.mark.parametrize("field", TEXTS)
class TestEveryText:
    @pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200f", "\u061c"])
    def test_is_read_in_the_order_in_which_it_was_signed(self, field: str, character: str) -> None:
        read, body = TEXTS[field]

        assert faults_of(read, body(f"Total {character}001")) == [("text_direction_control", field)]

    @pytest.mark.parametrize("text", ["\u200b", "\u3164\u3164", "\u2060 \u200d", "\u0301"])
    def test_has_something_to_see(self, field: str, text: str) -> None:
        read, body = TEXTS[field]

        assert faults_of(read, body(text)) == [("text_invisible", field)]

    @pytest.mark.parametrize("text", ["👨\u200d👩\u200d👧 2222-0000", "می\u200cخواهم 2222", "שלום 2222"])
    def test_may_be_of_any_language_with_its_joiners_unless_it_is_a_reference(self, field: str, text: str) -> None:
        read, body = TEXTS[field]

        if field in REFERENCES and not text.startswith("ש"):
            assert faults_of(read, body(text)) == [("text_invisible_character", field)]
        else:
            assert read(as_sent(body(text)))

    @pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u3164", "\U000e0041", "\ufff9"])
    def test_loses_what_nobody_sees_unless_it_is_a_reference(self, field: str, character: str) -> None:
        read, body = TEXTS[field]

        if field in REFERENCES:
            assert faults_of(read, body(f"2222{character}-0000")) == [("text_invisible_character", field)]
        else:
            assert read(as_sent(body(f"2222{character}-0000{character}"))) == read(as_sent(body("2222-0000")))

    @pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
    def test_has_a_bounded_number_of_lines(self, field: str, line_break: str) -> None:
        read, body = TEXTS[field]
        most = LAYOUTS.get(field, 0)
        code = "text_too_many_breaks" if most else "text_control_character"

        assert faults_of(read, body(f"2222{line_break * (most + 1)}-0000")) == [(code, field)]
        assert read(as_sent(body(f"2222{line_break * most}-0000")))


def lines_of(count: int, description: str) -> list[dict[str, Any]]:
    return [LINE | {"description": description}] * count


def test_a_description_keeps_its_lines_to_the_letter() -> None:
    text = "\n  Servicio:\r\n\r\n\t- uno\n\t- dos\n"

    assert read_invoice(as_sent({"lines": [LINE | {"description": text}]})).lines[0].description == text


@pytest.mark.parametrize(
    ("read", "body"),
    [(read_invoice, {}), (read_purchase, {"subject": SELLER}), (read_note, {"document_id": "CCF-1"})],
)
def test_all_descriptions_together_fill_a_bounded_number_of_pages(
    read: Callable[[Mapping[str, Any]], object], body: dict[str, Any]
) -> None:
    in_ten_lines = "uno\n" * 9 + "diez"

    assert read(as_sent(body | {"lines": lines_of(MAX_PRINTED_LINES // 10, in_ten_lines)}))
    assert faults_of(read, body | {"lines": lines_of(MAX_PRINTED_LINES // 10, f"{in_ten_lines}\nonce")}) == [
        ("lines_too_long_in_print", "lines")
    ]


@pytest.mark.parametrize(("count", "length"), [(2000, 440), (990, 1000)])
def test_no_text_without_line_breaks_is_too_long_for_the_pages(count: int, length: int) -> None:
    assert read_invoice(as_sent({"lines": lines_of(count, "x" * length)}))
