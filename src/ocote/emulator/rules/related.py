"""The rules on related documents: those of every list, and those of a sale (wider-sales.md 2.9)."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from ocote.emulator.messages import RELATED, Finding, at, general
from ocote.emulator.rules.dates import last_of_month
from ocote.emulator.rules.reading import Reading

PAPER, ELECTRONIC = 1, 2

_REMISSION, _SETTLEMENT = "04", "09"
_RELATABLE = {"01": {"04", "08", "09"}, "03": {"04", "08", "09"}, "11": {"04"}}
"""The types to which a sale of each type may be related."""

_DAYS_AFTER_THE_PERIOD = {_REMISSION: 3, _SETTLEMENT: 0}
_GENERATION_CODE = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


def related_documents(reading: Reading) -> Finding | None:
    """Every document to which a sale is related may be cited by the sale, has the right form and a date in time.

    The types that a sale cites are not received by the emulator, so it cannot say whether such a document exists. A
    code that the emulator knows belongs to a document of another type.
    """
    for position, row in enumerate(reading.document.get("documentoRelacionado") or ()):
        path = path_of(position)
        if row["tipoDocumento"] not in _RELATABLE[reading.facts.doc_type]:
            return at(f"{path}.tipoDocumento", "007", RELATED)
        found = listed(reading, position)
        if found is not None:
            return found
        if row["tipoGeneracion"] == ELECTRONIC and not _GENERATION_CODE.fullmatch(row["numeroDocumento"]):
            return at(f"{path}.numeroDocumento", "006", RELATED)
        if not _in_time(row, reading.facts.issued_on):
            return at(f"{path}.fechaEmision", "018", RELATED)
        if row["tipoGeneracion"] == ELECTRONIC and _is_another(reading, row):
            return general("014", RELATED)
    return None


def used_documents(reading: Reading) -> Finding | None:
    """Every related document is named by a line (wider-sales.md 2.9)."""
    used = {line["numeroDocumento"] for line in reading.document["cuerpoDocumento"] if "numeroDocumento" in line}
    for position, row in enumerate(reading.document.get("documentoRelacionado") or ()):
        if row["numeroDocumento"] not in used:
            return at(f"{path_of(position)}.numeroDocumento", "024", RELATED)
    return None


def listed(reading: Reading, position: int) -> Finding | None:
    """The finding on one related document that sales and notes share, given its position from 0 in the list.

    All documents of a list have one type, each is there once, and none is later than the document that names it.
    """
    rows, path = reading.document["documentoRelacionado"], path_of(position)
    row, earlier = rows[position], rows[:position]
    if row["tipoDocumento"] != rows[0]["tipoDocumento"]:
        return at(f"{path}.tipoDocumento", "026", RELATED)
    if row["tipoGeneracion"] not in {PAPER, ELECTRONIC}:
        return at(f"{path}.tipoGeneracion", "003", RELATED)
    if row["numeroDocumento"].upper() in {other["numeroDocumento"].upper() for other in earlier}:
        return at(f"{path}.numeroDocumento", "025", RELATED)
    if date.fromisoformat(row["fechaEmision"]) > reading.facts.issued_on:
        return at(f"{path}.fechaEmision", "018", RELATED)
    return _no_paper(reading, row, path) if row["tipoGeneracion"] == PAPER else None


def path_of(position: int) -> str:
    """The path of a related document, given its position from 0; MH counts from 1 (protocol.md 5.3)."""
    return f"documentoRelacionado.{position + 1}"


def _no_paper(reading: Reading, row: Mapping[str, Any], path: str) -> Finding | None:
    """The finding on an electronic document that is named as one on paper, which would escape every look-up."""
    if _GENERATION_CODE.fullmatch(row["numeroDocumento"].upper()):
        return at(f"{path}.numeroDocumento", "006", RELATED)
    if reading.ledger.is_electronic(reading.owner, row["numeroDocumento"]):
        return at(f"{path}.tipoGeneracion", "007", RELATED)
    return None


def _is_another(reading: Reading, row: Mapping[str, Any]) -> bool:
    """Whether a code is that of the sale itself, or of a document of a type that the sale does not state."""
    number, stated = str(row["numeroDocumento"]), str(row["tipoDocumento"])
    known = reading.ledger.document(reading.owner, number)
    return number == reading.facts.generation_code if known is None else known.facts.doc_type != stated


def _in_time(row: Mapping[str, Any], issued_on: date) -> bool:
    """Whether a 09 is cited in its tax period, a 04 also in the 3 days after it; other types have no limit."""
    day = date.fromisoformat(row["fechaEmision"])
    after = _DAYS_AFTER_THE_PERIOD.get(row["tipoDocumento"])
    return after is None or issued_on <= last_of_month(day) + timedelta(days=after)
