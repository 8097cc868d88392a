"""Every worked document is issued, copied into a draft, and would be issued with its amounts again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.bodies import purchase
from tests.builders.company import EXPORT_SETTINGS
from tests.builders.requested import request_of
from tests.databases import Databases
from tests.official import worked_sales
from tests.panel.drafting import as_shown
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway

_SETTINGS = "large_taxpayer = true\nexport_taxes_authorized = true\n"


@pytest.fixture
def gateway(all_databases: Databases, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(
        all_databases.sqlite(), tmp_path, edition_from="2026-01-01", company=EXPORT_SETTINGS, first=_SETTINGS
    ) as running:
        running.is_now(2027, 1, 15, 10, 30)
        yield running


def copied(person: PanelClient, document_id: str) -> str:
    """The path of a draft like a document."""
    answer = person.post("/c/1/drafts/new", {"copy_of": document_id})
    assert answer.status == 303, answer.words
    return answer.headers["location"].removeprefix("/panel")


def test_a_copy_of_each_worked_document_has_its_amounts(gateway: RunningGateway) -> None:
    person = person_at(gateway)
    person.get("/c/1/drafts")
    for name, example in worked_sales("*-v2-*").items():
        issued = gateway.post("/invoice", request_of(example) | {"external_ref": name})
        page = as_shown(person, copied(person, issued["document_id"]), "calculate")
        assert page.status == 200, (name, page.words.partition("Revise lo siguiente")[2][:300])
        assert f"Total a pagar ${issued['amount_payable']:,.2f}" in page.words, name


def test_a_copy_of_a_purchase_is_issued(gateway: RunningGateway) -> None:
    person = person_at(gateway)
    person.get("/c/1/drafts")
    issued = gateway.post("/suex", purchase("compra-copiada", district="0614", address="Calle de la Prueba 1"))
    again = person.follow(as_shown(person, copied(person, issued["document_id"])))
    assert "Emitido y sellado" in again.words
    assert "Entréguelo a quien le vendió." in again.words
    assert f"Vendedor {purchase()['subject']['name']}" in again.words
    assert f"${issued['amount_payable']:,.2f}" in again.words
