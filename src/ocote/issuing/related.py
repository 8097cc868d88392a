"""The documents from which a sale comes: the company's own ones are looked up (wider-sales.md 2.9, 4.1)."""

from collections.abc import Collection, Sequence
from datetime import date

from ocote.companies.caller import Reaches
from ocote.documents.signed import document_of
from ocote.documents.view import Refused
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.mentions import RelatedDocument
from ocote.errors import fault
from ocote.issuing.mention_rules import RELATED
from ocote.store import documents as rows
from ocote.store.document_row import DocumentRow
from ocote.store.engine.statement import Transaction


def found_related(
    company_id: int, named: Sequence[RelatedDocument | str], allowed: Collection[str], reaches: Reaches
) -> Transaction[tuple[RelatedDocument, ...]]:
    """The related documents in their order; a text names one of the company's own, by any of its identifiers.

    A document that is named as one of another system, but by the code or the number of an own one, is the own one.
    ``allowed`` are the types that may be related. Raises InvalidSale for a document that the company does not have or
    that has another type, and Refused for one that MH has not stamped or that is cancelled. A document that the caller
    does not reach is none of the company, unless its printed code names it, which only who has seen it knows.
    """
    found: list[RelatedDocument] = []
    faults: list[Fault] = []
    for index, each in enumerate(named):
        if isinstance(each, str):
            name, row = "document_id", (yield from rows.document_by_any(company_id, each))
        else:
            name = "generation_code" if each.electronic else "number"
            row = yield from rows.document_as_printed(company_id, each.number.upper())
        at = f"{RELATED}[{index}].{name}"
        if row is not None and not reaches(row.branch_code, row.pos_code) and not _is_by_code(row, each):
            faults.append(fault("related_not_found", at))
        elif row is not None and _has_type(row, each, allowed):
            found.append((yield from _own(row)))
        elif row is not None:
            faults.append(fault("related_type_not_allowed", at, allowed=" o ".join(allowed)))
        elif isinstance(each, str):
            faults.append(fault("related_not_found", at))
        else:
            found.append(each)
    if faults:
        raise InvalidSale(faults)
    return tuple(found)


def _is_by_code(row: DocumentRow, named: RelatedDocument | str) -> bool:
    """Whether the printed generation code names a document, which nobody guesses as one does a control number."""
    return not isinstance(named, str) and named.number.upper() == row.generation_code


def _has_type(row: DocumentRow, named: RelatedDocument | str, allowed: Collection[str]) -> bool:
    """Whether an own document may be related, and has the type that the request says, if it says one."""
    return row.doc_type in allowed and (isinstance(named, str) or named.doc_type == row.doc_type)


def _own(row: DocumentRow) -> Transaction[RelatedDocument]:
    if row.state != "stamped":
        raise Refused("document_not_stamped")
    if row.invalidated_at is not None:
        raise Refused("already_invalidated")
    signed = yield from rows.signed_text(row.company_id, row.id)
    if signed is None:
        raise LookupError(f"document {row.id} is gone")
    issued_on = document_of(signed.jws)["identificacion"]["fecEmi"]
    return RelatedDocument(row.doc_type, row.generation_code, date.fromisoformat(issued_on))
