"""Every worked document of wider sales is issued by a request of the API, and equals the example field by field."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.company import EXPORT_SETTINGS
from tests.builders.requested import request_of
from tests.official import worked_sales
from tests.running_gateway import NEVER, RunningGateway, running_gateway

_SETTINGS = "large_taxpayer = true\nexport_taxes_authorized = true\n"
_ABROAD = "11"
_OF_THE_NUMBER = ("numeroControl", "codigoGeneracion", "fecEmi", "horEmi")
_CUSTOMS = ("tipoItemExpor", "recintoFiscal", "tipoRegimen", "regimen")


@pytest.fixture(params=["v1", "v2"])
def wide(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[tuple[str, RunningGateway]]:
    """A gateway of a company that collects VAT and exports fuel, in each edition, on the day of the examples."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(
        database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS, first=_SETTINGS
    ) as running:
        running.is_now(2027, 1, 15, 10, 30)
        yield request.param, running


def test_each_example_is_what_the_gateway_would_sign(wide: tuple[str, RunningGateway]) -> None:
    edition, gateway = wide
    for name, example in worked_sales(f"*-{edition}-*").items():
        answer = gateway.post("/invoice?dry_run=1", request_of(example))
        assert _compared(answer["schema"]) == _compared(example), name
        issued = gateway.post("/invoice", request_of(example) | {"external_ref": name})
        assert issued["dte_success"] is True, (name, issued["dte_message"], issued["observaciones"])


def _compared(document: dict[str, Any]) -> dict[str, Any]:
    """What an example has that is not the caller's own number, moment and company.

    The contract names a consumer whom nobody names (7.1), and the activity of a buyer abroad is one of CAT-019. The
    regime of an export of v1.x has its type in front of it, as in the catalog of 10/2025 that such documents use; the
    examples write it by the catalog of 2026.
    """
    head = {key: value for key, value in document["identificacion"].items() if key not in _OF_THE_NUMBER}
    issuer = {key: document["emisor"].get(key) for key in _CUSTOMS}
    issuer["regimen"] = issuer["regimen"] and issuer["regimen"].removeprefix("EX-1.")
    receiver = document["receptor"]
    if head["tipoDte"] == _ABROAD:
        receiver = receiver | {"descActividad": ""}
    elif receiver is not None and receiver["nombre"] == "Consumidor Final":
        receiver = None
    return document | {"identificacion": head, "emisor": issuer, "receptor": receiver}
