"""Documents are found by whatever is printed on one, at some points of sale, on both databases."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from ocote.store import listing
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Query, Transaction, sql
from ocote.store.listing import ListingFilter, Sought, documents_page
from tests.databases import Databases
from tests.store.place import Place
from tests.store.rows import add_company, add_document

_CHANGE = sql("""
    UPDATE document SET control_number = :number, branch_code = :branch, pos_code = :pos, stamp = :stamp,
        payable_cents = :payable, gross_cents = :gross, customer_folded = :name, posted_at = :posted_at,
        customer_id = :customer
    WHERE company_id = :company AND id = :id""")
_SERIES = sql("""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, '01', :branch, :pos, 2026, 50)""")
_CUSTOMER = sql("""
    INSERT INTO customer (company_id, dui, record, created_at, updated_at)
    VALUES (:company, '000162975', '{}', 'x', 'x') RETURNING id""")

STAMP = "2026" + "A" * 36
MANY = 2000


def _number(point: str, correlative: int) -> str:
    return f"DTE-01-{point}-{correlative:015}"


def _kept(company: int) -> Transaction[None]:
    [customer] = yield _CUSTOMER(company=company)
    for branch, pos in (("M001", "P001"), ("M001", "P002"), ("S002", "P001")):
        yield _SERIES(company=company, branch=branch, pos=pos)
        for correlative in (41, 42):
            name = f"{branch}{pos}-{correlative}"
            yield from add_document(company, id=name, state="stamped")
            is_first = name == "M001P001-42"
            yield _CHANGE(
                company=company,
                id=name,
                number=_number(f"{branch}{pos}", correlative),
                branch=branch,
                pos=pos,
                stamp=STAMP if is_first else None,
                payable=11200 if is_first else 1130,
                gross=11300 if is_first else 1130,
                name="jose peña" if is_first else "cliente",
                posted_at=f"2026-06-01T00:00:{correlative}.{branch[-1]}{pos[-1]}0000Z",
                customer=customer["id"] if is_first else None,
            )


@pytest.fixture
async def shop(place: Place) -> Place:
    """Documents 41 and 42 at three points of sale; that of M001P001 alone has a stamp, a name, a tax withheld."""
    await place.store.write(_kept, place.company)
    return place


async def _found(place: Place, most: int = 10, **wanted: Any) -> list[str]:
    return [row.id for row in await place.store.read(documents_page, place.company, ListingFilter(most, **wanted))]


@pytest.mark.parametrize(
    "sought",
    [
        Sought(reference="M001P001-42"),
        Sought(number=_number("M001P001", 42)),
        Sought(code="M001P001-42"),
        Sought(stamp=STAMP),
        Sought(cents=11200),
        Sought(cents=11300),
        Sought(customer_number="000162975"),
        Sought(customer_name="José Pen"),
    ],
)
async def test_a_document_is_found_by_each_of_its_marks(shop: Place, sought: Sought) -> None:
    expected = [] if sought.customer_name else ["M001P001-42"]
    assert await _found(shop, sought=sought) == expected
    assert await _found(shop, sought=sought, points=("M001P002",)) == []


@pytest.mark.parametrize(
    "sought",
    [
        Sought(reference="M001P001-42"),
        Sought(number=_number("M001P001", 42)),
        Sought(correlative=f"{42:015}"),
        Sought(code="M001P001-42"),
        Sought(stamp=STAMP),
        Sought(cents=11200),
        Sought(cents=11300),
        Sought(customer_number="000162975"),
        Sought(customer_name="jose pe"),
        Sought(reference="nada", customer_name="ose"),
    ],
)
async def test_a_search_among_the_documents_of_a_customer_finds_no_others(shop: Place, sought: Sought) -> None:
    assert await _found(shop, sought=sought, customer_number="000162975") == ["M001P001-42"]
    assert await _found(shop, sought=sought, customer_number="000162975", points=("M001P002",)) == []
    assert await _found(shop, sought=sought, customer_number="06142803901234") == []


@pytest.mark.parametrize(
    "sought",
    [
        Sought(reference="M001P002-42"),
        Sought(correlative=f"{41:015}"),
        Sought(cents=1130),
        Sought(customer_number="06142803901234"),
        Sought(customer_name="cliente"),
    ],
)
async def test_a_search_among_the_documents_of_a_customer_compares_each_with_the_text(
    shop: Place, sought: Sought
) -> None:
    assert await _found(shop, sought=sought, customer_number="000162975") == []


async def test_the_end_of_a_number_finds_it_in_every_series_the_newest_first(shop: Place) -> None:
    sought = Sought(reference="42", correlative=f"{42:015}", customer_number="42")
    assert await _found(shop, sought=sought) == ["S002P001-42", "M001P002-42", "M001P001-42"]
    assert await _found(shop, most=2, sought=sought) == ["S002P001-42", "M001P002-42"]
    behind = ("2026-06-01T00:00:42.120000Z", "M001P002-42")
    assert await _found(shop, sought=sought, before=behind) == ["M001P001-42"]
    assert await _found(shop, sought=sought, states=("rejected",)) == []


async def test_a_list_of_some_points_of_sale_is_one_list_by_time(shop: Place) -> None:
    points = ("M001P001", "S002P001")
    everything = ["S002P001-42", "M001P001-42", "S002P001-41", "M001P001-41"]
    assert await _found(shop, points=points) == everything
    assert await _found(shop, most=3, points=points) == everything[:3]
    behind = ("2026-06-01T00:00:42.110000Z", "M001P001-42")
    assert await _found(shop, points=points, before=behind) == everything[2:]
    assert await _found(shop, points=("M001P009",)) == []


async def test_no_company_finds_the_documents_of_another(shop: Place) -> None:
    other = await shop.store.write(add_company, "06140000000009")
    for sought in (
        Sought(stamp=STAMP),
        Sought(cents=11200),
        Sought(code="M001P001-42"),
        Sought(correlative=f"{42:015}"),
    ):
        rows = await shop.store.read(documents_page, other, ListingFilter(10, sought=sought))
        assert rows == []


SEARCHES = {
    "document_by_point": ListingFilter(20, points=("M001P002",)),
    "document_by_payable": ListingFilter(20, sought=Sought(cents=1)),
    "document_by_total": ListingFilter(20, sought=Sought(cents=1)),
    "document_by_stamp": ListingFilter(20, sought=Sought(stamp=STAMP)),
    "document_open": ListingFilter(20, states=("rejected",)),
    "document_cancelled": ListingFilter(20, invalidated=True),
    "document_by_type": ListingFilter(20, doc_type="11"),
}


def _filled() -> Transaction[int]:
    company = yield from add_company()
    for number in range(MANY):
        yield from add_document(company, id=f"{number:06}", state="stamped")
    return company


async def _fill(url: str) -> int:
    async with open_store(url) as store:
        return await store.write(_filled)


def _queries(company: int, wanted: ListingFilter) -> Iterator[Query[Any]]:
    """The queries of a search that finds nothing."""
    asking = documents_page(company, wanted)
    query = next(asking)
    while True:
        assert isinstance(query, Query)
        yield query
        try:
            query = asking.send([])
        except StopIteration:
            return


def test_on_sqlite_a_search_reads_its_index_and_not_the_archive(all_databases: Databases) -> None:
    url = all_databases.sqlite()
    company = asyncio.run(_fill(url))
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("ANALYZE")
    for index, wanted in SEARCHES.items():
        plan = " ".join(
            row[3]
            for query in _queries(company, wanted)
            for row in connection.execute(f"EXPLAIN QUERY PLAN {query.statement.sqlite}", query.params)
        )
        assert index in plan, (index, plan)
        assert "document_by_time" not in plan, plan
    connection.close()


def test_on_postgresql_a_search_reads_its_index_and_not_the_archive(all_databases: Databases) -> None:
    url = all_databases.postgres()
    company = asyncio.run(_fill(url))

    async def plans() -> dict[str, tuple[int, str]]:
        found = {}
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("ANALYZE")
            for index, wanted in SEARCHES.items():
                pages, text = 0, ""
                for query in _queries(company, wanted):
                    explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query.statement.postgres}"
                    [row] = await connection.fetch(explained, *query.positional())
                    plan = json.loads(row[0])[0]["Plan"]
                    pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
                    text += row[0]
                found[index] = pages, text
        finally:
            await connection.close()
        return found

    for index, (pages, plan) in asyncio.run(plans()).items():
        assert index in plan, (index, plan)
        assert pages < 60, (index, pages)


def test_a_search_compares_two_states_at_most() -> None:
    with pytest.raises(ValueError, match="two states"):
        next(listing.documents_page(1, ListingFilter(1, states=("rejected", "registered", "contingency"))))
