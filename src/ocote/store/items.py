"""The items that a company sells, by the company's own codes; the record of an item is JSON."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from ocote.store.engine.statement import Statement, StoredRow, Transaction, columns, every, first, sql, text_list
from ocote.store.engine.values import containing, folded

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


def save_item(company_id: int, item: NewItem, now: str) -> Transaction[tuple[ItemRow, bool]]:
    """Writes one item; returns it as it is kept, and whether it is new or has changed."""
    is_changed = yield from save_items(company_id, [item], now)
    row = yield from item_by_code(company_id, item.code)
    if row is None:
        raise LookupError(f"item {item.code} is gone in the transaction that wrote it")
    return row, bool(is_changed)


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


def remove_item(company_id: int, code: str) -> Transaction[ItemRow | None]:
    """Removes an item and returns it as it was; None when the company has none with this code."""
    return (yield from first(_REMOVE(company=company_id, code=code)))
