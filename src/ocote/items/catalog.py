"""The catalog of a company's items: written and read by its keys, by its people and by the operator.

Each change is in the audit log.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from msgspec.structs import asdict, replace

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.searches import refusing_searches
from ocote.documents.view import Refused
from ocote.items.item import Item, ItemImport, ItemPage, KeptItem, item_of, kept_item, row_of
from ocote.store.audit_log import AuditEntry, audited, pieces_of_entries
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.items import (
    ANY_VERSION,
    BroughtIn,
    ItemFilter,
    ItemRow,
    NewItem,
    ReplacedItem,
    StaleItemError,
    bring_items_in,
    item_by_code,
    items_page,
    items_that_change,
    remove_item,
    save_item,
)

_ALL_AT_ONCE: Final = 1000
"""Items that one read takes of a whole catalog."""


class ItemCatalog:
    """The items of every company of a store; each call sees those of one company."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def put(self, company_id: int, by: Author, code: str, item: Item, seen: str = ANY_VERSION) -> KeptItem:
        """Writes the item, in place of the one with this code.

        ``seen`` is the version that the author looked at (``KeptItem.version``, empty for a new item). Raises Refused
        (``item_changed``) when the item is another one by now.
        """
        now = moment_text(self._clock())
        entry_of = partial(_saved, now, by, company_id)
        try:
            replaced = await self._store.write(
                audited, entry_of, save_item, company_id, row_of(code, item), now, seen=seen
            )
        except StaleItemError as error:
            raise Refused("item_changed") from error
        if replaced.is_changed:
            price = str(item.unit_price)
            audit.record("item_saved", company_id=company_id, by=by.name, code=code, unit_price=price)
        return kept_item(replaced.after)

    async def get(self, company_id: int, code: str) -> KeptItem:
        """The company's item with this code. Raises Refused when there is none."""
        row = await self._store.read(item_by_code, company_id, code)
        if row is None:
            raise Refused("item_not_found")
        return kept_item(row)

    async def remove(self, company_id: int, by: Author, code: str, seen: str = ANY_VERSION) -> KeptItem:
        """Removes the item and returns it as it was; documents do not change.

        Raises Refused when there is none, and (``item_changed``) when it is no longer of the version ``seen``.
        """
        entry_of = partial(_removed, moment_text(self._clock()), by, company_id)
        try:
            row = await self._store.write(audited, entry_of, remove_item, company_id, code, seen=seen)
        except StaleItemError as error:
            raise Refused("item_changed") from error
        if row is None:
            raise Refused("item_not_found")
        audit.record("item_removed", company_id=company_id, by=by.name, code=code)
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

    async def compare(self, company_id: int, items: Mapping[str, Item]) -> ItemImport:
        """Compares items with the catalog: what ``bring_in`` would change, without writing it."""
        rows = [row_of(code, item) for code, item in items.items()]
        return _import_of(items, await self._store.read(items_that_change, company_id, rows))

    async def bring_in(self, company_id: int, by: Author, items: Mapping[str, Item]) -> ItemImport:
        """Writes many items, by their codes, all or none."""
        now = moment_text(self._clock())
        rows = [row_of(code, item) for code, item in items.items()]
        entry_of = partial(_imported, now, by, company_id)
        found = await self._store.write(audited, entry_of, bring_items_in, company_id, rows, now)
        changed = len(found.changed)
        audit.record("items_imported", company_id=company_id, by=by.name, items=len(items), changed=changed)
        return _import_of(items, found)


def _import_of(items: Mapping[str, Item], found: BroughtIn) -> ItemImport:
    before = {code: item_of(row) for code, row in found.before.items()}
    changed = {row.code: items[row.code] for row in found.changed}
    return ItemImport(changed, before, len(items) - len(changed))


def _saved(now: str, by: Author, company_id: int, replaced: ReplacedItem) -> AuditEntry | None:
    if not replaced.is_changed:
        return None
    after = replaced.after
    before = {} if replaced.before is None else _values(replaced.before)
    return AuditEntry(now, by, "item_saved", after.code, company_id, before, _values(after))


def _removed(now: str, by: Author, company_id: int, row: ItemRow | None) -> AuditEntry | None:
    return None if row is None else AuditEntry(now, by, "item_removed", row.code, company_id, _values(row))


def _imported(now: str, by: Author, company_id: int, found: BroughtIn) -> list[AuditEntry]:
    """The entries of an import, with the values of every item."""
    entries = []
    for subject, named in pieces_of_entries(found.changed):
        before = {"items": {row.code: _values(found.before[row.code]) for row in named if row.code in found.before}}
        after = {"items": {row.code: _values(row) for row in named}, "n": len(named)}
        entries.append(AuditEntry(now, by, "items_imported", subject, company_id, before, after))
    return entries


def _values(row: ItemRow | NewItem) -> Mapping[str, Any]:
    return asdict(item_of(row))
