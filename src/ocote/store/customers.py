"""Customer records, kept for each company and matched by NIT, else DUI, else NRC (contract D14)."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ocote.journal.lines import CustomerLine
from ocote.store.companies import hold_company
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, journaled, one, sql
from ocote.store.engine.values import moment_after


class CustomerRow(StoredRow, frozen=True):
    """A customer's record; ``record`` is its content as JSON."""

    id: int
    nit: str | None
    dui: str | None
    nrc: str | None
    record: str


class RememberedRow(StoredRow, frozen=True):
    """A customer's record and the moment of its last change."""

    id: int
    record: str
    updated_at: str


class NewCustomer(Struct, frozen=True):
    """A customer's record to write; ``id`` is None when the record is new, ``record`` is JSON."""

    id: int | None
    nit: str | None
    dui: str | None
    nrc: str | None
    record: str


Keep: TypeAlias = Callable[[str], Transaction[int]]
"""Work that writes a customer's record at a moment, in the transaction of the document; returns the record's id."""


class Counterparty(Struct, frozen=True):
    """The other side of a document: the customer, or the seller of a purchase.

    ``record_id`` is the company's record of that person. ``keep`` writes the record when it is new or has changed.
    """

    name: str
    email: str | None = None
    redirect_email: str | None = None
    record_id: int | None = None
    keep: Keep | None = None


class _IdRow(StoredRow, frozen=True):
    id: int


class _OwnerRow(StoredRow, frozen=True):
    company_id: int


class _RecordRow(StoredRow, frozen=True):
    record: str


class _ChangedRow(StoredRow, frozen=True):
    updated_at: str


_COLUMNS = columns(CustomerRow)
_BY_NIT = sql(
    f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND nit = :nit ORDER BY id LIMIT 1", CustomerRow
)
_BY_DUI = sql(
    f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND dui = :dui ORDER BY id LIMIT 1", CustomerRow
)
# An NRC has no published check digit: a mistyped NRC may be another taxpayer's, whose NIT or DUI then differs.
_BY_NRC = sql(
    f"""
    SELECT {_COLUMNS} FROM customer
    WHERE company_id = :company AND nrc = :nrc AND coalesce(nit = :nit, TRUE) AND coalesce(dui = :dui, TRUE)
    ORDER BY id LIMIT 1""",
    CustomerRow,
)
_INSERT = sql(
    """
    INSERT INTO customer (company_id, nit, dui, nrc, record, created_at, updated_at)
    VALUES (:company, :nit, :dui, :nrc, :record, :now, :now) RETURNING id""",
    _IdRow,
)
_UPDATE = sql("""
    UPDATE customer SET nit = :nit, dui = :dui, nrc = :nrc, record = :record, updated_at = :now
    WHERE company_id = :company AND id = :id""")
_CHANGED = sql("SELECT updated_at FROM customer WHERE company_id = :company AND id = :id", _ChangedRow)
_COMPANY = sql("SELECT company_id FROM customer WHERE id = :id", _OwnerRow)
_BY_ID = sql("SELECT record FROM customer WHERE id = :id", _RecordRow)
_LATEST = sql(
    f"""
    SELECT {columns(RememberedRow)} FROM customer
    WHERE company_id = :company AND (CAST(:number AS TEXT) IS NULL OR :number IN (nit, dui, nrc))
    ORDER BY updated_at DESC, id DESC LIMIT :most""",
    RememberedRow,
)


def match_customer(
    company_id: int, nit: str | None, dui: str | None, nrc: str | None
) -> Transaction[CustomerRow | None]:
    """The company's record of a person: by NIT, else by DUI, else by NRC; None when no record matches.

    A record found by its NRC counts only when it has no other NIT or DUI than ``nit`` and ``dui``.
    """
    for query in (
        _BY_NIT(company=company_id, nit=nit) if nit else None,
        _BY_DUI(company=company_id, dui=dui) if dui else None,
        _BY_NRC(company=company_id, nit=nit, dui=dui, nrc=nrc) if nrc else None,
    ):
        if query is None:
            continue
        row = yield from first(query)
        if row is not None:
            return row
    return None


def save_customer(company_id: int, customer: NewCustomer, now: str) -> Transaction[int]:
    """Writes a new or a changed record and returns its id; nobody else changes the company's records meanwhile.

    A change is later than the change before it, whatever the clocks say: a replay of the journal goes by the moments.
    """
    before = None if customer.id is None else (yield from changed_at(company_id, customer.id))
    at = now if before is None else moment_after(before, now)
    fields = {
        "company": company_id,
        "nit": customer.nit,
        "dui": customer.dui,
        "nrc": customer.nrc,
        "record": customer.record,
        "now": at,
    }
    if customer.id is not None:
        customer_id = customer.id
        yield _UPDATE(**fields, id=customer_id)
    else:
        customer_id = (yield from one(_INSERT(**fields))).id
    yield from journaled(
        lambda: CustomerLine(
            id=customer_id,
            company_id=company_id,
            nit=customer.nit,
            dui=customer.dui,
            nrc=customer.nrc,
            record=customer.record,
            at=at,
        )
    )
    return customer_id


def changed_at(company_id: int, customer_id: int) -> Transaction[str | None]:
    """The moment of a record's last change; None when the company has no record with this id."""
    row = yield from first(_CHANGED(company=company_id, id=customer_id))
    return None if row is None else row.updated_at


def revise(customer_id: int, revised: Callable[[str], NewCustomer], now: str) -> Transaction[bool]:
    """Replaces one record by ``revised`` of its JSON, under a lock; False when no record has the id."""
    owner = yield from first(_COMPANY(id=customer_id))
    if owner is None:
        return False
    yield from hold_company(owner.company_id)
    found = yield from one(_BY_ID(id=customer_id))
    yield from save_customer(owner.company_id, revised(found.record), now)
    return True


def latest_customers(company_id: int, number: str | None, most: int) -> Transaction[list[RememberedRow]]:
    """The company's records that changed last; with ``number`` only those with this NIT, DUI or NRC (digits only)."""
    return (yield from every(_LATEST(company=company_id, number=number, most=most)))
