"""The catalog of a company's items: written and read by its keys and by the operator."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from ocote import audit
from ocote.clock import Clock
from ocote.documents.searches import refusing_searches
from ocote.documents.view import Refused
from ocote.items.item import Item, ItemPage, KeptItem, kept_item, row_of
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.items import ItemFilter, item_by_code, items_page, remove_item, save_item, save_items

_ALL_AT_ONCE: Final = 1000
"""Items that one read takes of a whole catalog."""


class ItemCatalog:
    """The items of every company of a store; each call sees those of one company."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def put(self, company_id: int, key: str, code: str, item: Item) -> KeptItem:
        """Writes the item, in place of the one with this code; ``key`` is the public beginning of the key that asks."""
        now = moment_text(self._clock())
        row, is_changed = await self._store.write(save_item, company_id, row_of(code, item), now)
        if is_changed:
            audit.record("item_saved", company_id=company_id, key=key, code=code, unit_price=str(item.unit_price))
        return kept_item(row)

    async def get(self, company_id: int, code: str) -> KeptItem:
        """The company's item with this code. Raises Refused when there is none."""
        row = await self._store.read(item_by_code, company_id, code)
        if row is None:
            raise Refused("item_not_found")
        return kept_item(row)

    async def remove(self, company_id: int, key: str, code: str) -> KeptItem:
        """Removes the item and returns it as it was; documents do not change. Raises Refused when there is none."""
        row = await self._store.write(remove_item, company_id, code)
        if row is None:
            raise Refused("item_not_found")
        audit.record("item_removed", company_id=company_id, key=key, code=code)
        return kept_item(row)

    async def page(self, company_id: int, wanted: ItemFilter) -> ItemPage:
        """Items in the order of their codes, and whether more follow. Raises Refused for a search without a turn."""
        one_more = replace(wanted, most=wanted.most + 1)
        if wanted.search is None:
            rows = await self._store.read(items_page, company_id, one_more)
        else:
            with refusing_searches():
                rows = await self._store.search(items_page, company_id, one_more)
        return ItemPage(tuple(map(kept_item, rows[: wanted.most])), len(rows) > wanted.most)

    async def everything(self, company_id: int) -> tuple[KeptItem, ...]:
        """All items of the company, by code."""
        found: list[KeptItem] = []
        is_whole = False
        while not is_whole:
            page = await self.page(company_id, ItemFilter(_ALL_AT_ONCE, after=found[-1].code if found else ""))
            found += page.items
            is_whole = not page.has_more
        return tuple(found)

    async def bring_in(self, company_id: int, items: Mapping[str, Item]) -> int:
        """Writes many items, by their codes, all or none; returns how many are new or have changed."""
        now = moment_text(self._clock())
        changed = await self._store.write(
            save_items, company_id, [row_of(code, item) for code, item in items.items()], now
        )
        audit.record("items_imported", company_id=company_id, items=len(items), changed=changed)
        return changed
