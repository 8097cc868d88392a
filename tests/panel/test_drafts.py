"""Issuing from the panel: a draft is filled in, tried, and issued once, whatever happens on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

SALE = {
    "lines[0].description": "Resma de papel",
    "lines[0].quantity": "2",
    "lines[0].unit_price": "5.65",
}


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def person(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


def begun(person: PanelClient, kind: str = "01") -> str:
    """The path of a new draft."""
    person.get("/c/1/drafts")
    answer = person.post("/c/1/drafts", {"kind": kind})
    assert answer.status == 303, answer.words
    return answer.headers["location"].removeprefix("/panel")


def sent(person: PanelClient, path: str, fields: dict[str, str], do: str = "calculate") -> Shown:
    """The form of a draft, sent with one of its buttons."""
    page = person.get(path)
    return person.post(path, {"seen": page.hidden["seen"], **fields, "do": do})


def test_a_sale_of_two_lines_is_issued_from_the_form(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person)
    shown = sent(person, path, SALE)
    assert "Total a pagar $11.30" in shown.words
    issued = person.follow(sent(person, path, SALE, "issue"))
    assert "Emitido y sellado" in issued.words
    assert "DTE-01-M001P001-" in issued.words
