"""What POST /invalidate accepts (contract 13, D18)."""

from typing import Any

import pytest

from ocote.dte.sale import Person
from ocote.issuing.request import InvalidationRequest
from ocote.requests.invalidation import read_invalidation_request
from tests.requests.reading import as_sent, faults_of

PERSON = {"name": "Marta Alvarenga", "document_type": "13", "document_number": "00016297-5"}


def test_what_is_not_said_is_told_from_what_is() -> None:
    assert read_invalidation_request({}) == InvalidationRequest(None, None, None, None)
    assert read_invalidation_request(as_sent({"reason": 2})) == InvalidationRequest(2, None, None, None)


def test_everything_may_be_said() -> None:
    body = {"reason": 1, "note": "Precio equivocado", "replacement": "POS7-000916", "requested_by": PERSON}

    assert read_invalidation_request(as_sent(body)) == InvalidationRequest(
        1, "Precio equivocado", "POS7-000916", Person("Marta Alvarenga", "13", "000162975")
    )


def test_a_foreigner_may_ask_with_a_passport() -> None:
    person = PERSON | {"document_type": "03", "document_number": "C01X00T47"}

    assert read_invalidation_request(as_sent({"requested_by": person})).requested_by == Person(
        "Marta Alvarenga", "03", "C01X00T47"
    )


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"reason": 0}, ("invalidation_reason_unknown", "reason")),
        ({"reason": 4}, ("invalidation_reason_unknown", "reason")),
        ({"reason": "otro"}, ("invalidation_reason_unknown", "reason")),
        ({"note": ""}, ("field_empty", "note")),
        ({"note": "x" * 251}, ("text_too_long", "note")),
        ({"replacement": "x" * 101}, ("text_too_long", "replacement")),
        ({"requested_by": "Marta"}, ("object_expected", "requested_by")),
        ({"requested_by": PERSON | {"name": None}}, ("field_required", "requested_by.name")),
        ({"requested_by": PERSON | {"document_type": "99"}}, ("document_type_unknown", "requested_by.document_type")),
        ({"requested_by": PERSON | {"document_number": "1"}}, ("invalid_dui", "requested_by.document_number")),
        (
            {"requested_by": PERSON | {"document_type": "37", "document_number": "x" * 21}},
            ("text_too_long", "requested_by.document_number"),
        ),
    ],
)
def test_refuses_what_says_nothing(body: dict[str, Any], fault: tuple[str, str]) -> None:
    assert faults_of(read_invalidation_request, body) == [fault]
