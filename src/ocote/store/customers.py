"""Customer records, kept for each company and matched by NIT, else DUI, else NRC (contract D14)."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from ocote.store.companies import hold_company
from ocote.store.engine.statement import Row, Transaction, first, sql

_COLUMNS = "id, nit, dui, nrc, record"
_BY_NIT = sql(f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND nit = :nit ORDER BY id LIMIT 1")
_BY_DUI = sql(f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND dui = :dui ORDER BY id LIMIT 1")
# An NRC has no published check digit: mistyped, it may be another taxpayer's, whose NIT or DUI tells the two apart.
_BY_NRC = sql(f"""
    SELECT {_COLUMNS} FROM customer
    WHERE company_id = :company AND nrc = :nrc AND coalesce(nit = :nit, TRUE) AND coalesce(dui = :dui, TRUE)
    ORDER BY id LIMIT 1""")
_INSERT = sql("""
    INSERT INTO customer (company_id, nit, dui, nrc, record, created_at, updated_at)
    VALUES (:company, :nit, :dui, :nrc, :record, :now, :now) RETURNING id""")
_UPDATE = sql("""
    UPDATE customer SET nit = :nit, dui = :dui, nrc = :nrc, record = :record, updated_at = :now
    WHERE company_id = :company AND id = :id""")
_COMPANY = sql("SELECT company_id FROM customer WHERE id = :id")
_BY_ID = sql("SELECT record FROM customer WHERE id = :id")
_LATEST = sql("""
    SELECT id, record, updated_at FROM customer
    WHERE company_id = :company AND (CAST(:number AS TEXT) IS NULL OR :number IN (nit, dui, nrc))
    ORDER BY updated_at DESC, id DESC LIMIT :most""")


class CustomerRow(Struct, frozen=True):
    """A customer record to keep; ``id`` is None for a new one, ``record`` is JSON."""

    id: int | None
    nit: str | None
    dui: str | None
    nrc: str | None
    record: str


Keep: TypeAlias = Callable[[str], Transaction[int]]
"""Work that writes a record, at a moment, in the transaction that keeps the document; tells the record's id."""


def match_customer(company_id: int, nit: str | None, dui: str | None, nrc: str | None) -> Transaction[Row | None]:
    """The company's record of a person: by NIT, else by DUI, else by NRC; None when there is none.

    A record found by its NRC counts only when it shows no other NIT or DUI than those asked for.
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


def save_customer(company_id: int, customer: CustomerRow, now: str) -> Transaction[int]:
    """Writes a new or a changed record and tells its id."""
    fields = {
        "company": company_id,
        "nit": customer.nit,
        "dui": customer.dui,
        "nrc": customer.nrc,
        "record": customer.record,
        "now": now,
    }
    if customer.id is not None:
        yield _UPDATE(**fields, id=customer.id)
        return customer.id
    [row] = yield _INSERT(**fields)
    return int(row["id"])


def revise(customer_id: int, revised: Callable[[str], CustomerRow], now: str) -> Transaction[bool]:
    """Changes one record by what it holds (JSON), so that no request changes it meanwhile; False when unknown."""
    owners = yield _COMPANY(id=customer_id)
    if not owners:
        return False
    company_id = int(owners[0]["company_id"])
    yield from hold_company(company_id)
    [row] = yield _BY_ID(id=customer_id)
    yield from save_customer(company_id, revised(row["record"]), now)
    return True


def latest_customers(company_id: int, number: str | None, most: int) -> Transaction[list[Row]]:
    """The company's records that changed last, or those with a NIT, DUI or NRC (digits alone)."""
    return (yield _LATEST(company=company_id, number=number, most=most))
