"""Customers found while somebody types: by a part of the name, or the beginning of a number."""

import json

from ocote.store.customer_lists import customers_like
from ocote.store.customers import NewCustomer, customer_by_id, save_customer
from ocote.store.engine.statement import Query, Row, Transaction, sql
from tests.store.place import LATER, NOON, Place
from tests.store.rows import add_company

_UNNAMED = sql("UPDATE customer SET folded = NULL WHERE id = :id")
_GONE = sql("UPDATE customer SET gone_at = 'x' WHERE id = :id")


async def remembered(place: Place, name: str, nit: str, now: str = NOON, company: int | None = None) -> int:
    record = json.dumps({"name": name, "nit": nit}, ensure_ascii=False)
    new = NewCustomer(None, nit, None, None, record)
    return await place.store.write(save_customer, company or place.company, new, now)


async def found(place: Place, name: str, digits: str = "", most: int = 10) -> list[int]:
    return [row.id for row in await place.store.read(customers_like, place.company, name, digits, most)]


async def test_a_customer_is_found_whatever_case_and_accents(place: Place) -> None:
    panaderia = await remembered(place, "Panadería Ñuñez", "06140000000011")
    await remembered(place, "Ferretería Ruiz", "06140000000022")
    assert await found(place, "PANADERIA nunez") == [panaderia]
    assert await found(place, "100%") == []


async def test_a_customer_is_found_by_the_beginning_of_a_number(place: Place) -> None:
    one = await remembered(place, "Uno", "06140000000011")
    two = await remembered(place, "Dos", "06140000000022", LATER)
    assert await found(place, "0614", "0614") == [two, one]
    assert await found(place, "0614", "0614", most=1) == [two]
    assert await found(place, "06140000000011", "06140000000011") == [one]


async def test_a_record_of_a_program_of_before_is_found_and_a_removed_one_is_not(place: Place) -> None:
    old = await remembered(place, "Panadería Vieja", "06140000000011")
    gone = await remembered(place, "Panadería Cerrada", "06140000000022")
    await place.store.write(_changed, _UNNAMED(id=old))
    await place.store.write(_changed, _GONE(id=gone))
    assert await found(place, "vieja", "0614") == [old]
    assert await found(place, "panader") == [old]


def _changed(statement: Query[Row]) -> Transaction[None]:
    yield statement


async def test_customers_of_another_company_are_not_found(place: Place) -> None:
    other = await place.store.write(add_company, "06140000000002")
    theirs = await remembered(place, "Ana", "06140000000011", company=other)
    assert await found(place, "ana", "0614") == []
    assert await place.store.read(customer_by_id, place.company, theirs) is None
    assert await place.store.read(customer_by_id, other, theirs) is not None
