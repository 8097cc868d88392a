"""The rules on a note and the documents that it adjusts (rules.md 7)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ocote.emulator.ledger import Stored
from ocote.emulator.messages import ITEMS, RECEIVER, RELATED, Finding, at, general
from ocote.emulator.rules.dates import months_later
from ocote.emulator.rules.lines import numbered
from ocote.emulator.rules.reading import Reading
from ocote.emulator.rules.related import ELECTRONIC, PAPER

_ADJUSTABLE = ("03", "07")
_TOLERANCE = Decimal("0.01")


def adjusted_documents(reading: Reading) -> Finding | None:
    """Every adjusted document exists, is not invalidated, has the type of the others and the note's receiver.

    A document on paper (``tipoGeneracion`` 1) is not in MH's records; therefore only its form can be judged.
    """
    related = reading.document["documentoRelacionado"]
    for position, row in enumerate(related, start=1):
        path = f"documentoRelacionado.{position}"
        if row["tipoDocumento"] not in _ADJUSTABLE:
            return at(f"{path}.tipoDocumento", "007", RELATED)
        if row["tipoDocumento"] != related[0]["tipoDocumento"]:
            return at(f"{path}.tipoDocumento", "026", RELATED)
        if row["tipoGeneracion"] not in {PAPER, ELECTRONIC}:
            return at(f"{path}.tipoGeneracion", "003", RELATED)
        if (
            months_later(date.fromisoformat(row["fechaEmision"]), reading.policy.related_months)
            < reading.facts.issued_on
        ):
            return at(f"{path}.fechaEmision", "018", RELATED)
        found = _on_the_books(reading, row, path) if row["tipoGeneracion"] == ELECTRONIC else None
        if found is not None:
            return found
    return None


def not_above_adjusted(reading: Reading) -> Finding | None:
    """All valid notes together take back no more than the document's sales of each kind after discounts."""
    for original in _electronic(reading):
        code = original.facts.generation_code
        taken = reading.ledger.taken_back(reading.owner, code)
        asked = reading.facts.adjusts.get(code, (0, 0, 0))
        for limit, before, now in zip(original.facts.sales, taken, asked, strict=True):
            if now and before + now > limit + _TOLERANCE:
                return general("016", RELATED)
    return None


def taxes_of_adjusted(reading: Reading) -> Finding | None:
    """A line of a note has no tax that its document has in no line."""
    for path, line in numbered(reading):
        original = reading.ledger.document(reading.owner, line["numeroDocumento"])
        if original is None:
            continue
        if not original.facts.taxes.issuperset(line["tributos"] or ()):
            return at(f"{path}.tributos", "027", ITEMS)
        if line["codTributo"] is not None and line["codTributo"] not in original.facts.taxes:
            return at(f"{path}.codTributo", "027", ITEMS)
    return None


def _on_the_books(reading: Reading, row: Mapping[str, Any], path: str) -> Finding | None:
    original = reading.ledger.document(reading.owner, row["numeroDocumento"])
    if original is None or original.facts.doc_type != row["tipoDocumento"]:
        return general("014", RELATED)
    if not original.alive:
        return general("015", RELATED)
    if original.facts.issued_on.isoformat() != row["fechaEmision"]:
        return at(f"{path}.fechaEmision", "027", RELATED)
    sold_to, adjusted_for = original.facts.receiver, reading.facts.receiver
    number_key = "nit" if "nit" in reading.document["receptor"] else "numDocumento"
    if sold_to.document_number != adjusted_for.document_number:
        return at(f"receptor.{number_key}", "027", RECEIVER)
    return at("receptor.nrc", "027", RECEIVER) if sold_to.nrc != adjusted_for.nrc else None


def _electronic(reading: Reading) -> Iterator[Stored]:
    for row in reading.document["documentoRelacionado"]:
        if row["tipoGeneracion"] == ELECTRONIC:
            original = reading.ledger.document(reading.owner, row["numeroDocumento"])
            if original is not None:
                yield original
