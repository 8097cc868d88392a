"""A person at the panel is told of no endpoint, and is offered what the document can take."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocote.errors import ENTRIES
from ocote.errors.endpoints import for_people
from tests.builders.bodies import LARGE_TAXPAYER, ccf, invoice
from tests.databases import Databases
from tests.panel.drafting import SALE, begun, sent
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway

OF_THE_API = {"dry_run_misspelled", "dry_run_not_here"}
"""Faults of a call itself, which no form can have."""

ENDPOINT = re.compile(r"(?:GET|POST|PUT|DELETE) /|/api/connect")


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def person(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


def test_an_unknown_activity_is_said_in_words_of_the_form(person: PanelClient) -> None:
    fields = SALE | {f"customer.{name}": str(value) for name, value in LARGE_TAXPAYER.items()}
    refused = sent(person, begun(person, "03"), fields | {"customer.activity_code": "ferretería"})
    assert refused.status == 400
    assert "escriba una palabra de su nombre y elíjala de la lista" in refused.words
    assert not ENDPOINT.search(refused.words)


@pytest.mark.parametrize("code", sorted(ENTRIES))
def test_no_message_leads_to_an_endpoint(code: str) -> None:
    if code not in OF_THE_API:
        assert not ENDPOINT.search(for_people(ENTRIES[code].message))


def test_the_field_of_an_activity_finds_it_by_its_name(person: PanelClient) -> None:
    page = person.get(begun(person, "03")).text
    assert re.search(r'id="customer.activity_code"[^>]* list="activities"', page)
    found = person.get("/c/1/drafts/find/activities?list=1&customer.activity_code=ferreter")
    assert re.search(r'<option value="[0-9]{5}">[0-9]{5} · [^<]*ferreter', found.text)
    named = sent(person, begun(person, "03"), SALE | {"customer.activity_code": "10005"})
    assert "Actividad económica Otros " in named.words


def test_a_ccf_is_not_offered_a_customer_whom_it_cannot_name(gateway: RunningGateway, person: PanelClient) -> None:
    gateway.post("/invoice", {**invoice("con-dui"), "customer": {"name": "Persona Natural", "dui": "00016297-5"}})
    gateway.post("/invoice", ccf("con-nit"))
    for kind, is_offered in (("03", False), ("01", True)):
        found = person.get(f"/c/1/drafts/find/customers?kind={kind}&q_customer=Natural")
        assert "Persona Natural" in found.words
        assert ('name="pick"' in found.text) is is_offered
        assert ("No se puede elegir: sin NIT y NRC, que este documento exige" in found.words) is not is_offered
    assert 'name="pick"' in person.get("/c/1/drafts/find/customers?kind=03&q_customer=Gran").text
    without_script = sent(person, begun(person, "03"), {"q_customer": "Natural"}, "find")
    assert "No se puede elegir: sin NIT y NRC" in without_script.words
