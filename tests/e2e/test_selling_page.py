"""Whatever the page of sales shows is a request that is stamped, with the amounts that the page states."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.company import EXPORT_SETTINGS
from tests.docs.selling import shown_sales
from tests.running_gateway import NEVER, RunningGateway, running_gateway


@pytest.fixture(params=["v1", "v2"])
def shop(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company that collects VAT and exports, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(
        database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS, first="collection_agent = true"
    ) as running:
        yield running


def test_every_sale_of_the_page_is_stamped_with_the_amounts_that_the_page_states(shop: RunningGateway) -> None:
    sales = shown_sales()
    for sale in sales:
        answer = shop.post("/invoice", sale.request)
        assert answer["dte_success"] is True, (sale.heading, answer["dte_message"])
        assert {name: answer[name] for name in sale.amounts} == sale.amounts, sale.heading
        ignored = [each for each in answer.get("warnings", ()) if each["code"] == "field_ignored"]
        assert not ignored, sale.heading
    assert len(sales) > 12
