"""Customer records, kept for each company and matched by NIT, else DUI, else NRC (contract D14)."""

from msgspec import Struct

from ocote.store.statement import Row, Transaction, sql

_COLUMNS = "id, nit, dui, nrc, record"
_BY_NIT = sql(f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND nit = :nit ORDER BY id LIMIT 1")  # noqa: S608
_BY_DUI = sql(f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND dui = :dui ORDER BY id LIMIT 1")  # noqa: S608
_BY_NRC = sql(f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND nrc = :nrc ORDER BY id LIMIT 1")  # noqa: S608
_INSERT = sql("""
    INSERT INTO customer (company_id, nit, dui, nrc, record, created_at, updated_at)
    VALUES (:company, :nit, :dui, :nrc, :record, :now, :now) RETURNING id""")
_UPDATE = sql("""
    UPDATE customer SET nit = :nit, dui = :dui, nrc = :nrc, record = :record, updated_at = :now
    WHERE company_id = :company AND id = :id""")


class CustomerRow(Struct, frozen=True):
    """A customer record to keep; ``id`` is None for a new one, ``record`` is JSON."""

    id: int | None
    nit: str | None
    dui: str | None
    nrc: str | None
    record: str


def match_customer(company_id: int, nit: str | None, dui: str | None, nrc: str | None) -> Transaction[Row | None]:
    """The company's record of a person: by NIT, else by DUI, else by NRC; None when there is none."""
    for query in (
        _BY_NIT(company=company_id, nit=nit) if nit else None,
        _BY_DUI(company=company_id, dui=dui) if dui else None,
        _BY_NRC(company=company_id, nrc=nrc) if nrc else None,
    ):
        if query is None:
            continue
        rows = yield query
        if rows:
            return rows[0]
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
