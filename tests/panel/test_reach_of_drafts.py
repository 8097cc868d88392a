"""A cashier's points of sale bound what drafts and cancellations may name: another's document is as if it were none."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.builders.bodies import ccf
from tests.databases import Databases
from tests.panel.documents_seen import TWO_POINTS, key_at, page_of
from tests.panel.drafting import SALE, as_shown, begun, moved, sent
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway

NAMES = ("document_id", "external_ref", "control_number")


class Tills(NamedTuple):
    """A gateway of two points of sale, the cashier of the first, and a CCF of each."""

    gateway: RunningGateway
    cashier: PanelClient
    own: dict[str, Any]
    far: dict[str, Any]

    def noted(self) -> str:
        """The path of a draft of a note on the cashier's own CCF."""
        self.cashier.get(f"/c/1/drafts/new?note_of={self.own['document_id']}")
        return moved(self.cashier.post("/c/1/drafts/new", {"note_of": self.own["document_id"], "whole": "1"}))


@pytest.fixture(scope="module")
def tills(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tills]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder, company=TWO_POINTS) as gateway:
        far = gateway.post("/invoice", ccf("ccf-otra-caja"), key=key_at(gateway, "M001P002"))
        cashier = person_at(gateway, email="caja1@example.com", role="cashier", points=("M001P001",))
        yield Tills(gateway, cashier, dict(gateway.post("/invoice", ccf("ccf-propia"))), dict(far))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("do", ["calculate", "issue"])
def test_a_note_takes_no_ccf_of_another_point_of_sale(tills: Tills, name: str, do: str) -> None:
    path = tills.noted()
    far = {"document_id": named(tills.far, name), "full_adjustment": "true"}
    refused = sent(tills.cashier, path, far, do)
    nothing = sent(tills.cashier, path, far | {"document_id": "de-nadie"}, do)
    assert refused.status == nothing.status >= 400
    assert "Total a pagar $" not in refused.words
    assert tills.cashier.follow(tills.cashier.get(f"{path}/preview.pdf")).status == 200
    assert tills.gateway.get(f"/status/{tills.far['document_id']}")["invalidated"] is False


@pytest.mark.parametrize("name", NAMES)
def test_a_line_of_a_note_names_no_ccf_of_another_point_of_sale(tills: Tills, name: str) -> None:
    line = {"lines[0].description": "Resma", "lines[0].quantity": "1", "lines[0].unit_price": "1"}
    second = {each.replace("[0]", "[1]"): value for each, value in line.items()}
    refused = sent(
        tills.cashier,
        tills.noted(),
        {**line, "lines[0].document_id": tills.own["document_id"], **second}
        | {"lines[1].document_id": named(tills.far, name)},
        "issue",
    )
    assert refused.status == 404


@pytest.mark.parametrize("name", NAMES)
def test_a_sale_names_no_document_of_another_point_of_sale(tills: Tills, name: str) -> None:
    related = {"related_documents[0].document_id": named(tills.far, name)}
    refused = sent(tills.cashier, begun(tills.cashier), SALE | related, "issue")
    nothing = sent(
        tills.cashier, begun(tills.cashier), SALE | {"related_documents[0].document_id": "de-nadie"}, "issue"
    )
    assert refused.status == nothing.status == 400
    assert refused.words.count("no existe") == nothing.words.count("no existe")


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_not_replaced_by_one_of_another_point_of_sale(tills: Tills, name: str) -> None:
    wrong = dict(tills.gateway.post("/invoice", ccf(f"ccf-errada-{name}")))
    tills.cashier.get(f"{page_of(wrong)}/cancel")
    fields = {"reason": "1", "note": "Datos errados", "confirmed": "1"}
    refused = tills.cashier.post(f"{page_of(wrong)}/cancel", fields | {"replacement": named(tills.far, name)})
    nothing = tills.cashier.post(f"{page_of(wrong)}/cancel", fields | {"replacement": "de-nadie"})
    assert refused.status == nothing.status == 400
    assert refused.words == nothing.words.replace("de-nadie", named(tills.far, name))
    assert tills.gateway.get(f"/status/{wrong['document_id']}")["invalidated"] is False


def test_what_stands_at_the_own_point_of_sale_is_noted(tills: Tills) -> None:
    assert "Emitido y sellado" in tills.cashier.follow(as_shown(tills.cashier, tills.noted())).words


def restricted(gateway: RunningGateway, email: str) -> None:
    """Takes the second point of sale from a cashier."""
    with closing(sqlite3.connect(gateway.database_url.removeprefix("sqlite:///"))) as rows:
        rows.execute(
            "UPDATE membership SET points = 'M001P001' WHERE person_id = (SELECT id FROM person WHERE email = ?)",
            (email,),
        )
        rows.commit()


def test_a_draft_at_a_point_that_is_no_longer_reached_goes_on_at_another(tills: Tills) -> None:
    cashier = person_at(tills.gateway, email="caja2@example.com", role="cashier")
    path = begun(cashier)
    sent(cashier, path, SALE | {"point": "M001P002"})
    restricted(tills.gateway, "caja2@example.com")
    assert "Total a pagar $11.30" in cashier.get(path).words
    assert "DTE-01-M001P001-" in cashier.follow(as_shown(cashier, path)).words


def test_a_document_at_a_point_that_is_no_longer_reached_is_not_shown(tills: Tills) -> None:
    cashier = person_at(tills.gateway, email="caja3@example.com", role="cashier")
    path = begun(cashier)
    assert "DTE-01-M001P002-" in cashier.follow(sent(cashier, path, SALE | {"point": "M001P002"}, "issue")).words
    restricted(tills.gateway, "caja3@example.com")
    for page in (f"{path}/outcome", f"{path}/files/invoice", path):
        assert cashier.get(page).status == 404


def named(answer: dict[str, Any], name: str) -> str:
    """One of the names of a document that was issued."""
    return "ccf-otra-caja" if name == "external_ref" else str(answer[name])
