"""The customers that a company remembers, as its people see and change them: each change is in the audit log."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.searches import refusing_searches
from ocote.documents.view import Refused
from ocote.issuing.customers import (
    CustomerError,
    changed_entry,
    clear_customer,
    customer_of,
    merge,
    row_of_customer,
    values_of,
    without_forgotten,
)
from ocote.issuing.request import CustomerData
from ocote.store import customers as rows
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.customer_lists import (
    CustomerDocumentRow,
    CustomerFilter,
    ListedCustomerRow,
    count_documents,
    customers_page,
    documents_of,
    lacks_names,
    name_records,
)
from ocote.store.customers import NewCustomer, RememberedRow, Revision, StaleCustomerError, match_customer
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.merging import (
    DoubleRow,
    MergedRecords,
    MergeOrder,
    doubles,
    left_behind,
    merge_records,
    move_documents,
    remove_record,
)

_MOST_PIECES: Final = 10_000
"""Pieces of 1,000 documents that one merge moves."""

_MOST_DOUBLES: Final = 50
_LATEST: Final = 20
_DUI_LONG: Final = 9
"""Digits of a DUI, and of a NIT that is the DUI."""

IDENTIFYING: Final = frozenset({"name", "nit", "dui", "nrc"})
"""What stays of a customer who is forgotten and has documents, which are found by it."""


class RememberedCustomer(Struct, frozen=True):
    """A customer's record; ``version`` is the text by which a later writer says which version they have seen."""

    id: int
    data: CustomerData
    version: str


class CustomerPage(Struct, frozen=True):
    """Customers in the order of their names, and whether more follow."""

    customers: tuple[ListedCustomerRow, ...]
    has_more: bool


class CustomerLife(Struct, frozen=True):
    """A customer with the number of all documents and the latest of them."""

    customer: RememberedCustomer
    documents: tuple[CustomerDocumentRow, ...]
    n_documents: int


class DoubleCustomers(Struct, frozen=True):
    """Two records that may be of one customer, and what they have in common."""

    common: str
    first: RememberedCustomer
    second: RememberedCustomer


class CustomerBook:
    """The customers of every company of a store; each call sees those of one company."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(self, company_id: int, wanted: CustomerFilter) -> CustomerPage:
        """Customers by name. Raises Refused for a search without a turn."""
        if await self._store.read(lacks_names, company_id):
            await self._store.write(name_records, company_id)
        one_more = replace(wanted, most=wanted.most + 1)
        if wanted.name is None:
            found = await self._store.read(customers_page, company_id, one_more)
        else:
            with refusing_searches():
                found = await self._store.search(customers_page, company_id, one_more)
        return CustomerPage(tuple(found[: wanted.most]), len(found) > wanted.most)

    async def get(self, company_id: int, customer_id: int) -> RememberedCustomer:
        """One customer. Raises Refused (``customer_not_found``)."""
        return _remembered(await self._store.read(rows.customer_by_id, company_id, customer_id))

    async def life(self, company_id: int, customer_id: int, points: Sequence[str]) -> CustomerLife:
        """One customer with the latest documents and their number, of some points of sale when any are named.

        Raises Refused.
        """
        customer = await self.get(company_id, customer_id)
        for gone in await self._store.read(left_behind, company_id, customer_id):
            await self._move(company_id, gone, customer_id)
        documents = await self._store.read(documents_of, company_id, customer_id, points, _LATEST)
        count = await self._store.read(count_documents, company_id, customer_id, points)
        return CustomerLife(customer, tuple(documents), count)

    async def put(self, company_id: int, by: Author, kept: RememberedCustomer) -> RememberedCustomer:
        """Replaces the record that was seen. Raises Refused for another version, and for a number of another record."""
        now = moment_text(self._clock())
        revision = Revision(partial(_replaced, company_id, kept), kept.version)
        entry_of = partial(changed_entry, now, by, company_id, "customer_saved")
        try:
            revised = await self._store.write(audited, entry_of, rows.revise, company_id, kept.id, revision, now)
        except StaleCustomerError as error:
            raise Refused("customer_changed") from error
        audit.record("customer_saved", company_id=company_id, by=by.name, customer_id=kept.id)
        return _remembered(None if revised is None else revised.after)

    async def forget(self, company_id: int, by: Author, customer_id: int, names: Collection[str]) -> None:
        """Empties fields of a record. Raises Refused when no number would be left."""
        await self.get(company_id, customer_id)
        try:
            await clear_customer(self._store, self._clock, by, customer_id, names)
        except CustomerError as error:
            raise Refused("customer_unidentified") from error

    async def forget_all(self, company_id: int, by: Author, customer_id: int, seen: str) -> bool:
        """Forgets a customer: name and numbers stay when there are documents, which are found by them.

        Returns whether they stay. Raises Refused.
        """
        kept = await self.get(company_id, customer_id)
        if kept.version != seen:
            raise Refused("customer_changed")
        if await self._store.read(count_documents, company_id, customer_id):
            names = frozenset(CustomerData.__struct_fields__) - IDENTIFYING
            await clear_customer(self._store, self._clock, by, customer_id, names)
            return True
        now = moment_text(self._clock())
        entry_of = partial(_removed, now, by, company_id)
        try:
            await self._store.write(audited, entry_of, remove_record, company_id, customer_id, seen, now)
        except StaleCustomerError as error:
            raise Refused("customer_changed") from error
        audit.record("customer_removed", company_id=company_id, by=by.name, customer_id=customer_id)
        return False

    async def doubles(self, company_id: int) -> tuple[DoubleCustomers, ...]:
        """Pairs of records that may be of one customer, the first of them. Raises Refused without a turn."""
        with refusing_searches():
            found = await self._store.search(doubles, company_id, _MOST_DOUBLES)
        return tuple(await self._store.read(_pairs, company_id, found))

    async def merge(
        self, company_id: int, by: Author, into: RememberedCustomer, gone: RememberedCustomer
    ) -> RememberedCustomer:
        """Merges two records that were seen; the documents of the one that goes are the other's from now on.

        Raises Refused for another version, and for two records of different people.
        """
        now = moment_text(self._clock())
        order = MergeOrder(into.id, gone.id, partial(_merged_row, into.id), (into.version, gone.version))
        entry_of = partial(_merged_entry, now, by, company_id)
        try:
            done = await self._store.write(audited, entry_of, merge_records, company_id, order, now)
        except StaleCustomerError as error:
            raise Refused("customer_changed") from error
        if done is None:
            raise Refused("customer_not_found")
        audit.record("customers_merged", company_id=company_id, by=by.name, customer_id=into.id, merged=gone.id)
        await self._move(company_id, gone.id, into.id)
        return _remembered(done.kept.after)

    async def _move(self, company_id: int, gone: int, into: int) -> None:
        for _ in range(_MOST_PIECES):
            if not await self._store.write(move_documents, company_id, gone, into):
                return


def merged_customer(into: CustomerData, gone: CustomerData) -> CustomerData:
    """The customer that two records make: the one that stays counts, the other one says what it does not say.

    Raises Refused (``customers_differ``) for two people.
    """
    here, there = _numbers(into), _numbers(gone)
    for name in here.keys() & there.keys():
        if here[name] != there[name]:
            raise Refused("customers_differ", number=name)
    return merge(gone, into)


def _numbers(customer: CustomerData) -> Mapping[str, str]:
    """The numbers of a person by kind; a NIT that is a DUI counts as DUI as well."""
    nit_as_dui = customer.nit if customer.nit is not None and len(customer.nit) == _DUI_LONG else None
    every = {"NIT": customer.nit, "DUI": customer.dui or nit_as_dui, "NRC": customer.nrc}
    return {name: number for name, number in every.items() if number}


def _merged_row(into: int, kept: str, gone: str) -> NewCustomer:
    return row_of_customer(into, merged_customer(customer_of(kept), customer_of(gone)))


def _replaced(company_id: int, kept: RememberedCustomer, record: str) -> Transaction[NewCustomer]:
    """The new record. Raises Refused when another record has a number that this one is given."""
    before, after = customer_of(record), kept.data
    for name in ("nit", "dui", "nrc"):
        number = getattr(after, name)
        if number and number != getattr(before, name):
            asked = {"nit": None, "dui": None, "nrc": None, name: number}
            found = yield from match_customer(company_id, **asked)
            if found is not None and found.id != kept.id:
                raise Refused("customer_number_taken", number=name.upper())
    return row_of_customer(kept.id, after)


def _pairs(company_id: int, found: Sequence[DoubleRow]) -> Transaction[list[DoubleCustomers]]:
    pairs, seen = [], set()
    for row in found:
        first = yield from rows.customer_by_id(company_id, row.first_id)
        second = yield from rows.customer_by_id(company_id, row.second_id)
        if first is not None and second is not None and frozenset((first.id, second.id)) not in seen:
            seen.add(frozenset((first.id, second.id)))
            pairs.append(DoubleCustomers(row.common, _remembered(first), _remembered(second)))
    return pairs


def _remembered(row: RememberedRow | None) -> RememberedCustomer:
    if row is None:
        raise Refused("customer_not_found")
    return RememberedCustomer(row.id, customer_of(row.record), row.updated_at)


def _removed(now: str, by: Author, company_id: int, row: RememberedRow | None) -> AuditEntry | None:
    if row is None:
        return None
    return AuditEntry(
        now, by, "customer_removed", str(row.id), company_id, without_forgotten(values_of(row.record), {})
    )


def _merged_entry(now: str, by: Author, company_id: int, done: MergedRecords | None) -> AuditEntry | None:
    if done is None:
        return None
    kept, gone = done.kept, done.gone
    before = {str(kept.before.id): values_of(kept.before.record), str(gone.id): values_of(gone.record)}
    after = {str(kept.after.id): values_of(kept.after.record)}
    return AuditEntry(now, by, "customers_merged", f"{gone.id} → {kept.after.id}", company_id, before, after)
