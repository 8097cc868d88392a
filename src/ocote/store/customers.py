"""Customer records, kept for each company and matched by NIT, else DUI, else NRC (contract D14)."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ocote.journal.lines import CustomerLine
from ocote.store.companies import hold_company
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, journaled, one, sql
from ocote.store.engine.values import moment_after, searched_name


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


class StaleCustomerError(Exception):
    """The record has changed since it was looked at; nothing was written."""


class Revision(Struct, frozen=True):
    """A change of a record: ``revised`` makes the new record of the JSON of the present one.

    ``seen`` is the moment of the last change that the author saw; None for an author who saw none.
    """

    revised: Callable[[str], Transaction[NewCustomer]]
    seen: str | None = None


class Revised(Struct, frozen=True):
    """A record before and after its change."""

    before: RememberedRow
    after: RememberedRow


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


class _ChangedRow(StoredRow, frozen=True):
    updated_at: str


_COLUMNS = columns(CustomerRow)
_OF_COMPANY = f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND gone_at IS NULL"
_BY_NIT = sql(f"{_OF_COMPANY} AND nit = :nit ORDER BY id LIMIT 1", CustomerRow)
_BY_DUI = sql(f"{_OF_COMPANY} AND dui = :dui ORDER BY id LIMIT 1", CustomerRow)
# An NRC has no published check digit: a mistyped NRC may be another taxpayer's, whose NIT or DUI then differs.
_BY_NRC = sql(
    f"""
    {_OF_COMPANY} AND nrc = :nrc AND coalesce(nit = :nit, TRUE) AND coalesce(dui = :dui, TRUE)
    ORDER BY id LIMIT 1""",
    CustomerRow,
)
_INSERT = sql(
    """
    INSERT INTO customer (company_id, nit, dui, nrc, record, folded, created_at, updated_at)
    VALUES (:company, :nit, :dui, :nrc, :record, :folded, :now, :now) RETURNING id""",
    _IdRow,
)
_UPDATE = sql("""
    UPDATE customer SET nit = :nit, dui = :dui, nrc = :nrc, record = :record, folded = :folded, updated_at = :now
    WHERE company_id = :company AND id = :id""")
_CHANGED = sql("SELECT updated_at FROM customer WHERE company_id = :company AND id = :id", _ChangedRow)
_COMPANY = sql("SELECT company_id FROM customer WHERE id = :id AND gone_at IS NULL", _OwnerRow)
_ONE = sql(
    f"""
    SELECT {columns(RememberedRow)} FROM customer
    WHERE company_id = :company AND id = :id AND gone_at IS NULL""",
    RememberedRow,
)
_LATEST = sql(
    f"""
    SELECT {columns(RememberedRow)} FROM customer
    WHERE company_id = :company AND gone_at IS NULL AND (CAST(:number AS TEXT) IS NULL OR :number IN (nit, dui, nrc))
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
        "folded": searched_name(customer.record),
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


def revise(company_id: int, customer_id: int, revision: Revision, now: str) -> Transaction[Revised | None]:
    """Replaces one record of a company under a lock; None when the company has no record with the id.

    Raises StaleCustomerError when the record has changed since the moment ``revision.seen``.
    """
    yield from hold_company(company_id)
    before = yield from customer_by_id(company_id, customer_id)
    if before is None:
        return None
    if revision.seen not in (None, before.updated_at):
        raise StaleCustomerError(str(customer_id))
    new = yield from revision.revised(before.record)
    yield from save_customer(company_id, new, now)
    return Revised(before, (yield from one(_ONE(company=company_id, id=customer_id))))


def owner_of(customer_id: int) -> Transaction[int | None]:
    """The company of a record; None when no record has the id."""
    owner = yield from first(_COMPANY(id=customer_id))
    return None if owner is None else owner.company_id


def customer_by_id(company_id: int, customer_id: int) -> Transaction[RememberedRow | None]:
    """The company's record with this id; None when there is none."""
    return (yield from first(_ONE(company=company_id, id=customer_id)))


def latest_customers(company_id: int, number: str | None, most: int) -> Transaction[list[RememberedRow]]:
    """The company's records that changed last; with ``number`` only those with this NIT, DUI or NRC (digits only)."""
    return (yield from every(_LATEST(company=company_id, number=number, most=most)))
