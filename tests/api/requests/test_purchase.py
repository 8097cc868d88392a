"""What POST /suex accepts (contract 11, D17)."""

from decimal import Decimal
from typing import Any

import pytest

from ocote.api.requests.purchase import read_purchase
from ocote.dte.purchase.value import PurchaseLine
from ocote.issuing.request import CustomerData, Place, PurchaseRequest
from tests.api.requests.reading import as_sent, faults_of

SUBJECT = {"name": "Marta Alvarenga", "dui": "00016297-5"}
LINE = {"description": "Tela", "quantity": 3.5, "unit_price": 4.00}


def test_the_contracts_example_is_read() -> None:
    service = {"description": "Diseño de rótulo", "quantity": 1, "unit_price": 200.00, "is_service": True}

    request = read_purchase(as_sent({"external_ref": "COMPRA-0088", "subject": SUBJECT, "lines": [service, LINE]}))

    assert request == PurchaseRequest(
        seller=CustomerData(name="Marta Alvarenga", dui="000162975"),
        lines=(
            PurchaseLine("Diseño de rótulo", Decimal(1), Decimal(200), True),
            PurchaseLine("Tela", Decimal("3.5"), Decimal(4), False),
        ),
        external_ref="COMPRA-0088",
    )


def test_the_seller_is_read_whole() -> None:
    subject = SUBJECT | {
        "nit": "06141809480014",
        "address": "Calle 1",
        "department": "11",
        "municipality": "24",
        "email": "marta@example.com",
        "phone": "22220000",
        "activity_code": "62010",
    }

    seller = read_purchase(as_sent({"subject": subject, "lines": [LINE]})).seller

    assert seller == CustomerData(
        name="Marta Alvarenga",
        nit="06141809480014",
        dui="000162975",
        activity_code="62010",
        place=Place("11", "24"),
        address="Calle 1",
        email="marta@example.com",
        phone="22220000",
    )


def test_a_seller_has_no_registration_to_look_at() -> None:
    assert read_purchase(as_sent({"subject": SUBJECT | {"nrc": "ABC", "type_contributor": 9}, "lines": [LINE]}))


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"subject": None}, [("field_required", "subject")]),
        ({"subject": "Marta"}, [("object_expected", "subject")]),
        ({"subject": {}}, [("field_required", "subject.name"), ("subject_identity_missing", "subject.dui")]),
        ({"subject": {"name": "Marta"}}, [("subject_identity_missing", "subject.dui")]),
        ({"subject": SUBJECT | {"dui": "00016297-4"}}, [("invalid_dui", "subject.dui")]),
        ({"subject": SUBJECT | {"nit": "1"}}, [("invalid_nit", "subject.nit")]),
        ({"subject": SUBJECT | {"email": "x"}}, [("email_malformed", "subject.email")]),
        ({"lines": None}, [("field_required", "lines")]),
        ({"lines": []}, [("lines_empty", "lines")]),
        ({"lines": [LINE | {"is_service": "sí"}]}, [("boolean_expected", "lines[0].is_service")]),
        ({"lines": [LINE | {"quantity": -1}]}, [("line_quantity_not_positive", "lines[0].quantity")]),
        ({"external_ref": ""}, [("field_empty", "external_ref")]),
    ],
)
def test_refuses_what_makes_no_purchase(change: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of(read_purchase, {"subject": SUBJECT, "lines": [LINE]} | change) == faults
