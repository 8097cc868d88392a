"""The items that a company sells, by the company's own codes; the record of an item is JSON."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from ocote.store.companies import hold_company
from ocote.store.engine.statement import Statement, StoredRow, Transaction, columns, every, first, sql, text_list
from ocote.store.engine.values import containing, folded, moment_after

_AT_ONCE: Final = 1000
"""Items that one statement writes; a statement for each would keep other writers waiting."""


class ItemRow(StoredRow, frozen=True):
    """An item of a company; ``record`` is its content as JSON."""

    code: str
    record: str
    updated_at: str


class NewItem(Struct, frozen=True):
    """An item to write; ``record`` is JSON. The description is what a search looks at, beside the code."""

    code: str
    description: str
    record: str


class StaleItemError(Exception):
    """The item was changed, removed or made since it was looked at; nothing was written."""


ANY_VERSION: Final = "*"
"""Stands for whatever moment an item was last changed at, also for none."""

NO_VERSION: Final = ""
"""The version of an item that does not exist."""


class ReplacedItem(Struct, frozen=True):
    """An item before and after a change; ``before`` is None for a new item."""

    before: ItemRow | None
    after: ItemRow
    is_changed: bool


class BroughtIn(Struct, frozen=True):
    """Items of which many were written: those that were new or have changed, and those there were before, by code."""

    changed: tuple[NewItem, ...]
    before: Mapping[str, ItemRow]


class ItemFilter(Struct, frozen=True):
    """Which items to list, by code: at most so many, behind a code, with a text in code or description."""

    most: int
    after: str = ""
    search: str | None = None


class _Code(StoredRow, frozen=True):
    code: str


# The rows come as one text of JSON, because a list of values is written differently for each database. WHERE TRUE keeps
# SQLite from reading ON CONFLICT as a condition of a join.
_SAVE: Final[Statement[_Code]] = Statement(
    sqlite="""
        INSERT INTO item (company_id, code, record, folded, updated_at)
        SELECT :company, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), :now
        FROM json_each(:items) WHERE TRUE
        ON CONFLICT (company_id, code) DO UPDATE
        SET record = excluded.record, folded = excluded.folded, updated_at = excluded.updated_at
        WHERE item.record <> excluded.record
        RETURNING code""",
    postgres="""
        INSERT INTO item (company_id, code, record, folded, updated_at)
        SELECT $1, value ->> 0, value ->> 1, value ->> 2, $2 FROM json_array_elements(CAST($3 AS json)) AS value
        ON CONFLICT (company_id, code) DO UPDATE
        SET record = excluded.record, folded = excluded.folded, updated_at = excluded.updated_at
        WHERE item.record <> excluded.record
        RETURNING code""",
    names=("company", "now", "items"),
    row=_Code,
)
_BY_CODES: Final = sql(
    f"SELECT {columns(ItemRow)} FROM item WHERE company_id = :company AND code IN (:...codes)", ItemRow
)
_ONE: Final = sql(f"SELECT {columns(ItemRow)} FROM item WHERE company_id = :company AND code = :code", ItemRow)
_PAGE: Final = sql(
    f"""
    SELECT {columns(ItemRow)} FROM item
    WHERE company_id = :company AND code > :after
      AND (CAST(:pattern AS TEXT) IS NULL OR folded LIKE :pattern ESCAPE '!')
    ORDER BY code LIMIT :most""",
    ItemRow,
)
_REMOVE: Final = sql(
    f"DELETE FROM item WHERE company_id = :company AND code = :code RETURNING {columns(ItemRow)}", ItemRow
)


def save_items(company_id: int, items: Sequence[NewItem], now: str) -> Transaction[int]:
    """Writes new items and replaces those with the codes; returns how many are new or have changed.

    An item that stays as it is keeps the moment of its last change. No code comes twice in ``items``.
    """
    written = 0
    for begin in range(0, len(items), _AT_ONCE):
        piece = [
            (item.code, item.record, folded(f"{item.code}\n{item.description}"))
            for item in items[begin : begin + _AT_ONCE]
        ]
        text = msgspec.json.encode(piece).decode()
        written += len((yield from every(_SAVE(company=company_id, now=now, items=text))))
    return written


def save_item(company_id: int, item: NewItem, now: str, seen: str = ANY_VERSION) -> Transaction[ReplacedItem]:
    """Writes one item in place of the one with its code. ``seen`` is the moment of the last change that the writer saw.

    Raises StaleItemError when the item has changed since. A change is later than the one before, whatever the clock
    says, so that no two versions of an item have one moment.
    """
    yield from hold_company(company_id)
    before = yield from item_by_code(company_id, item.code)
    if seen not in (ANY_VERSION, before.updated_at if before is not None else NO_VERSION):
        raise StaleItemError(item.code)
    at = now if before is None else moment_after(before.updated_at, now)
    is_changed = yield from save_items(company_id, [item], at)
    row = yield from item_by_code(company_id, item.code)
    if row is None:
        raise LookupError(f"item {item.code} is gone in the transaction that wrote it")
    return ReplacedItem(before, row, bool(is_changed))


def bring_items_in(company_id: int, items: Sequence[NewItem], now: str) -> Transaction[BroughtIn]:
    """Writes many items, and returns what changes, while nobody else changes the company's items."""
    yield from hold_company(company_id)
    found = yield from items_that_change(company_id, items)
    yield from save_items(company_id, found.changed, now)
    return found


def items_that_change(company_id: int, items: Sequence[NewItem]) -> Transaction[BroughtIn]:
    """Those of many items that are new or differ from the company's, without writing them."""
    rows = yield from items_by_codes(company_id, [item.code for item in items])
    before = {row.code: row for row in rows}
    changed = [item for item in items if item.code not in before or before[item.code].record != item.record]
    return BroughtIn(tuple(changed), {item.code: before[item.code] for item in changed if item.code in before})


def item_by_code(company_id: int, code: str) -> Transaction[ItemRow | None]:
    """The company's item with this code; None when there is none."""
    return (yield from first(_ONE(company=company_id, code=code)))


def items_by_codes(company_id: int, codes: Collection[str]) -> Transaction[list[ItemRow]]:
    """The company's items with these codes, in one statement; codes without an item are left out."""
    if not codes:
        return []
    return (yield from every(_BY_CODES(company=company_id, codes=text_list(sorted(set(codes))))))


def items_page(company_id: int, wanted: ItemFilter) -> Transaction[list[ItemRow]]:
    """Items of the company in the order of their codes."""
    pattern = None if wanted.search is None else containing(wanted.search)
    return (yield from every(_PAGE(company=company_id, after=wanted.after, pattern=pattern, most=wanted.most)))


def remove_item(company_id: int, code: str, seen: str = ANY_VERSION) -> Transaction[ItemRow | None]:
    """Removes an item and returns it as it was; None when the company has none with this code.

    Raises StaleItemError when the item has changed since the moment ``seen``.
    """
    row = yield from first(_REMOVE(company=company_id, code=code))
    if row is not None and seen not in (ANY_VERSION, row.updated_at):
        raise StaleItemError(code)
    return row
