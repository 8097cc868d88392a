"""The records of customers: listed by name, found by number, merged into one, and removed."""

import msgspec
import pytest

from ocote.store.customer_lists import (
    CustomerFilter,
    count_documents,
    customers_page,
    documents_of,
    lacks_names,
    name_records,
)
from ocote.store.customers import (
    NewCustomer,
    StaleCustomerError,
    customer_by_id,
    latest_customers,
    match_customer,
    save_customer,
)
from ocote.store.engine.statement import Transaction, sql
from ocote.store.merging import MergeOrder, doubles, left_behind, merge_records, move_documents, remove_record
from tests.store.place import LATER, NOON, Place
from tests.store.rows import add_company

NIT, OTHER_NIT, DUI = "06140201260015", "06140102260013", "000162975"
_GIVE = sql("UPDATE document SET customer_id = :customer, request = :request WHERE id = :id")
_UNNAME = sql("UPDATE customer SET folded = NULL")


def record(name: str) -> str:
    """A record that says a name alone."""
    return msgspec.json.encode({"name": name}).decode()


async def keep(place: Place, name: str, **numbers: str) -> int:
    """Writes a new record."""
    new = NewCustomer(None, numbers.get("nit"), numbers.get("dui"), numbers.get("nrc"), record(name))
    return await place.store.write(save_customer, place.company, new, NOON)


async def listed(place: Place, *, number: str | None = None, name: str | None = None) -> list[int]:
    """The ids of a page of customers."""
    rows = await place.store.read(customers_page, place.company, CustomerFilter(10, number=number, name=name))
    return [row.id for row in rows]


async def give(place: Place, customer: int, request: str = "{}") -> str:
    """Adds a document of a customer."""
    document = await place.document()

    def work() -> Transaction[None]:
        yield _GIVE(customer=customer, request=request, id=document)

    await place.store.write(work)
    return document


def order(kept: int, gone: int) -> MergeOrder:
    """A merge after which the record that stays has both names."""
    return MergeOrder(
        kept, gone, lambda here, there: NewCustomer(kept, NIT, DUI, None, record(f"{here}{there}")), (NOON, NOON)
    )


async def test_customers_are_listed_by_name_page_by_page_and_found_without_accents(place: Place) -> None:
    names = ["Óscar", "Ana", "ÁNA MARÍA", "Beto", "ñandú"]
    ids = {name: await keep(place, name, nit=f"{number}") for number, name in enumerate(names)}
    rows = await place.store.read(customers_page, place.company, CustomerFilter(2))
    assert [row.id for row in rows] == [ids["Ana"], ids["ÁNA MARÍA"]]
    behind = CustomerFilter(9, after=(rows[-1].folded, rows[-1].id))
    rest = await place.store.read(customers_page, place.company, behind)
    assert {row.id for row in rest} == {ids["Beto"], ids["ñandú"], ids["Óscar"]}
    assert await listed(place, name="ana") == [ids["Ana"], ids["ÁNA MARÍA"]]
    assert await listed(place, name="OSC") == [ids["Óscar"]]


async def test_a_customer_is_found_by_each_number(place: Place) -> None:
    found = await keep(place, "Marta", nit=NIT, dui=DUI, nrc="231894")
    await keep(place, "Otra", nit=OTHER_NIT)
    for number in (NIT, DUI, "231894"):
        assert await listed(place, number=number) == [found]
    assert await listed(place, number="1") == []


async def test_a_list_says_when_the_latest_document_was(place: Place) -> None:
    with_document, without = await keep(place, "A", nit="1"), await keep(place, "B", nit="2")
    await give(place, with_document)
    rows = await place.store.read(customers_page, place.company, CustomerFilter(9))
    assert [(row.id, row.last_at) for row in rows] == [(with_document, "2026-11-20T17:21:33.123456Z"), (without, None)]


async def test_documents_of_a_customer_show_what_they_said_of_the_customer(place: Place) -> None:
    customer = await keep(place, "A", nit="1")
    sold = await give(place, customer, '{"customer":{"name":"A"},"lines":[]}')
    bought = await give(place, customer, '{"seller":{"name":"B"}}')
    await give(place, customer, "{}")
    rows = await place.store.read(documents_of, place.company, customer, (), 9)
    said = {row.id: row.said and msgspec.json.decode(row.said)["name"] for row in rows}
    assert (said[sold], said[bought], len(said)) == ("A", "B", 3)
    assert await place.store.read(documents_of, place.company, customer, ["M002P001"], 9) == []
    assert len(await place.store.read(documents_of, place.company, customer, ["M001P001"], 2)) == 2


async def test_records_of_a_program_of_before_enter_the_list(place: Place) -> None:
    customer = await keep(place, "Ana", nit="1")

    def before() -> Transaction[None]:
        yield _UNNAME()

    await place.store.write(before)
    assert await place.store.read(lacks_names, place.company)
    await place.store.write(name_records, place.company)
    assert await listed(place, name="ana") == [customer]
    assert not await place.store.read(lacks_names, place.company)


async def test_after_a_merge_one_record_has_the_documents_and_the_numbers_of_both(place: Place) -> None:
    kept, gone = await keep(place, "A", nit=NIT), await keep(place, "B", dui=DUI)
    await give(place, kept)
    await give(place, gone)
    done = await place.store.write(merge_records, place.company, order(kept, gone), LATER)
    assert done is not None
    assert (done.gone.id, done.kept.after.updated_at) == (gone, LATER)
    assert await place.store.read(left_behind, place.company, kept) == [gone]
    assert await place.store.write(move_documents, place.company, gone, kept) == 1
    assert await place.store.read(left_behind, place.company, kept) == []
    assert await place.store.read(count_documents, place.company, kept) == 2
    assert await place.store.read(count_documents, place.company, kept, ("M001P009",)) == 0
    assert await listed(place) == [kept]
    for nit, dui in ((NIT, None), (None, DUI)):
        found = await place.store.read(match_customer, place.company, nit, dui, None)
        assert found is not None
        assert found.id == kept
    assert await place.store.read(customer_by_id, place.company, gone) is None
    assert [row.id for row in await place.store.read(latest_customers, place.company, None, 9)] == [kept]


async def test_a_record_that_took_another_one_may_be_merged_itself(place: Place) -> None:
    first, second, third = [await keep(place, "A", nit=str(number)) for number in range(3)]
    await place.store.write(merge_records, place.company, order(second, first), NOON)
    row = await place.store.read(customer_by_id, place.company, second)
    assert row is not None
    again = order(third, second)
    assert await place.store.write(
        merge_records, place.company, msgspec.structs.replace(again, seen=(NOON, row.updated_at)), LATER
    )
    await give(place, first)
    assert await place.store.read(left_behind, place.company, third) == [first]


async def test_whoever_saw_an_older_record_merges_and_removes_nothing(place: Place) -> None:
    kept, gone = await keep(place, "A", nit=NIT), await keep(place, "B", dui=DUI)
    await place.store.write(save_customer, place.company, NewCustomer(gone, None, DUI, None, record("C")), LATER)
    with pytest.raises(StaleCustomerError):
        await place.store.write(merge_records, place.company, order(kept, gone), LATER)
    with pytest.raises(StaleCustomerError):
        await place.store.write(remove_record, place.company, gone, NOON, LATER)
    assert len(await listed(place)) == 2


async def test_a_removed_record_is_empty_and_found_no_more(place: Place) -> None:
    customer = await keep(place, "A", nit=NIT)
    removed = await place.store.write(remove_record, place.company, customer, NOON, LATER)
    assert removed is not None
    assert await listed(place) == []
    assert await place.store.read(match_customer, place.company, NIT, None, None) is None
    assert await place.store.write(remove_record, place.company, customer, NOON, LATER) is None


async def test_records_with_one_number_or_one_name_may_be_doubles(place: Place) -> None:
    first, second = await keep(place, "José Díaz", nit=DUI), await keep(place, "Pepe", dui=DUI)
    third, fourth = await keep(place, "ana  lópez", nrc="1"), await keep(place, "ANA  LOPEZ", nit=NIT)
    await keep(place, "Pedro", nit="1")
    await keep(place, "Pedro", nit="2")
    found = await place.store.read(doubles, place.company, 9)
    assert {(row.common, frozenset((row.first_id, row.second_id))) for row in found} == {
        ("dui", frozenset((first, second))),
        ("name", frozenset((third, fourth))),
    }


async def test_records_of_another_company_are_neither_listed_nor_changed(place: Place) -> None:
    other = await place.store.write(add_company, "06140000000002")
    new = NewCustomer(None, NIT, None, None, record("Ajena"))
    foreign = await place.store.write(save_customer, other, new, NOON)
    own = await keep(place, "Propia", dui=DUI)
    assert await listed(place) == [own]
    assert await listed(place, number=NIT) == []
    assert await place.store.write(merge_records, place.company, order(own, foreign), LATER) is None
    assert await place.store.write(remove_record, place.company, foreign, NOON, LATER) is None
    assert await place.store.read(doubles, place.company, 9) == []
