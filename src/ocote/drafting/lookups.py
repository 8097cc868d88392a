"""Finds customers and items of a company for the draft of a document."""

from collections.abc import Collection, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from ocote.documents.searches import refusing_searches
from ocote.issuing.request import CustomerData
from ocote.items.item import Item, KeptItem, item_of, kept_item
from ocote.store.customer_lists import customers_like
from ocote.store.customers import customer_by_id
from ocote.store.engine.store import Store
from ocote.store.items import ItemFilter, item_by_code, items_by_codes, items_page

MOST_FOUND: Final = 8
"""Customers or items that a search shows."""

_LEAST_DIGITS: Final = 3


class FoundCustomer(Struct, frozen=True):
    """A record of a customer, by its id."""

    id: int
    person: CustomerData


class Lookups:
    """Searches the records of every company of a store; each call sees those of one company."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def customers(self, company_id: int, text: str) -> tuple[FoundCustomer, ...]:
        """Customers by a part of the name, or by the beginning of NIT, DUI or NRC. Raises Refused without a turn."""
        digits = "".join(each for each in text if each.isdigit())
        with refusing_searches():
            rows = await self._store.search(
                customers_like, company_id, text.strip(), digits if len(digits) >= _LEAST_DIGITS else "", MOST_FOUND
            )
        return tuple(FoundCustomer(row.id, _person(row.record)) for row in rows)

    async def customer(self, company_id: int, customer_id: int) -> CustomerData | None:
        """The customer of a record; None when the company has none with this id."""
        row = await self._store.read(customer_by_id, company_id, customer_id)
        return _person(row.record) if row is not None else None

    async def items(self, company_id: int, text: str) -> tuple[KeptItem, ...]:
        """Items by a part of code or description, the one with exactly this code in front. Raises Refused."""
        wanted = text.strip()
        exact = await self._store.read(item_by_code, company_id, wanted)
        with refusing_searches():
            rows = await self._store.search(items_page, company_id, ItemFilter(MOST_FOUND, search=wanted))
        found = [kept_item(row) for row in rows if exact is None or row.code != exact.code]
        return tuple([kept_item(exact), *found] if exact is not None else found)

    async def named(self, company_id: int, codes: Collection[str]) -> Mapping[str, Item]:
        """The items with these codes; codes without an item are left out."""
        rows = await self._store.read(items_by_codes, company_id, codes)
        return {row.code: item_of(row) for row in rows}


def _person(record: str) -> CustomerData:
    return msgspec.json.decode(record, type=CustomerData)
