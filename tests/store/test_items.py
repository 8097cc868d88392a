"""The items of a company: written whole, found by code and by text, never those of another company."""

import pytest

from ocote.store.items import (
    NO_VERSION,
    ItemFilter,
    NewItem,
    StaleItemError,
    bring_items_in,
    item_by_code,
    items_by_codes,
    items_page,
    items_that_change,
    remove_item,
    save_item,
    save_items,
)
from tests.store.place import LATER, NOON, Place
from tests.store.rows import add_company

COFFEE = NewItem("CAFE-LB", "Café molido, libra", '{"description":"Café molido, libra","unit_price":"5.65"}')
DEARER = NewItem("CAFE-LB", "Café molido, libra", '{"description":"Café molido, libra","unit_price":"5.95"}')
MANY = 2_345


async def _codes(place: Place, search: str | None = None) -> list[str]:
    rows = await place.store.read(items_page, place.company, ItemFilter(100, search=search))
    return [row.code for row in rows]


async def test_an_item_that_stays_as_it_is_keeps_the_moment_of_its_change(place: Place) -> None:
    first = await place.store.write(save_item, place.company, COFFEE, NOON)
    again = await place.store.write(save_item, place.company, COFFEE, LATER)
    assert (first.is_changed, again.is_changed) == (True, False)
    assert first.after == again.before == again.after
    assert again.after.updated_at == NOON


async def test_an_item_takes_the_place_of_the_one_with_its_code(place: Place) -> None:
    await place.store.write(save_item, place.company, COFFEE, NOON)
    replaced = await place.store.write(save_item, place.company, DEARER, LATER)
    assert replaced.is_changed
    assert (replaced.after.record, replaced.after.updated_at) == (DEARER.record, LATER)
    assert await _codes(place) == ["CAFE-LB"]


async def test_case_and_accents_of_a_code_count(place: Place) -> None:
    codes = ["CAFE", "Cafe", "CAFÉ", "cafe"]
    await place.store.write(save_items, place.company, [NewItem(code, code, "{}") for code in codes], NOON)
    found = await place.store.read(items_by_codes, place.company, ["CAFÉ", "cafe", "Café"])
    assert sorted(row.code for row in found) == ["CAFÉ", "cafe"]


async def test_items_of_another_company_are_neither_found_nor_changed(place: Place) -> None:
    other = await place.store.write(add_company, "06140000000002")
    await place.store.write(save_item, other, COFFEE, NOON)
    assert await place.store.read(item_by_code, place.company, "CAFE-LB") is None
    assert await place.store.read(items_by_codes, place.company, ["CAFE-LB"]) == []
    assert await _codes(place) == []
    assert await place.store.write(remove_item, place.company, "CAFE-LB") is None
    await place.store.write(save_item, place.company, DEARER, LATER)
    kept = await place.store.read(item_by_code, other, "CAFE-LB")
    assert kept is not None
    assert (kept.record, kept.updated_at) == (COFFEE.record, NOON)


async def test_a_search_looks_into_code_and_description_whatever_case_and_accents(place: Place) -> None:
    items = [COFFEE, NewItem("100%_AZUL!", "Añil", "{}"), NewItem("TE", "Té de café", "{}")]
    await place.store.write(save_items, place.company, items, NOON)
    assert await _codes(place, "CAFE") == ["CAFE-LB", "TE"]
    assert await _codes(place, "cafe-lb") == ["CAFE-LB"]
    assert await _codes(place, "anil") == ["100%_AZUL!"]
    assert await _codes(place, "%_a") == ["100%_AZUL!"]
    assert await _codes(place, "l!") == ["100%_AZUL!"]
    assert await _codes(place, "b%c") == []


async def test_a_removed_item_is_returned_as_it_was(place: Place) -> None:
    await place.store.write(save_item, place.company, COFFEE, NOON)
    removed = await place.store.write(remove_item, place.company, "CAFE-LB")
    assert removed is not None
    assert removed.record == COFFEE.record
    assert await place.store.write(remove_item, place.company, "CAFE-LB") is None


async def test_a_whole_catalog_is_written_at_once_and_read_page_by_page(place: Place) -> None:
    items = [NewItem(f"A{number:05}", f"Artículo «{number}»", f'{{"n":{number}}}') for number in range(MANY)]
    assert await place.store.write(save_items, place.company, items, NOON) == MANY
    changed = [*items[:-1], NewItem(items[-1].code, "Otro", '{"n":-1}'), NewItem("B", "Nuevo", "{}")]
    assert await place.store.write(save_items, place.company, changed, LATER) == 2
    seen: list[str] = []
    while rows := await place.store.read(items_page, place.company, ItemFilter(1000, after=seen[-1] if seen else "")):
        seen += [row.code for row in rows]
    assert seen == [*(item.code for item in items), "B"]
    found = await place.store.read(items_by_codes, place.company, [*seen, "nadie"])
    assert sorted(row.code for row in found) == seen
    assert await place.store.read(items_by_codes, place.company, []) == []


async def test_whoever_saw_an_older_version_of_an_item_overwrites_and_removes_nothing(place: Place) -> None:
    first = await place.store.write(save_item, place.company, COFFEE, NOON, seen=NO_VERSION)
    second = await place.store.write(save_item, place.company, DEARER, NOON, seen=first.after.updated_at)
    assert second.after.updated_at > first.after.updated_at
    for seen in (first.after.updated_at, NO_VERSION):
        with pytest.raises(StaleItemError):
            await place.store.write(save_item, place.company, COFFEE, LATER, seen=seen)
    with pytest.raises(StaleItemError):
        await place.store.write(remove_item, place.company, "CAFE-LB", seen=first.after.updated_at)
    kept = await place.store.read(item_by_code, place.company, "CAFE-LB")
    assert kept == second.after


async def test_what_many_items_change_is_known_before_and_after(place: Place) -> None:
    tea = NewItem("TE", "Té", "{}")
    await place.store.write(save_items, place.company, [COFFEE, tea], NOON)
    news = [DEARER, tea, NewItem("PAN", "Pan", "{}")]
    expected = await place.store.read(items_that_change, place.company, news)
    found = await place.store.write(bring_items_in, place.company, news, LATER)
    assert found == expected
    assert [item.code for item in found.changed] == ["CAFE-LB", "PAN"]
    assert found.before["CAFE-LB"].record == COFFEE.record
    assert (await place.store.read(items_that_change, place.company, news)).changed == ()
