"""The rules on the documents to which a sale is related (wider-sales.md 2.9); notes have rules of their own."""

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
    """Every related document has a type that the sale may cite, the right form and a date in time.

    The types that a sale cites are not received by the emulator, so it cannot say whether such a document exists. A
    code that the emulator knows belongs to a document of another type.
    """
    for position, row in enumerate(reading.document.get("documentoRelacionado") or (), start=1):
        path = f"documentoRelacionado.{position}"
        found = _named(reading, row, path)
        if found is not None:
            return found
        if not _in_time(row, reading.facts.issued_on):
            return at(f"{path}.fechaEmision", "018", RELATED)
        known = reading.ledger.document(reading.owner, row["numeroDocumento"])
        if known is not None and known.facts.doc_type != row["tipoDocumento"]:
            return general("014", RELATED)
    return None


def _named(reading: Reading, row: Mapping[str, Any], path: str) -> Finding | None:
    if row["tipoDocumento"] not in _RELATABLE[reading.facts.doc_type]:
        return at(f"{path}.tipoDocumento", "007", RELATED)
    if row["tipoGeneracion"] not in {PAPER, ELECTRONIC}:
        return at(f"{path}.tipoGeneracion", "003", RELATED)
    if row["tipoGeneracion"] == ELECTRONIC and not _GENERATION_CODE.fullmatch(row["numeroDocumento"]):
        return at(f"{path}.numeroDocumento", "006", RELATED)
    return None


def _in_time(row: Mapping[str, Any], issued_on: date) -> bool:
    """A 09 is cited in its tax period, a 04 also in the 3 days after it, and no document before its own date."""
    day = date.fromisoformat(row["fechaEmision"])
    if day > issued_on:
        return False
    after = _DAYS_AFTER_THE_PERIOD.get(row["tipoDocumento"])
    return after is None or issued_on <= last_of_month(day) + timedelta(days=after)
