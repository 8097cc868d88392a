"""Documents are found by a part of a name, as a look at every document finds them, on both databases."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from msgspec.structs import replace

from ocote.archive import name_search
from ocote.archive.name_search import NameSearch
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction
from ocote.store.engine.values import moment_text
from ocote.store.installation import confirm_numbers, doubt_numbers
from ocote.store.listing import ListingFilter, Sought, documents_page
from tests.builders.days import corrected, sold_at
from tests.store.place import Place
from tests.store.rows import add_company

NOW: Final = datetime(2026, 11, 20, 18, tzinfo=UTC)
NAMES: Final = ("Ferretería La Ceiba", "Panadería Santa Ana", "Consumidor Final", "Taller 100%_Seguro!", "Peña, S.A.")


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    async with open_store(database_url) as store:
        yield Place(store, await store.write(add_company))


def ago(**span: float) -> str:
    """A moment before now as stored text."""
    return moment_text(NOW - timedelta(**span))


async def ids(search: NameSearch, place: Place, most: int = 10, **wanted: Any) -> list[str]:
    return [row.id for row in await search.page(place.company, ListingFilter(most, **wanted))]


FILTERS: Final = (
    {"customer_name": "ceiba"},
    {"customer_name": "PANADERIA"},
    {"customer_name": "peña"},
    {"customer_name": "100%_seguro!"},
    {"customer_name": "1000"},
    {"customer_name": "nadie"},
    {"customer_name": "final", "doc_type": "03"},
    {"customer_name": "ceiba", "states": ("rejected",)},
    {"customer_name": "ceiba", "points": ("M001P002",)},
    {"customer_name": "ceiba", "points": ("M001P001", "M001P002")},
    {"customer_name": "la", "since": ago(days=60), "until": ago(days=20)},
    {"customer_name": "la", "until": ago(days=400)},
    {"sought": Sought(customer_name="santa")},
    {"sought": Sought(reference="marcado", customer_name="santa")},
    {"customer_name": "a", "sought": Sought(customer_name="ceiba")},
)


async def test_a_search_finds_what_a_look_at_every_document_finds_page_by_page(place: Place) -> None:
    chance = random.Random(21)

    def filled() -> Transaction[None]:
        yield from sold_at(place.company, ago(days=33), id="marcado", name="Otro")
        for _ in range(300):
            changes = {
                "name": chance.choice(NAMES),
                "doc_type": chance.choice(("01", "03", "05")),
                "pos": chance.choice(("P001", "P002", "P003")),
                "state": chance.choice(("stamped", "stamped", "rejected")),
            }
            yield from sold_at(place.company, ago(seconds=chance.randrange(150 * 86_400)), **changes)

    await place.store.write(filled)
    search = NameSearch(place.store, lambda: NOW)
    for _ in ("cold", "warm"):
        for wanted in FILTERS:
            page = ListingFilter(7, **wanted)
            for _ in range(100):
                expected = await place.store.read(documents_page, place.company, page)
                assert await search.page(place.company, page) == expected, page
                if len(expected) < page.most:
                    break
                page = replace(page, before=(expected[-1].posted_at, expected[-1].id))


async def test_days_without_the_name_are_not_read_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await place.store.write(sold_at, place.company, ago(days=90), name="Ferretería La Ceiba")
    await place.store.write(sold_at, place.company, ago(days=2), name="Panadería Santa Ana")
    search = NameSearch(place.store, lambda: NOW)
    assert await ids(search, place, customer_name="nadie") == []
    read: list[object] = []
    monkeypatch.setattr(name_search, "documents_of_spans", lambda company, wanted, spans: _noted(read, spans))
    monkeypatch.setattr(name_search, "names_of_days", lambda company, days: _noted(read, days))
    assert await ids(search, place, customer_name="nadie") == []
    assert read == []
    await ids(search, place, customer_name="ceiba")
    assert read == [[("2026-08-22T00:00:00.000000Z", "2026-08-23T00:00:00.000000Z")]]


def _noted(read: list[object], what: object) -> Transaction[list[Any]]:
    read.append(what)
    return []
    yield  # a transaction without a query


async def test_documents_of_today_and_of_a_clock_that_is_ahead_are_found(place: Place) -> None:
    search = NameSearch(place.store, lambda: NOW)
    assert await ids(search, place, customer_name="ceiba") == []
    for name, posted_at in (("hoy", ago(minutes=1)), ("futuro", ago(days=-40))):
        await place.store.write(sold_at, place.company, posted_at, id=name, name="Ferretería La Ceiba")
    assert await ids(search, place, customer_name="ceiba") == ["futuro", "hoy"]


async def test_a_day_is_read_anew_until_an_hour_after_midnight(place: Place) -> None:
    now = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    search = NameSearch(place.store, lambda: now)
    await place.store.write(sold_at, place.company, "2026-11-19T23:00:00.000000Z", id="antes", name="La Ceiba")
    assert await ids(search, place, customer_name="ceiba") == ["antes"]
    await place.store.write(sold_at, place.company, "2026-11-19T23:59:59.000000Z", id="luego", name="Taller")
    assert await ids(search, place, customer_name="taller") == ["luego"]


async def test_the_name_of_a_corrected_document_is_found(place: Place) -> None:
    document = await place.store.write(
        sold_at, place.company, ago(days=40), state="rejected", stamped_at=None, name="Taller"
    )
    search = NameSearch(place.store, lambda: NOW)
    assert await ids(search, place, customer_name="ceiba") == []
    await place.store.write(corrected, place.company, document, ago(days=1), 1130, "La Ceiba")
    assert await ids(search, place, customer_name="ceiba") == [document]
    assert await ids(search, place, customer_name="taller") == []


async def test_documents_that_a_journal_brings_back_into_the_past_are_found(place: Place) -> None:
    await place.store.write(sold_at, place.company, ago(days=40), name="Taller")
    search = NameSearch(place.store, lambda: NOW)
    assert await ids(search, place, customer_name="ceiba") == []
    await place.store.write(doubt_numbers, "restored", ago(hours=2))
    await place.store.write(sold_at, place.company, ago(days=40), id="repuesto", name="La Ceiba")
    assert await ids(search, place, customer_name="ceiba") == ["repuesto"]
    await place.store.write(confirm_numbers, ago(hours=2), ago(hours=1), "alguien")
    assert await ids(search, place, customer_name="ceiba") == ["repuesto"]


async def test_no_company_finds_documents_of_another(place: Place) -> None:
    other = await place.store.write(add_company, "06140000000002")
    await place.store.write(sold_at, other, ago(days=40), id="ajeno", name="La Ceiba")
    await place.store.write(sold_at, place.company, ago(days=41), name="Taller")
    search = NameSearch(place.store, lambda: NOW)
    assert await ids(search, place, customer_name="ceiba") == []
    assert [row.id for row in await search.page(other, ListingFilter(5, customer_name="ceiba"))] == ["ajeno"]


async def test_a_search_goes_on_when_not_all_days_can_be_kept(place: Place) -> None:
    for days in range(1, 60):
        await place.store.write(sold_at, place.company, ago(days=days), id=f"d{days:02d}", name="La Ceiba")
    search = NameSearch(place.store, lambda: NOW, most=1000)
    for _ in range(2):
        assert await ids(search, place, 3, customer_name="ceiba") == ["d01", "d02", "d03"]
        assert await ids(search, place, 3, customer_name="nadie") == []
