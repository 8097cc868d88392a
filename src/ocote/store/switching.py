"""The way of a company from MH's test environment to production: what is filled in, and what goes along."""

from typing import Final

from ocote.dte.types import DOCUMENT_TYPES, INVOICE
from ocote.store.engine.statement import StoredRow, Transaction, first, one, sql


class SwitchRow(StoredRow, frozen=True):
    """An unfinished way to production of a company. ``body`` is JSON without secrets, ``secrets`` is sealed."""

    company_id: int
    body: str
    secrets: bytes | None
    updated_at: str

    def __repr__(self) -> str:
        return f"<SwitchRow {self.company_id}>"


class EventCounts(StoredRow, frozen=True):
    """How many events of a company MH has stamped, and the moment of the latest backup, if one is known."""

    invalidations: int
    contingencies: int
    backup_at: str | None


class _Count(StoredRow, frozen=True):
    n: int


_OF_COMPANY: Final = sql(
    "SELECT company_id, body, secrets, updated_at FROM production_switch WHERE company_id = :company", SwitchRow
)
_KEEP: Final = sql("""
    INSERT INTO production_switch (company_id, body, secrets, updated_at) VALUES (:company, :body, :secrets, :now)
    ON CONFLICT (company_id) DO UPDATE
    SET body = excluded.body, secrets = excluded.secrets, updated_at = excluded.updated_at""")
_FORGET: Final = sql("DELETE FROM production_switch WHERE company_id = :company")
# The newest documents of a type, out of the index of its own or, for invoices, out of that of all.
_STAMPED, _STAMPED_INVOICES = (
    sql(
        f"""
        SELECT count(*) AS n FROM (
            SELECT id FROM document WHERE company_id = :company AND doc_type = :doc_type{few} AND state = 'stamped'
            ORDER BY posted_at DESC, id DESC LIMIT :most) AS newest""",
        _Count,
    )
    for few in (f" AND doc_type <> '{INVOICE.code}'", "")
)
_EVENTS: Final = sql(
    """
    SELECT (SELECT count(*) FROM invalidation WHERE company_id = :company AND stamp IS NOT NULL) AS invalidations,
           (SELECT count(*) FROM contingency_event WHERE company_id = :company AND stamp IS NOT NULL) AS contingencies,
           (SELECT max(finished_at) FROM backup_made) AS backup_at""",
    EventCounts,
)
_COPY_ITEMS: Final = sql("""
    INSERT INTO item (company_id, code, record, folded, updated_at)
    SELECT CAST(:to AS BIGINT), code, record, folded, CAST(:now AS TEXT) FROM item WHERE company_id = :company""")
_COPY_CUSTOMERS: Final = sql("""
    INSERT INTO customer (company_id, nit, dui, nrc, record, folded, created_at, updated_at)
    SELECT CAST(:to AS BIGINT), nit, dui, nrc, record, folded, CAST(:now AS TEXT), CAST(:now AS TEXT) FROM customer
    WHERE company_id = :company AND gone_at IS NULL AND merged_into IS NULL ORDER BY id""")
_ITEMS: Final = sql("SELECT count(*) AS n FROM item WHERE company_id = :company", _Count)
_CUSTOMERS: Final = sql("SELECT count(*) AS n FROM customer WHERE company_id = :company AND gone_at IS NULL", _Count)


def switch_of(company_id: int) -> Transaction[SwitchRow | None]:
    """The unfinished way of a company to production, or None."""
    return (yield from first(_OF_COMPANY(company=company_id)))


def keep_switch(row: SwitchRow) -> Transaction[None]:
    """Keeps the way of a company to production in place of what was kept of it."""
    yield _KEEP(company=row.company_id, body=row.body, secrets=row.secrets, now=row.updated_at)


def forget_switch(company_id: int) -> Transaction[None]:
    """Forgets the way of a company to production with its secrets."""
    yield _FORGET(company=company_id)


def stamped_counts(company_id: int, most: int) -> Transaction[dict[str, int]]:
    """The stamped documents of a company by type, of which so many are counted at most."""
    found = {}
    for doc_type in DOCUMENT_TYPES:
        statement = _STAMPED_INVOICES if doc_type == INVOICE.code else _STAMPED
        found[doc_type] = (yield from one(statement(company=company_id, doc_type=doc_type, most=most))).n
    return {doc_type: n for doc_type, n in found.items() if n}


def event_counts(company_id: int) -> Transaction[EventCounts]:
    """The stamped events of a company, and the latest backup."""
    return (yield from one(_EVENTS(company=company_id)))


def count_items(company_id: int) -> Transaction[int]:
    """The number of a company's items."""
    return (yield from one(_ITEMS(company=company_id))).n


def count_customers(company_id: int) -> Transaction[int]:
    """The number of a company's customers."""
    return (yield from one(_CUSTOMERS(company=company_id))).n


def copy_items(company_id: int, to: int, now: str) -> Transaction[int]:
    """Copies the items of a company to another one, which has none; returns how many that has then."""
    yield _COPY_ITEMS(company=company_id, to=to, now=now)
    return (yield from count_items(to))


def copy_customers(company_id: int, to: int, now: str) -> Transaction[int]:
    """Copies the customers of a company to another one, which has none; returns how many that has then."""
    yield _COPY_CUSTOMERS(company=company_id, to=to, now=now)
    return (yield from count_customers(to))
