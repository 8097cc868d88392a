"""A company of two branches: each document and event says where it was made and how to reach that place."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.clock import system_clock
from ocote.companies.keys import ApiKeys
from ocote.companies.registry import find_company
from ocote.store.engine.opening import open_store
from tests.builders.bodies import ccf, export, invoice, purchase
from tests.builders.company import BY, EXPORT_SETTINGS, NIT, NO_LIMITS
from tests.e2e.outage import mh_comes_back, mh_goes_away, reports
from tests.e2e.worker import a_worker_works
from tests.e2e.written import assert_official, invalidations, signed
from tests.printing.reading import words
from tests.running_gateway import NEVER, RunningGateway, running_gateway

BRANCHES = """
[[branch]]
code = "S002"
phone = "2660-1000"
email = "sanmiguel@example.com"
[branch.address]
district = "San Miguel"
complement = "4a Calle Poniente 20"
[[branch.pos]]
code = "P001"

[[branch]]
code = "S003"
phone = "2440-2000"
[[branch.pos]]
code = "P001"
"""
HEAD_OFFICE = ("22220000", "facturas@example.com", "Calle de la Prueba 100")
SAN_MIGUEL = ("2660-1000", "sanmiguel@example.com", "4a Calle Poniente 20")


@pytest.fixture(params=["v1", "v2"])
def gateway(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company of three branches that issues every type, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(
        database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS + BRANCHES
    ) as running:
        yield running


def key_of(gateway: RunningGateway, point: str) -> str:
    """A key of one of the company's points of sale."""

    async def create() -> str:
        async with open_store(gateway.database_url) as store:
            company = await find_company(store, NIT)
            return await ApiKeys(store, system_clock).create(company, point, BY, NO_LIMITS)

    return asyncio.run(create())


def issuer(document: dict[str, Any]) -> tuple[str, str, str]:
    """Phone, e-mail and street of the issuer in a signed document."""
    block = document["emisor"]
    return block["telefono"], block["correo"], block["direccion"]["complemento"]


def issued(gateway: RunningGateway, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    """The signed document that a key has issued, which meets MH's schema."""
    answer = gateway.post(path, body, key=key)
    assert answer["dte_success"] is True, answer
    document = signed(gateway, answer)
    assert_official(document)
    return document


def test_every_type_names_the_branch_that_issues_it(gateway: RunningGateway) -> None:
    key = key_of(gateway, "S002P001")
    sold = {
        "01": issued(gateway, "/invoice", invoice("caja-1"), key),
        "03": issued(gateway, "/invoice", ccf("b2b-1"), key),
        "05": issued(
            gateway, "/credit-memo", {"document_id": "b2b-1", "external_ref": "nc-1", "full_adjustment": True}, key
        ),
        "11": issued(gateway, "/invoice", export(), key),
        "14": issued(gateway, "/suex", purchase(), key),
    }
    assert {doc_type: issuer(document) for doc_type, document in sold.items()} == dict.fromkeys(sold, SAN_MIGUEL)
    place = sold["01"]["emisor"]["direccion"]
    assert (place["departamento"], place.get("distrito", place["municipio"])) == ("12", "17")


def test_each_branch_fills_what_it_lacks_from_the_company(gateway: RunningGateway) -> None:
    assert issuer(issued(gateway, "/invoice", invoice("caja-1"), gateway.key)) == HEAD_OFFICE
    assert issuer(issued(gateway, "/invoice", invoice("caja-2"), key_of(gateway, "S003P001"))) == (
        "2440-2000",
        *HEAD_OFFICE[1:],
    )


def test_a_note_is_of_the_branch_that_makes_it_whichever_made_the_ccf(gateway: RunningGateway) -> None:
    issued(gateway, "/invoice", ccf("b2b-1"), gateway.key)
    whole = {"document_id": "b2b-1", "external_ref": "nc-1", "full_adjustment": True}
    assert issuer(issued(gateway, "/credit-memo", whole, key_of(gateway, "S002P001")))[1] == SAN_MIGUEL[1]


def test_a_seller_without_an_address_is_placed_at_the_branch_that_buys(gateway: RunningGateway) -> None:
    document = issued(gateway, "/suex", purchase(), key_of(gateway, "S002P001"))
    seller = document.get("sujetoExcluido") or document["receptor"]
    assert seller["direccion"]["complemento"] == SAN_MIGUEL[2]


def test_a_cancellation_is_announced_by_the_branch_that_cancels(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invalidate/caja-1", None, key=key_of(gateway, "S002P001"))
    [event] = invalidations(gateway)
    assert_official(event)
    assert event["emisor"]["codEstableMH"] == "S002"
    assert event["emisor"]["telefono"].replace("-", "") == "26601000"
    assert event["emisor"]["correo"] == SAN_MIGUEL[1]


def test_a_contingency_is_reported_by_the_branch_that_was_cut_off(gateway: RunningGateway) -> None:
    key = key_of(gateway, "S002P001")
    mh_goes_away(gateway)
    assert gateway.post("/invoice", invoice("caja-1"), key=key)["contingency"] is True
    mh_comes_back(gateway)
    gateway.time_passes(minutes=2)
    a_worker_works(gateway)
    [event] = reports(gateway)
    said = event["emisor"]
    assert (said["codEstableMH"], said["telefono"], said["correo"]) == ("S002", *SAN_MIGUEL[:2])


def test_the_printed_document_says_where_to_call(gateway: RunningGateway) -> None:
    answer = gateway.post("/invoice", invoice("caja-1"), key=key_of(gateway, "S002P001"))
    for kind in ("invoice_url", "ticket_url"):
        path = answer[kind].partition("/api/connect")[2]
        text = words(gateway.request("GET", path).content)
        assert "4a Calle Poniente 20" in text
        assert "2660-1000" in text
        assert "Calle de la Prueba 100" not in text
