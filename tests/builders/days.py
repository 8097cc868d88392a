"""Documents of many days, types, tills and states, put into the archive as if they had been issued then."""

from typing import Any
from uuid import uuid4

from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.values import folded

_DOCUMENT = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, stamp, taxable_cents, vat_cents, gross_cents, withheld_cents,
        payable_cents, customer_name, customer_folded, fingerprint, posted_at, stamped_at, invalidated_at,
        invalidated_by, contingency_id, adjusts_whole, request, jws)
    VALUES (:id, :company, :family, :doc_type, 'v1', :id, :branch, :pos, :year, :id, :id, 1, :state, NULL, :cents, 0,
        :cents, 0, :cents, :name, :folded, 'f', :posted_at, :stamped_at, :invalidated_at, :invalidated_by, NULL,
        0, '{}', 'a.b.c')""")

_CANCEL = sql("""
    UPDATE document SET invalidated_at = posted_at, invalidated_by = :by WHERE company_id = :company AND id = :id""")

_SETTLE = sql("""
    UPDATE document SET state = :state, stamped_at = :at WHERE company_id = :company AND id = :id""")

_SUPERSEDE = sql("""
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, jws,
                                    superseded_at)
    SELECT id, version, company_id, 'rejected', generation_code, posted_at, jws, :at FROM document
    WHERE company_id = :company AND id = :id""")

_CORRECT = sql("""
    UPDATE document SET state = 'stamped', version = version + 1, gross_cents = :cents, stamped_at = :at,
        customer_name = :name, customer_folded = :folded
    WHERE company_id = :company AND id = :id""")

_FAMILIES = {"05": "note", "14": "suex"}


def sold_at(company: int, posted_at: str, **changes: Any) -> Transaction[str]:
    """A stamped invoice of 11.30 of the till M001P001, posted at a moment of stored text; returns its id."""
    doc_type = changes.get("doc_type", "01")
    values = {
        "id": str(uuid4()),
        "family": _FAMILIES.get(doc_type, "sale"),
        "doc_type": doc_type,
        "branch": "M001",
        "pos": "P001",
        "year": int(posted_at[:4]),
        "state": "stamped",
        "cents": 1130,
        "stamped_at": posted_at,
        "invalidated_at": None,
        "invalidated_by": None,
        "name": "Cliente",
        **changes,
    }
    yield _DOCUMENT(company=company, posted_at=posted_at, folded=folded(str(values["name"])), **values)
    return str(values["id"])


def cancelled(company: int, document_id: str, by: str = "event") -> Transaction[None]:
    """The document is cancelled by an event, or by a note over all of it."""
    yield _CANCEL(company=company, id=document_id, by=by)


def settled(company: int, document_id: str, state: str, at: str | None) -> Transaction[None]:
    """MH answers about the document after all."""
    yield _SETTLE(company=company, id=document_id, state=state, at=at)


def corrected(company: int, document_id: str, at: str, cents: int, name: str = "Cliente") -> Transaction[None]:
    """The refused document is written again with another amount and name, and MH stamps it."""
    yield _SUPERSEDE(company=company, id=document_id, at=at)
    yield _CORRECT(company=company, id=document_id, at=at, cents=cents, name=name, folded=folded(name))
