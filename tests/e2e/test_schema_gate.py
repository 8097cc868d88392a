"""``OCOTE_MH_SCHEMA_DIR``: what the operator's schema files refuse is never signed."""

from dataclasses import replace
from pathlib import Path

from tests.builders.bodies import invoice
from tests.running_gateway import RunningGateway, serving


def test_a_document_that_a_schema_refuses_is_a_400_and_uses_no_number(gateway: RunningGateway, tmp_path: Path) -> None:
    folder = tmp_path / "esquemas"
    folder.mkdir()
    (folder / "fe-fc-v1.json").write_text(
        '{"properties": {"resumen": {"properties": {"totalPagar": {"maximum": 20}}}}}'
    )
    gated = replace(gateway.settings, mh_schema_dir=folder)
    with serving(gated, gateway.clock, with_worker=False) as url:
        strict = replace(gateway, url=url)
        dear = {"external_ref": "x", "lines": [{"description": "Cara", "quantity": 1, "unit_price": 20.01}]}
        refused = strict.request("POST", "/invoice", dear)
        assert refused.status == 400
        assert refused.json()["errors"][0]["code"] == "mh_schema"
        assert strict.request("GET", "/status/x").status == 404
        assert strict.post("/invoice", invoice("x"))["control_number"].endswith("000001")
