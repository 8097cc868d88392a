"""What is read back from a signed document is what was written into it."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.dte.arithmetic import compute
from ocote.dte.credit_note.arithmetic import compute_note
from ocote.dte.editions import Edition, build_document
from ocote.dte.purchase.arithmetic import compute_purchase
from ocote.dte.sale import Amounts, Line, Sale, SaleType
from ocote.dte.stated import read_contingency, read_document, read_invalidation_event, stated_amounts
from ocote.dte.text import encode
from tests.dte.golden_documents import CCF, COUNTER_SALE, DOCUMENTS, EXPORT, IDENTIFIED_SALE, NOTE, PURCHASE
from tests.dte.sale_strategies import ordinary_lines
from tests.dte.samples import LARGE_BUYER, identity, sale

WRITTEN = {
    "invoice": compute(COUNTER_SALE),
    "invoice_in_contingency": compute(COUNTER_SALE),
    "invoice_identified": compute(IDENTIFIED_SALE),
    "ccf": compute(CCF),
    "export": compute(EXPORT),
    "purchase": compute_purchase(PURCHASE),
    "credit_note": compute_note(NOTE),
}


def five(amounts: Amounts) -> list[Decimal]:
    return [amounts.taxable, amounts.vat, amounts.gross, amounts.withheld, amounts.payable]


@pytest.mark.parametrize("edition", ["v1", "v2"])
@pytest.mark.parametrize("name", WRITTEN)
def test_every_type_states_the_five_amounts_in_both_editions(name: str, edition: str) -> None:
    document = read_document(encode(DOCUMENTS[f"{edition}/{name}"]()))
    assert five(stated_amounts(document)) == five(WRITTEN[name])


SALES: st.SearchStrategy[SaleType] = st.sampled_from(["01", "03"])
EDITIONS: st.SearchStrategy[Edition] = st.sampled_from(["v1", "v2"])


@given(
    st.lists(ordinary_lines.filter(lambda line: line.quantity * line.unit_price > 10), min_size=1, max_size=5),
    SALES,
    EDITIONS,
)
def test_any_sale_states_the_amounts_that_were_computed_for_it(
    lines: list[Line], doc_type: SaleType, edition: Edition
) -> None:
    sold: Sale = sale(doc_type, lines, LARGE_BUYER)
    totals = compute(sold)
    document = read_document(encode(build_document(edition, identity(doc_type), sold, totals)))
    assert five(stated_amounts(document)) == five(totals)
    assert document.party_name == LARGE_BUYER.name


@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_a_document_states_its_transmission_and_its_other_party(edition: str) -> None:
    late = read_document(encode(DOCUMENTS[f"{edition}/invoice_in_contingency"]()))
    mode = late.identification.mode
    assert (mode.model, mode.operation, mode.kind, mode.reason) == (2, 2, 5, "Inundación del local")
    bought = read_document(encode(DOCUMENTS[f"{edition}/purchase"]()))
    assert bought.party_name == PURCHASE.seller.name
    noted = read_document(encode(DOCUMENTS[f"{edition}/credit_note"]()))
    assert [one.number for one in noted.related or ()] == [NOTE.adjustments[0].ccf.document.number]


@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_events_state_their_documents(edition: str) -> None:
    event = read_invalidation_event(encode(DOCUMENTS[f"{edition}/invalidation"]()))
    assert (event.cancelled.control_number, event.reason.code) == ("DTE-03-M001P001-000000000000071", 3)
    report = read_contingency(encode(DOCUMENTS[f"{edition}/contingency"]()))
    assert (len(report.documents), report.outage.cause, report.outage.reason) == (2, 5, "Inundación del local")


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"identificacion":1}', b"\xff", b'{"identificacion":{}}'])
def test_a_text_that_is_no_document_is_refused(text: bytes) -> None:
    for read in (read_document, read_invalidation_event, read_contingency):
        with pytest.raises((msgspec.DecodeError, UnicodeError)):
            read(text)
