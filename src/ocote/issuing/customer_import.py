"""Customers of a file beside those that the company remembers: what each changes, and all of them written at once."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.issuing.customers import customer_of, merge, row_of_customer, values_of
from ocote.issuing.request import CustomerData
from ocote.store.audit_log import AuditEntry, audited, pieces_of_entries
from ocote.store.customer_import import (
    BroughtCustomers,
    NumberedRow,
    bring_customers_in,
    customers_behind,
    numbered_customers,
)
from ocote.store.customers import NewCustomer
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text


class FiledCustomer(Struct, frozen=True):
    """A customer of a file, with the number of its line."""

    line: int
    data: CustomerData


class ImportedCustomer(Struct, frozen=True):
    """A customer whom an import writes: ``id`` and ``before`` are None for a new one."""

    line: int
    id: int | None
    before: CustomerData | None
    after: CustomerData


class CustomerImport(Struct, frozen=True):
    """The changes of a file: the customers to write, how many stay as they are, and the faults as Spanish sentences."""

    changed: tuple[ImportedCustomer, ...]
    same: int
    faults: tuple[str, ...]

    @property
    def n_new(self) -> int:
        """How many customers are new."""
        return sum(each.before is None for each in self.changed)


class UnfitCustomersError(Exception):
    """The customers of a file do not fit those that the company remembers; ``found`` has the faults."""

    def __init__(self, found: CustomerImport) -> None:
        super().__init__(f"{len(found.faults)} faults")
        self.found = found


class CustomerImporter:
    """Brings customers in from files, for every company of a store; each call sees those of one company."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def everyone(self, company_id: int) -> tuple[CustomerData, ...]:
        """All customers of the company, the oldest record first."""
        found: list[CustomerData] = []
        rows = await self._store.read(customers_behind, company_id, 0)
        while rows:
            found += (customer_of(row.record) for row in rows)
            rows = await self._store.read(customers_behind, company_id, rows[-1].id)
        return tuple(found)

    async def compare(self, company_id: int, filed: Sequence[FiledCustomer]) -> CustomerImport:
        """Compares customers with those of the company: what ``bring_in`` would change, without writing it."""
        return planned_import(filed, await self._store.read(numbered_customers, company_id, _rows(filed)))

    async def bring_in(self, company_id: int, by: Author, filed: Sequence[FiledCustomer]) -> CustomerImport:
        """Writes the customers, all or none. Raises UnfitCustomersError when one of them does not fit."""
        now = moment_text(self._clock())
        entry_of = partial(_imported, now, by, company_id)
        planned: list[CustomerImport] = []

        def records(rows: Sequence[NumberedRow]) -> Sequence[NewCustomer]:
            found = planned_import(filed, rows)
            if found.faults:
                raise UnfitCustomersError(found)
            planned[:] = [found]
            return [row_of_customer(each.id, each.after) for each in found.changed]

        await self._store.write(audited, entry_of, bring_customers_in, company_id, _rows(filed), records, now)
        [done] = planned
        changed = len(done.changed)
        audit.record("customers_imported", company_id=company_id, by=by.name, customers=len(filed), changed=changed)
        return done


def planned_import(filed: Sequence[FiledCustomer], rows: Sequence[NumberedRow]) -> CustomerImport:
    """Compares customers of a file with the company's records; a record is found as for a document.

    Two lines of one record, and a number that another record has, are faults. ``rows`` stand oldest first.
    """
    book = _Book(rows)
    changed: list[ImportedCustomer] = []
    faults: list[str] = []
    lines: dict[int, int] = {}
    for each in filed:
        row = book.match(each.data)
        if row is not None and row.id in lines:
            faults.append(
                f"línea {each.line}: es el mismo cliente de la línea {lines[row.id]}, por sus números ya guardados; "
                "deje una de las dos."
            )
            continue
        taken = book.taken(each.data, row)
        if taken is not None:
            faults.append(f"línea {each.line}: el {taken.upper()} ya es de otro cliente guardado; revise sus números.")
            continue
        before = None
        if row is not None:
            lines[row.id] = each.line
            before = customer_of(row.record)
        after = each.data if before is None else merge(before, each.data)
        if after != before:
            changed.append(ImportedCustomer(each.line, row.id if row is not None else None, before, after))
    return CustomerImport(tuple(changed), len(filed) - len(changed) - len(faults), tuple(faults))


class _Book:
    """Records by their numbers, matched as the store matches one: by NIT, else by DUI, else by NRC."""

    def __init__(self, rows: Sequence[NumberedRow]) -> None:
        self._nits: dict[str, NumberedRow] = {}
        self._duis: dict[str, NumberedRow] = {}
        self._nrcs: dict[str, list[NumberedRow]] = {}
        for row in rows:
            if row.nit:
                self._nits.setdefault(row.nit, row)
            if row.dui:
                self._duis.setdefault(row.dui, row)
            if row.nrc:
                self._nrcs.setdefault(row.nrc, []).append(row)

    def match(self, sent: CustomerData) -> NumberedRow | None:
        """The record of a customer; one found by its NRC counts when it has no other NIT or DUI."""
        found = self._nits.get(sent.nit or "") or self._duis.get(sent.dui or "")
        if found is not None:
            return found
        return next((row for row in self._nrcs.get(sent.nrc or "", ()) if _agrees(row, sent)), None)

    def taken(self, sent: CustomerData, own: NumberedRow | None) -> str | None:
        """The name of a NIT or DUI that another record has; an NRC has no check digit, and may be mistyped there."""
        for name, rows in (("nit", self._nits), ("dui", self._duis)):
            other = rows.get(getattr(sent, name) or "")
            if other is not None and (own is None or other.id != own.id):
                return name
        return None


def _agrees(row: NumberedRow, sent: CustomerData) -> bool:
    return all(
        getattr(row, name) is None or getattr(sent, name) is None or getattr(row, name) == getattr(sent, name)
        for name in ("nit", "dui")
    )


def _rows(filed: Sequence[FiledCustomer]) -> list[NewCustomer]:
    return [row_of_customer(None, each.data) for each in filed]


def _imported(now: str, by: Author, company_id: int, done: BroughtCustomers) -> list[AuditEntry]:
    """The entries of an import, with the values of every customer."""
    entries = []
    for subject, named in pieces_of_entries(done.written):
        before = {"customers": [_values(done.before[each.id]) for each in named if each.id is not None]}
        after = {
            "customers": [values_of(each.record) for each in named],
            "n": len(named),
            "n_new": sum(each.id is None for each in named),
        }
        entries.append(AuditEntry(now, by, "customers_imported", subject, company_id, before, after))
    return entries


def _values(row: NumberedRow) -> Mapping[str, Any]:
    return {"id": row.id, **values_of(row.record)}
