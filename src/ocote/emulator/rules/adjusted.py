"""The rules on a note and the documents that it adjusts (rules.md 7)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ocote.emulator.ledger import Stored
from ocote.emulator.messages import ITEMS, RECEIVER, RELATED, THIRD_PARTY, Finding, at, general
from ocote.emulator.rules.dates import months_later
from ocote.emulator.rules.lines import numbered
from ocote.emulator.rules.reading import Reading
from ocote.emulator.rules.related import ELECTRONIC, listed, path_of

_ADJUSTABLE = ("03", "07")
_TOLERANCE = Decimal("0.01")


def adjusted_documents(reading: Reading) -> Finding | None:
    """Every adjusted document exists, is not invalidated, has the type of the others and the note's receiver.

    A document on paper (``tipoGeneracion`` 1) is not in MH's records; therefore only its form can be judged.
    """
    for position, row in enumerate(reading.document["documentoRelacionado"]):
        path = path_of(position)
        if row["tipoDocumento"] not in _ADJUSTABLE:
            return at(f"{path}.tipoDocumento", "007", RELATED)
        found = listed(reading, position)
        if found is not None:
            return found
        if (
            months_later(date.fromisoformat(row["fechaEmision"]), reading.policy.related_months)
            < reading.facts.issued_on
        ):
            return at(f"{path}.fechaEmision", "018", RELATED)
        found = _on_the_books(reading, row, path) if row["tipoGeneracion"] == ELECTRONIC else None
        if found is not None:
            return found
    return _name_of_receiver(reading)


def principal_of_adjusted(reading: Reading) -> Finding | None:
    """A note is on account of the principal of every adjusted document that the service knows (wider-sales.md 2.7).

    Sales of several principals, or of one and of the issuer, do not stand in one document. Principals are compared by
    number: one edition states more of them than the other.
    """
    principal = reading.facts.principal
    for original in _electronic(reading):
        sold_for = original.facts.principal
        if principal != sold_for:
            stated_by_both = principal is not None and sold_for is not None
            return at("ventaTercero.nit" if stated_by_both else "ventaTercero", "027", THIRD_PARTY)
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
    if sold_to.document_type != adjusted_for.document_type:
        return at("receptor.tipoDocumento", "027", RECEIVER)
    number_key = "nit" if "nit" in reading.document["receptor"] else "numDocumento"
    if sold_to.document_number != adjusted_for.document_number:
        return at(f"receptor.{number_key}", "027", RECEIVER)
    return at("receptor.nrc", "027", RECEIVER) if sold_to.nrc != adjusted_for.nrc else None


def _name_of_receiver(reading: Reading) -> Finding | None:
    """The receiver's name is that in an adjusted document; those of a renamed customer have several names."""
    names = {original.facts.receiver.name for original in _electronic(reading)}
    if not names or reading.facts.receiver.name in names:
        return None
    return at("receptor.nombre", "027", RECEIVER)


def _electronic(reading: Reading) -> Iterator[Stored]:
    for row in reading.document["documentoRelacionado"]:
        if row["tipoGeneracion"] == ELECTRONIC:
            original = reading.ledger.document(reading.owner, row["numeroDocumento"])
            if original is not None:
                yield original
