"""Merges two records of one customer, finds records that may be doubles, and removes a record that nobody needs.

A record that was merged or removed stays as a row that is neither listed nor matched: a document that is being issued
at this moment may still refer to it.
"""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from ocote.store.companies import hold_company
from ocote.store.customers import (
    NewCustomer,
    RememberedRow,
    Revised,
    StaleCustomerError,
    customer_by_id,
    save_customer,
)
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, sql

MOVED_AT_ONCE: Final = 1000
"""Documents that one transaction moves to another record, while other writers wait."""

DoubleKind = Literal["nit", "dui", "nrc", "name"]


class DoubleRow(StoredRow, frozen=True):
    """Two records that may be of one customer, and what they have in common."""

    common: DoubleKind
    first_id: int
    second_id: int
    n: int


class MergeOrder(Struct, frozen=True):
    """Two records to merge: ``merged`` makes the record that stays of the JSON of both, or raises.

    ``seen`` are the moments of the last changes that the author saw, of the one that stays and of the one that goes.
    """

    into: int
    gone: int
    merged: Callable[[str, str], NewCustomer]
    seen: tuple[str, str]


class MergedRecords(Struct, frozen=True):
    """The outcome of a merge: the record that stays, before and after, and the one that is gone."""

    kept: Revised
    gone: RememberedRow


class _RecordId(StoredRow, frozen=True):
    id: int


class _Id(StoredRow, frozen=True):
    id: str


_GO: Final = sql("""
    UPDATE customer SET gone_at = :now, merged_into = :into WHERE company_id = :company AND id = :id""")
_FOLLOW: Final = sql("""
    UPDATE customer SET merged_into = :into WHERE company_id = :company AND merged_into = :id""")
_EMPTY: Final = sql("""
    UPDATE customer SET gone_at = :now, nit = NULL, dui = NULL, nrc = NULL, record = '{"name":""}', folded = ''
    WHERE company_id = :company AND id = :id""")
# Documents that another transaction is about to change are left for the next time: no sale waits for a merge.
_MOVE: Final = sql(
    """
    WITH chosen AS MATERIALIZED (
        SELECT id FROM document WHERE company_id = :company AND customer_id = :gone LIMIT :most :lock)
    UPDATE document SET customer_id = :into WHERE id IN (SELECT id FROM chosen) RETURNING id""",
    _Id,
    lock="update skip locked",
)


def _same(common: str, column: str) -> str:
    """Records with one value in a column, unless their other numbers say that they are different people.

    The values that are there twice are found in the index of the column alone, and first: SQLite keeps to the order of
    a CROSS JOIN.
    """
    return f"""
        SELECT '{common}' AS common, min(id) AS first_id, max(id) AS second_id, count(*) AS n
        FROM (SELECT {column} AS value FROM customer WHERE company_id = :company AND {column} > ''
              GROUP BY {column} HAVING count(*) > 1) AS twice
        CROSS JOIN customer
        WHERE company_id = :company AND {column} = value AND gone_at IS NULL
        GROUP BY value
        HAVING count(*) > 1 AND count(DISTINCT nit) < 2 AND count(DISTINCT dui) < 2 AND count(DISTINCT nrc) < 2"""


_LEFT_BEHIND: Final = sql(
    """
    SELECT id FROM customer
    WHERE company_id = :company AND merged_into = :into
      AND EXISTS (SELECT 1 FROM document
                  WHERE document.company_id = customer.company_id AND document.customer_id = customer.id)""",
    _RecordId,
)

# The NIT of a natural person may be the DUI, of nine digits: then one record has it as NIT, another one as DUI. What
# the inner selection finds is few, so that each is looked up in the index of the other column.
_DOUBLES: Final = sql(
    f"""
    SELECT {columns(DoubleRow)} FROM (
        {_same("nit", "nit")} UNION ALL {_same("dui", "dui")} UNION ALL {_same("nrc", "nrc")} UNION ALL
        {_same("name", "folded")} UNION ALL
        SELECT 'dui' AS common, taxpayer.id AS first_id, person.id AS second_id, 2 AS n
        FROM (SELECT nit FROM customer WHERE company_id = :company AND length(nit) = 9
              INTERSECT SELECT dui FROM customer WHERE company_id = :company) AS both_ways
        JOIN customer AS taxpayer ON taxpayer.company_id = :company AND taxpayer.nit = both_ways.nit
        JOIN customer AS person ON person.company_id = :company AND person.dui = both_ways.nit
        WHERE taxpayer.id <> person.id AND person.nit IS NULL
          AND taxpayer.gone_at IS NULL AND person.gone_at IS NULL
    ) AS found ORDER BY first_id, second_id, common LIMIT :most""",
    DoubleRow,
)


def doubles(company_id: int, most: int) -> Transaction[list[DoubleRow]]:
    """Pairs of records that may be of one customer: of those with more than two, the first and the last."""
    return (yield from every(_DOUBLES(company=company_id, most=most)))


def merge_records(company_id: int, order: MergeOrder, now: str) -> Transaction[MergedRecords | None]:
    """Merges two records of a company; None when one of them is not there.

    Raises StaleCustomerError when one has changed since its moment. Documents are moved by ``move_documents``.
    """
    yield from hold_company(company_id)
    kept = yield from customer_by_id(company_id, order.into)
    gone = yield from customer_by_id(company_id, order.gone)
    if kept is None or gone is None:
        return None
    if (kept.updated_at, gone.updated_at) != order.seen:
        raise StaleCustomerError(f"{order.into}, {order.gone}")
    yield _GO(company=company_id, id=order.gone, into=order.into, now=now)
    yield _FOLLOW(company=company_id, id=order.gone, into=order.into)
    yield from save_customer(company_id, order.merged(kept.record, gone.record), now)
    after = yield from customer_by_id(company_id, order.into)
    if after is None:
        raise LookupError(f"customer {order.into} is gone in the transaction that wrote it")
    return MergedRecords(Revised(kept, after), gone)


def move_documents(company_id: int, gone: int, into: int) -> Transaction[int]:
    """Gives documents of a record that is gone to another one; returns how many, 1,000 at most."""
    moved = yield from every(_MOVE(company=company_id, gone=gone, into=into, most=MOVED_AT_ONCE))
    return len(moved)


def left_behind(company_id: int, into: int) -> Transaction[list[int]]:
    """The records merged into another one that still have documents, which were issued or locked meanwhile."""
    return [row.id for row in (yield from every(_LEFT_BEHIND(company=company_id, into=into)))]


def remove_record(company_id: int, customer_id: int, seen: str, now: str) -> Transaction[RememberedRow | None]:
    """Removes a record with everything in it; None when it is not there. Raises StaleCustomerError."""
    yield from hold_company(company_id)
    row = yield from customer_by_id(company_id, customer_id)
    if row is None:
        return None
    if row.updated_at != seen:
        raise StaleCustomerError(str(customer_id))
    yield _EMPTY(company=company_id, id=customer_id, now=now)
    return row
