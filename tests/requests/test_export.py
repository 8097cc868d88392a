"""What an export invoice may say of itself (contract 7.5, D15)."""

from decimal import Decimal
from typing import Any

import pytest

from ocote.issuing.request import InvoiceRequest, RequestedExport
from ocote.requests.invoice import read_invoice
from tests.requests.reading import as_sent, faults_of

EXPORT = {"doc_type": "11", "lines": [{"description": "Café oro", "quantity": 10, "unit_price": 310}]}


def read(**fields: Any) -> InvoiceRequest:
    return read_invoice(as_sent(EXPORT | fields))


def test_everything_may_come_from_the_company() -> None:
    assert read().export is None


def test_every_term_may_be_sent() -> None:
    sent = read(
        country="DE",
        item_type=1,
        person_type=2,
        customs_office="02",
        regime_type="EX-1",
        regime="1000.000",
        incoterm="09",
        freight=120,
        insurance="18.20",
    )

    assert sent.export == RequestedExport("DE", 1, 2, "02", "EX-1", "1000.000", "09", Decimal(120), Decimal("18.2"))


def test_an_incoterm_may_be_written_as_the_trade_does() -> None:
    export = read(incoterm="FOB").export

    assert export is not None
    assert export.incoterm == "09"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("country", "XX", "export_code_unknown"),
        ("country", "de", "export_code_unknown"),
        ("country", 840, "text_expected"),
        ("item_type", 4, "export_code_unknown"),
        ("person_type", 3, "export_code_unknown"),
        ("customs_office", "999", "export_code_unknown"),
        ("regime_type", "IM-4", "export_code_unknown"),
        ("regime", "1000", "export_code_unknown"),
        ("incoterm", "DAF", "export_code_unknown"),
        ("freight", -1, "number_negative"),
        ("freight", 1.005, "number_too_many_decimals"),
        ("insurance", "$5", "number_not_plain"),
        ("insurance", 100_000_000_000, "number_too_large"),
    ],
)
def test_codes_are_the_catalogs_and_charges_are_amounts(field: str, value: object, code: str) -> None:
    assert faults_of(read_invoice, EXPORT | {field: value}) == [(code, field)]


def test_other_documents_do_not_look_at_them() -> None:
    assert read(doc_type="01", country="XX", freight=-1).export is None
