"""A fault about a line is reported under a name that the caller has sent."""

from typing import Any

import pytest

from ocote.requests.sent_names import sent_field, sent_note_field

LINE: dict[str, Any] = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}


@pytest.mark.parametrize(
    ("line", "field", "named"),
    [
        (LINE | {"item_kind": "service"}, "lines[1].item_kind", "lines[1].item_kind"),
        (LINE | {"is_service": True}, "lines[1].item_kind", "lines[1].is_service"),
        (LINE | {"is_service": True, "item_kind": None}, "lines[1].item_kind", "lines[1].is_service"),
        (LINE | {"code": "CUARTO"}, "lines[1].item_kind", "lines[1].code"),
        (LINE | {"code": "CUARTO"}, "lines[1].taxes[0]", "lines[1].code"),
        (LINE | {"code": "CUARTO", "taxes": ["59"]}, "lines[1].taxes[0]", "lines[1].taxes[0]"),
        (LINE, "lines[1].taxes", "lines[1].taxes"),
        (LINE | {"code": "CUARTO"}, "lines[2].taxes", "lines[2].taxes"),
        (LINE, "lines", "lines"),
        (LINE, "vat_collection", "vat_collection"),
    ],
)
def test_a_fault_of_a_line_has_a_name_that_was_sent(line: dict[str, Any], field: str, named: str) -> None:
    assert sent_field(field, {"lines": [LINE, line]}) == named


@pytest.mark.parametrize(
    ("body", "field", "named"),
    [
        ({"document_id": "A"}, "document_id", "document_id"),
        ({"document_id": "A"}, "full_adjustment", "full_adjustment"),
        ({"related_documents": [{"document_id": "A"}]}, "document_id", "related_documents[0]"),
        ({"lines": [LINE, LINE | {"document_id": "A"}]}, "document_id", "lines[1].document_id"),
        ({"lines": [LINE], "charges": [{"document_id": "A"}]}, "document_id", "charges[0].document_id"),
        ({"lines": [LINE | {"document_id": "A"}]}, "lines[0].document_id", "lines[0].document_id"),
        ({"related_documents": [{}], "lines": [LINE | {"related": 0}]}, "lines[0].document_id", "lines[0].related"),
        ({"document_id": "A", "lines": [LINE]}, "lines[0].document_id", "document_id"),
        ({"related_documents": [{}], "lines": [LINE]}, "lines[0].document_id", "related_documents[0]"),
    ],
)
def test_a_fault_of_a_ccf_stands_where_the_note_names_it(body: dict[str, Any], field: str, named: str) -> None:
    assert sent_note_field(field, body) == named
