"""A kept request becomes a body of the API again that asks for the same document."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec.structs import fields, replace

from ocote.drafting.fields import decoded_body, encoded_body
from ocote.drafting.requested import note_body, purchase_body, sale_body
from ocote.dte.sale import Line
from ocote.issuing.request import InvoiceRequest
from ocote.requests.examples import INVOICE_EXAMPLES, NOTE_EXAMPLES, PURCHASE_EXAMPLES
from ocote.requests.invoice import read_invoice
from ocote.requests.note import read_note
from ocote.requests.purchase import read_purchase
from tests.builders.bodies import IMPORTER, LARGE_TAXPAYER, invoice
from tests.builders.requested import request_of
from tests.official import worked_sales
from tests.requests.reading import as_sent

FOREIGN = {"name": "John Smith", "document_type": "03", "document_number": "A1234567", "country": "US"}


def examples(documented: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The bodies of documented examples."""
    return [dict(each["value"]) for each in documented.values()]


KINDS: list[tuple[str, Callable[[Any], Any], Callable[[Any], dict[str, Any]], dict[str, Any]]] = [
    *(("sale", read_invoice, sale_body, body) for body in examples(INVOICE_EXAMPLES)),
    *(("note", read_note, note_body, body) for body in examples(NOTE_EXAMPLES)),
    *(("purchase", read_purchase, purchase_body, body) for body in examples(PURCHASE_EXAMPLES)),
    ("sale", read_invoice, sale_body, invoice(customer=FOREIGN | {"address": "5th Avenue"})),
    (
        "sale",
        read_invoice,
        sale_body,
        invoice(customer=dict(LARGE_TAXPAYER), withholding="none", remarks="Ojo\nquebrado"),
    ),
    ("sale", read_invoice, sale_body, invoice(customer_name="Ana", redirect_email=["a@example.com", "b@example.com"])),
    ("sale", read_invoice, sale_body, invoice(doc_type="11", customer=dict(IMPORTER), country="GT", incoterm="FOB")),
]


@pytest.mark.parametrize(("name", "read", "body_of", "body"), KINDS)
def test_a_body_that_was_read_is_read_alike_again(
    name: str, read: Callable[[Any], Any], body_of: Callable[[Any], dict[str, Any]], body: dict[str, Any]
) -> None:
    sent = {field: value for field, value in as_sent(body).items() if field != "external_ref"}
    asked = read(sent)
    assert read(body_of(asked)) == asked, name


def test_every_worked_document_is_asked_for_alike_again() -> None:
    for name, document in worked_sales().items():
        asked = read_invoice(decoded_body(encoded_body(request_of(document))))
        assert without_items(read_invoice(sale_body(asked))) == without_items(asked), name


def without_items(request: InvoiceRequest) -> InvoiceRequest:
    """The sale as it is kept: no line leaves anything to an item of the company."""
    names = [field.name for field in fields(Line)]
    return replace(
        request, lines=tuple(Line(**{name: getattr(line, name) for name in names}) for line in request.lines)
    )


def test_a_line_of_an_item_says_what_it_said_whatever_the_item_is_today() -> None:
    asked = read_invoice(
        as_sent({"lines": [{"code": "CAFE", "description": "Café", "quantity": 1, "unit_price": 5, "unit": 59}]})
    )
    line = sale_body(asked)["lines"][0]
    assert (line["sale_kind"], line["taxes"]) == ("taxed", [])
