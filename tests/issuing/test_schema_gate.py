"""The operator's last gate: documents against MH's own schema files, where the operator has them."""

import json
from pathlib import Path

import pytest

from ocote.dte.faults import InvalidSale
from ocote.dte.schedule import Edition
from ocote.dte.types import DOCUMENT_TYPES
from ocote.issuing.schema_gate import SchemaGate
from tests.official import shared_folder

_GOLDEN = Path(__file__).parent.parent / "dte" / "golden"


def test_a_document_that_its_schema_refuses_is_told_field_by_field(tmp_path: Path) -> None:
    schema = {"properties": {"resumen": {"properties": {"totalPagar": {"multipleOf": 0.01}}}}}
    (tmp_path / "fe-f-v2.json").write_text(json.dumps(schema))
    gate = SchemaGate(tmp_path)
    gate.check("01", "v2", b'{"resumen":{"totalPagar":16.4}}')
    with pytest.raises(InvalidSale) as refused:
        gate.check("01", "v2", b'{"resumen":{"totalPagar":16.401}}')
    assert [(fault.code, fault.field) for fault in refused.value.faults] == [("mh_schema", "resumen/totalPagar")]


def test_a_type_whose_schema_is_not_there_is_not_checked(tmp_path: Path) -> None:
    (tmp_path / "fe-f-v2.json").write_text('{"required": ["nothing has this"]}')
    gate = SchemaGate(tmp_path)
    gate.check("03", "v2", b"{}")
    with pytest.raises(InvalidSale):
        gate.check("01", "v2", b"{}")


def test_every_document_type_of_both_editions_passes_the_official_gate() -> None:
    folder = shared_folder()
    if folder is None:
        pytest.skip("the official MH schemas are not part of the repository; set OCOTE_SHARED to their folder")
    gate = SchemaGate(folder / "mh" / "schemas")
    checked = set()
    for path in sorted(_GOLDEN.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        doc_type = document["identificacion"].get("tipoDte")
        if doc_type is None:
            continue  # an event
        edition: Edition = "v1" if "v1" in path.parts or "v1" in path.stem else "v2"
        gate.check(doc_type, edition, path.read_bytes())
        checked.add((doc_type, edition))
    assert checked == {(code, edition) for code, row in DOCUMENT_TYPES.items() for edition in row.editions}
