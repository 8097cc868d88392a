"""What POST /credit-memo accepts (contract 10, D16)."""

from decimal import Decimal

import pytest

from ocote.dte.mentions import AppendixRow, Mentions
from ocote.dte.sale import Line
from ocote.dte.terms import Charge
from ocote.issuing.request import NoteRequest, encoded
from ocote.requests.note import read_note
from tests.requests.reading import as_sent, faults_of

LINE = {"description": "Devolución", "quantity": 2, "unit_price": 5.65}


def test_a_document_alone_copies_all_lines() -> None:
    assert read_note(as_sent({"document_id": " B2B-2026-0031 "})) == NoteRequest("B2B-2026-0031")


def test_lines_make_a_partial_note() -> None:
    note = read_note(as_sent({"document_id": "A", "lines": [LINE], "full_adjustment": False, "external_ref": "NC-1"}))

    assert note == NoteRequest("A", (Line("Devolución", Decimal(2), Decimal("5.65")),), False, "NC-1")


def test_a_whole_note_may_cancel() -> None:
    assert read_note(as_sent({"document_id": "A", "full_adjustment": True})) == NoteRequest("A", None, True)


def test_the_idempotency_key_is_the_notes_own() -> None:
    assert read_note(as_sent({"document_id": "A"}), "NC-2").external_ref == "NC-2"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [("field_required", "document_id")]),
        ({"document_id": None}, [("field_required", "document_id")]),
        ({"document_id": ""}, [("field_empty", "document_id")]),
        ({"document_id": "x" * 101}, [("text_too_long", "document_id")]),
        ({"document_id": 5}, [("text_expected", "document_id")]),
        ({"document_id": "A", "lines": []}, [("lines_empty", "lines")]),
        ({"document_id": "A", "lines": [LINE] * 2001}, [("lines_too_many", "lines")]),
        ({"document_id": "A", "full_adjustment": 1}, [("boolean_expected", "full_adjustment")]),
        ({"document_id": "A", "full_adjustment": "true"}, [("boolean_expected", "full_adjustment")]),
        (
            {"document_id": "A", "full_adjustment": True, "lines": [LINE]},
            [("note_lines_and_full_adjustment", "lines")],
        ),
        (
            {"document_id": "A", "lines": [LINE | {"quantity": 0, "unit_price": "0.123456789"}]},
            [
                ("line_quantity_not_positive", "lines[0].quantity"),
                ("number_too_many_decimals", "lines[0].unit_price"),
            ],
        ),
    ],
)
def test_refuses_what_makes_no_note(body: object, faults: list[tuple[str, str]]) -> None:
    assert faults_of(read_note, body) == faults


def test_a_note_may_say_how_its_prices_are_what_is_charged_and_more() -> None:
    body = {
        "document_id": "A",
        "lines": [LINE | {"sale_kind": "exempt", "discount_amount": 1}],
        "prices_include_vat": False,
        "charges": [{"description": "Propina", "amount": 5}],
        "remarks": "Por daño",
        "appendix": [{"field": "pedido", "label": "Pedido", "value": "1"}],
    }

    note = read_note(as_sent(body))

    assert (note.prices_include_vat, note.charges) == (False, (Charge("Propina", Decimal(5)),))
    assert note.mentions == Mentions(remarks="Por daño", appendix=(AppendixRow("pedido", "Pedido", "1"),))
    assert note.lines == (
        Line("Devolución", Decimal(2), Decimal("5.65"), discount_amount=Decimal(1), sale_kind="exempt"),
    )


def test_a_note_of_today_is_kept_as_ever() -> None:
    partial = read_note(as_sent({"document_id": "A", "lines": [LINE]}))
    whole = read_note(as_sent({"document_id": "A", "full_adjustment": True}))

    line = '{"description":"Devolución","quantity":"2","unit_price":"5.65","discount_percentage":"0"}'
    assert encoded(partial).decode() == (
        f'{{"document_ref":"A","lines":[{line}],"full_adjustment":false,"external_ref":null}}'
    )
    assert encoded(whole) == b'{"document_ref":"A","lines":null,"full_adjustment":true,"external_ref":null}'


@pytest.mark.parametrize("more", [{}, {"full_adjustment": True}])
def test_charges_do_not_go_back_without_lines(more: dict[str, object]) -> None:
    body = {"document_id": "A", "charges": [{"description": "Propina", "amount": 5}], **more}

    assert faults_of(read_note, body) == [("charge_without_sale", "charges")]


def test_a_whole_note_and_one_that_cancels_are_different_requests() -> None:
    whole = read_note(as_sent({"document_id": "A"}))
    cancelling = read_note(as_sent({"document_id": "A", "full_adjustment": True}))

    assert encoded(whole) != encoded(cancelling)
    assert encoded(whole) == encoded(read_note(as_sent({"document_id": "A", "external_ref": "X"})))
