"""Many customers' records at once: found by their numbers, written, and handed to the journal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from ocote.journal.lines import CustomerLine
from ocote.store.companies import hold_company
from ocote.store.customers import NewCustomer
from ocote.store.engine.statement import (
    Row,
    Statement,
    StoredRow,
    Transaction,
    columns,
    every,
    journaled,
    sql,
    text_list,
)
from ocote.store.engine.values import moment_after, searched_name

_T = TypeVar("_T")

_AT_ONCE: Final = 1000
"""Records that one statement reads or writes."""


class NumberedRow(StoredRow, frozen=True):
    """A customer's record with its numbers and the moment of its last change."""

    id: int
    nit: str | None
    dui: str | None
    nrc: str | None
    record: str
    updated_at: str


class _Inserted(StoredRow, frozen=True):
    id: int
    nit: str | None
    dui: str | None
    nrc: str | None
    record: str


class BroughtCustomers(Struct, frozen=True):
    """Records of which many were written, and the changed ones as they were before, by id."""

    written: tuple[NewCustomer, ...]
    before: Mapping[int, NumberedRow]


_COLUMNS: Final = columns(NumberedRow)
_OF_COMPANY: Final = f"SELECT {_COLUMNS} FROM customer WHERE company_id = :company AND gone_at IS NULL"
_BY_NITS: Final = sql(f"{_OF_COMPANY} AND nit IN (:...numbers)", NumberedRow)
_BY_DUIS: Final = sql(f"{_OF_COMPANY} AND dui IN (:...numbers)", NumberedRow)
_BY_NRCS: Final = sql(f"{_OF_COMPANY} AND nrc IN (:...numbers)", NumberedRow)
_PAGE: Final = sql(f"{_OF_COMPANY} AND id > :after ORDER BY id LIMIT {_AT_ONCE}", NumberedRow)

# The rows come as one text of JSON, because a list of values is written differently for each database.
_INSERT: Final[Statement[_Inserted]] = Statement(
    sqlite="""
        INSERT INTO customer (company_id, nit, dui, nrc, record, folded, created_at, updated_at)
        SELECT :company, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
               json_extract(value, '$[3]'), json_extract(value, '$[4]'), :now, :now
        FROM json_each(:customers)
        RETURNING id, nit, dui, nrc, record""",
    postgres="""
        INSERT INTO customer (company_id, nit, dui, nrc, record, folded, created_at, updated_at)
        SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, $2, $2
        FROM json_array_elements(CAST($3 AS json)) AS value
        RETURNING id, nit, dui, nrc, record""",
    names=("company", "now", "customers"),
    row=_Inserted,
)
_UPDATE: Final[Statement[Row]] = Statement(
    sqlite="""
        UPDATE customer
        SET nit = json_extract(sent.value, '$[1]'), dui = json_extract(sent.value, '$[2]'),
            nrc = json_extract(sent.value, '$[3]'), record = json_extract(sent.value, '$[4]'),
            folded = json_extract(sent.value, '$[5]'), updated_at = json_extract(sent.value, '$[6]')
        FROM json_each(:customers) AS sent
        WHERE customer.company_id = :company AND customer.id = json_extract(sent.value, '$[0]')""",
    postgres="""
        UPDATE customer
        SET nit = value ->> 1, dui = value ->> 2, nrc = value ->> 3, record = value ->> 4, folded = value ->> 5,
            updated_at = value ->> 6
        FROM json_array_elements(CAST($2 AS json)) AS value
        WHERE customer.company_id = $1 AND customer.id = CAST(value ->> 0 AS bigint)""",
    names=("company", "customers"),
)


def numbered_customers(company_id: int, customers: Sequence[NewCustomer]) -> Transaction[list[NumberedRow]]:
    """The company's records that have one of the customers' NITs, DUIs or NRCs, oldest first."""
    found: dict[int, NumberedRow] = {}
    for statement, numbers in (
        (_BY_NITS, [each.nit for each in customers]),
        (_BY_DUIS, [each.dui for each in customers]),
        (_BY_NRCS, [each.nrc for each in customers]),
    ):
        for piece in _pieces([number for number in numbers if number]):
            rows = yield from every(statement(company=company_id, numbers=text_list(piece)))
            found |= {row.id: row for row in rows}
    return [found[record_id] for record_id in sorted(found)]


def customers_behind(company_id: int, after: int) -> Transaction[list[NumberedRow]]:
    """At most 1,000 of the company's records in the order of their ids, behind an id."""
    return (yield from every(_PAGE(company=company_id, after=after)))


def bring_customers_in(
    company_id: int,
    sent: Sequence[NewCustomer],
    planned: Callable[[Sequence[NumberedRow]], Sequence[NewCustomer]],
    now: str,
) -> Transaction[BroughtCustomers]:
    """Writes the records that ``planned`` makes of those with a number of ``sent``; nobody else writes meanwhile.

    A change is later than the change before it, whatever the clocks say, as of one record.
    """
    yield from hold_company(company_id)
    found = {row.id: row for row in (yield from numbered_customers(company_id, sent))}
    written = tuple(planned(list(found.values())))
    yield from _insert(company_id, [each for each in written if each.id is None], now)
    changed = [(each, each.id, moment_after(found[each.id].updated_at, now)) for each in written if each.id is not None]
    for piece in _pieces(changed):
        values = [
            (record_id, each.nit, each.dui, each.nrc, each.record, searched_name(each.record), at)
            for each, record_id, at in piece
        ]
        yield _UPDATE(company=company_id, customers=msgspec.json.encode(values).decode())
        for each, record_id, at in piece:
            yield from _journal(company_id, each, record_id, at)
    return BroughtCustomers(written, {record_id: found[record_id] for _, record_id, _ in changed})


def _insert(company_id: int, new: Sequence[NewCustomer], now: str) -> Transaction[None]:
    for piece in _pieces(new):
        rows = [(each.nit, each.dui, each.nrc, each.record, searched_name(each.record)) for each in piece]
        text = msgspec.json.encode(rows).decode()
        for row in (yield from every(_INSERT(company=company_id, now=now, customers=text))):
            yield from _journal(company_id, NewCustomer(row.id, row.nit, row.dui, row.nrc, row.record), row.id, now)


def _journal(company_id: int, customer: NewCustomer, customer_id: int, at: str) -> Transaction[None]:
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


def _pieces(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for begin in range(0, len(values), _AT_ONCE):
        yield values[begin : begin + _AT_ONCE]
