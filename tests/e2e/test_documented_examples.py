"""Whatever the page of the API shows as an example is a request that the gateway accepts."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ocote.clock import local_date
from tests.builders.company import EXPORT_SETTINGS
from tests.builders.documented import dated, documented_bodies, documented_query
from tests.running_gateway import NEVER, RunningGateway, running_gateway


@pytest.fixture(params=["v1", "v2"])
def exporter(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company whose file says how it exports, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS) as running:
        yield running


def test_every_example_can_be_sent_as_it_is_shown(exporter: RunningGateway) -> None:
    described = exporter.get("/openapi.json")
    invoices = list(documented_bodies(described, "/invoice"))

    for path in ("/invoice", "/suex"):
        for body in documented_bodies(described, path):
            assert exporter.post(f"{path}?dry_run=1", body)["dry_run"] is True
    for body in invoices[:-1]:
        answer = exporter.post("/invoice", body)
        assert answer["dte_success"] is True
        assert "field_ignored" not in {each["code"] for each in answer.get("warnings", [])}
    for body in documented_bodies(described, "/credit-memo"):
        assert exporter.post("/credit-memo?dry_run=1", dated(body, local_date(exporter.clock())))["dry_run"] is True


def test_every_example_of_a_call_that_acts_can_be_sent_as_it_is_shown(exporter: RunningGateway) -> None:
    described = exporter.get("/openapi.json")
    minimal, *_ = documented_bodies(described, "/invoice")
    exporter.post("/invoice", minimal | {"external_ref": "POS7-000916"})
    reasons = list(documented_bodies(described, "/invalidate/{id_or_ref}"))

    for number, body in enumerate(reasons):
        exporter.post("/invoice", minimal | {"external_ref": f"A-{number}"})
        assert exporter.post(f"/invalidate/A-{number}", body)["dte_success"] is True
    assert len(reasons) > 2


def test_every_example_of_an_item_and_of_a_parameter_can_be_sent(exporter: RunningGateway) -> None:
    described = exporter.get("/openapi.json")
    exporter.post("/invoice", next(documented_bodies(described, "/invoice")))
    for item in documented_bodies(described, "/items/{code}", "put"):
        written = exporter.request("PUT", "/items/CAFE-LB", item, headers={"Prefer": "handling=strict"})
        assert written.status == 200, (item, written.content)

    for path, methods in described["paths"].items():
        if "get" not in methods or path.startswith(("/credit-memo", "/suex", "/invalidate/suex")):
            continue
        url = (
            path.replace("{id_or_ref}", "POS7-000915").replace("{name}", "payment-methods").replace("{code}", "CAFE-LB")
        )
        query = documented_query(described, path, "get")
        reply = exporter.request("GET", f"{url}?{urlencode(query)}", headers={"Prefer": "handling=strict"})
        assert reply.status == 200, (path, query, reply.content)


def test_the_answer_on_the_first_page_has_what_an_answer_has(exporter: RunningGateway) -> None:
    page = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```json\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    [sent] = re.findall(r"-d '(\{\"external_ref.*?)'\n```", page, re.DOTALL)

    answer = exporter.post("/invoice", json.loads(sent))

    assert list(json.loads(shown)) == list(answer)
    assert {name: type(value) for name, value in json.loads(shown, parse_float=Decimal).items()} == {
        name: type(value) for name, value in answer.items()
    }
