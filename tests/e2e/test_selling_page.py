"""Whatever the page of sales shows is a request that is stamped, with the amounts that the page states."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import local_date
from tests.builders.company import EXPORT_SETTINGS
from tests.builders.documented import dated
from tests.docs.selling import shown_sales
from tests.e2e.another_system import another_system
from tests.running_gateway import NEVER, RunningGateway, running_gateway


@pytest.fixture(params=["v1", "v2"])
def shop(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company that collects VAT and exports, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(
        database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS, first="collection_agent = true"
    ) as running:
        yield running


@pytest.fixture
def other(shop: RunningGateway) -> Iterator[RunningGateway]:
    """Another system of the company, which issues the CCF that the page has from elsewhere."""
    with another_system(shop) as running:
        yield running


def issued_elsewhere(other: RunningGateway, request: dict[str, Any]) -> dict[str, Any]:
    """The request of a note on a CCF that the other system has issued just now, with the amounts of the page."""
    [ccf] = request["related_documents"]
    sold = other.post(
        "/invoice",
        {
            "doc_type": "03",
            "customer": request["customer"] | {"type_contributor": 1},
            "lines": [
                {"description": "Impresora", "quantity": 1, "unit_price": ccf["amount_taxable"] + ccf["amount_vat"]}
            ],
        },
    )
    return request | {"related_documents": [ccf | {"generation_code": sold["generation_code"]}]}


def test_every_sale_of_the_page_is_stamped_with_the_amounts_that_the_page_states(
    shop: RunningGateway, other: RunningGateway
) -> None:
    sales = shown_sales()
    for sale in sales:
        request = dated(sale.request, local_date(shop.clock()))
        if any("generation_code" in each for each in request.get("related_documents", ())):
            request = issued_elsewhere(other, request)
        answer = shop.post(sale.path, request)
        assert answer["dte_success"] is True, (sale.heading, answer["dte_message"])
        assert {name: answer[name] for name in sale.amounts} == sale.amounts, sale.heading
        ignored = [each for each in answer.get("warnings", ()) if each["code"] == "field_ignored"]
        assert not ignored, sale.heading
    assert len(sales) > 15
