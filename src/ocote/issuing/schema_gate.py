"""Checks each document against MH's own schema files before it is signed, when the operator has these files.

The files are not part of this project. ``OCOTE_MH_SCHEMA_DIR`` points at a folder that holds them under MH's names,
flat or in sub-folders, either edition or both; a type without a file is not checked.
"""

import json
from pathlib import Path

import jsonschema_rs

from ocote.dte.editions import Edition
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.types import DOCUMENT_TYPES

_MOST_FAULTS = 20
_LONGEST_MESSAGE = 300
"""The validator repeats the value at fault, which may be the whole document."""


class SchemaGate:
    """Checks documents against official schemas, compiled once."""

    def __init__(self, folder: Path) -> None:
        """Reads the files. Raises OSError and ValueError when one of them cannot be read."""
        self._validators = {
            (row.code, edition): jsonschema_rs.Draft7Validator(json.loads(found[0].read_text(encoding="utf-8-sig")))
            for row in DOCUMENT_TYPES.values()
            for edition, written in row.editions.items()
            if (found := sorted(folder.rglob(written.schema)))
        }

    def check(self, doc_type: str, edition: Edition, payload: bytes) -> None:
        """Raises InvalidSale naming each field of the document that its official schema refuses."""
        validator = self._validators.get((doc_type, edition))
        if validator is None:
            return
        faults = [
            Fault("mh_schema", "/".join(map(str, error.instance_path)) or "documento", error.message[:_LONGEST_MESSAGE])
            for error, _ in zip(validator.iter_errors(json.loads(payload)), range(_MOST_FAULTS), strict=False)
        ]
        if faults:
            raise InvalidSale(faults)
