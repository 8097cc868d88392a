"""A cashier's points of sale bound what a trial of a call may name: another's document is as if it were none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.builders.bodies import ccf, invoice, note
from tests.databases import Databases
from tests.panel.documents_seen import TWO_POINTS, key_at
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

TRIAL: Final = "/c/1/requests/trial"
BUYER: Final = "Compradora de la otra caja, S.A. de C.V."
NAMES: Final = ("document_id", "external_ref", "control_number")


class Tills(NamedTuple):
    """A gateway of two points of sale, the cashier of the first, the owner, and a CCF and an invoice of the second."""

    gateway: RunningGateway
    cashier: PanelClient
    owner: PanelClient
    ccf: dict[str, Any]
    sale: dict[str, Any]


@pytest.fixture(scope="module")
def tills(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tills]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder, company=TWO_POINTS) as gateway:
        key = key_at(gateway, "M001P002")
        body = ccf("ccf-otra-caja")
        far = gateway.post("/invoice", {**body, "customer": {**body["customer"], "name": BUYER}}, key=key)
        sale = gateway.post("/invoice", invoice("venta-otra-caja"), key=key)
        cashier = person_at(gateway, email="caja1@example.com", role="cashier", points=("M001P001",))
        yield Tills(gateway, cashier, person_at(gateway), dict(far), dict(sale))


def tried(person: PanelClient, endpoint: str, body: dict[str, Any]) -> Shown:
    """The page with the answer to a call at the first point of sale."""
    person.get(TRIAL)
    text = json.dumps(body, default=str)
    return person.post(TRIAL, {"endpoint": endpoint, "point": "M001P001", "body": text})


def name_of(document: dict[str, Any], field: str) -> str:
    return str(document[field])


@pytest.mark.parametrize("field", NAMES)
def test_a_note_on_a_ccf_of_another_point_is_answered_as_on_none(tills: Tills, field: str) -> None:
    named = note("nota-lejana", name_of(tills.ccf, field), "1.00")
    whole = {"document_id": name_of(tills.ccf, field), "full_adjustment": True}
    for body in (named, whole):
        page = tried(tills.cashier, "/credit-memo", body)
        assert "HTTP 404" in page.words
        assert "document_not_found" in page.words
        assert BUYER not in page.words
    assert BUYER in tried(tills.owner, "/credit-memo", whole).words


def test_a_reference_of_another_point_is_answered_as_a_new_one(tills: Tills) -> None:
    page = tried(tills.cashier, "/invoice", invoice("venta-otra-caja"))
    assert "HTTP 200" in page.words
    for secret in ("control_number", "generation_code", "document_id"):
        assert tills.sale[secret] not in page.text
    assert "ya tiene un documento" not in page.words
    seen = tried(tills.owner, "/invoice", invoice("venta-otra-caja"))
    assert "ya tiene un documento" in seen.words
    assert tills.sale["generation_code"] in seen.text


@pytest.mark.parametrize("field", NAMES)
def test_a_related_document_of_another_point_is_answered_as_none(tills: Tills, field: str) -> None:
    far = invoice("con-relacionado") | {"related_documents": [{"document_id": name_of(tills.sale, field)}]}
    none = invoice("con-relacionado") | {"related_documents": [{"document_id": "de-nadie"}]}
    pages = [tried(tills.cashier, "/invoice", body) for body in (far, none)]
    assert ["related_not_found" in page.words for page in pages] == [True, True]
    assert "related_not_found" not in tried(tills.owner, "/invoice", far).words
