"""The operator's last gate: each document against MH's own schema files, when the operator has them.

The files are not part of this project. ``OCOTE_MH_SCHEMA_DIR`` points at a folder that holds them under MH's names,
flat or in sub-folders, either edition or both; a type whose file is not there is not checked.
"""

import json
from pathlib import Path

import jsonschema_rs

from ocote.dte.editions import Edition
from ocote.dte.faults import Fault, InvalidSale

_FILES: dict[tuple[str, Edition], str] = {
    ("01", "v1"): "fe-fc-v1.json",
    ("01", "v2"): "fe-f-v2.json",
    ("03", "v1"): "fe-ccf-v3.json",
    ("03", "v2"): "fe-ccf-v4.json",
    ("05", "v1"): "fe-nc-v3.json",
    ("05", "v2"): "fe-nc-v4.json",
    ("11", "v1"): "fe-fex-v1.json",
    ("11", "v2"): "fe-fex-v3.json",
    ("14", "v1"): "fe-fse-v1.json",
    ("14", "v2"): "fe-fse-v2.json",
}
_MOST_FAULTS = 20


class SchemaGate:
    """Checks documents against official schemas, compiled once."""

    def __init__(self, folder: Path) -> None:
        """Reads the files. Raises OSError and ValueError when one of them cannot be read."""
        self._validators = {
            key: jsonschema_rs.Draft7Validator(json.loads(found[0].read_text(encoding="utf-8-sig")))
            for key, name in _FILES.items()
            if (found := sorted(folder.rglob(name)))
        }

    @property
    def checked(self) -> frozenset[tuple[str, Edition]]:
        """The (type, edition) pairs whose schema was found."""
        return frozenset(self._validators)

    def check(self, doc_type: str, edition: Edition, payload: bytes) -> None:
        """Raises InvalidSale naming each field of the document that its official schema refuses."""
        validator = self._validators.get((doc_type, edition))
        if validator is None:
            return
        faults = [
            Fault("mh_schema", "/".join(map(str, error.instance_path)) or "documento", error.message)
            for error, _ in zip(validator.iter_errors(json.loads(payload)), range(_MOST_FAULTS), strict=False)
        ]
        if faults:
            raise InvalidSale(faults)
