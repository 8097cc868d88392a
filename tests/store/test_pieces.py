"""Work that is taken in pieces: never more of it than was asked for, whichever way the database finds the rows."""

from collections.abc import AsyncIterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Final

import asyncpg
import pytest

import ocote.store
from ocote.store import documents
from ocote.store.contingency import lots
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Statement, Transaction, sql
from ocote.store.leases import Lease
from ocote.store.outbox import Listeners
from tests.store.place import LATER, NOON, Place
from tests.store.rows import add_company

_ALL = 5
_MOST = 2

_WITHOUT_A_HASH: Final = ("enable_hashjoin", "enable_mergejoin", "enable_hashagg", "enable_sort", "enable_material")
"""Without these ways PostgreSQL looks the rows of a selection up again for each row of the table."""


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    """A database that joins tables by nested loops, as PostgreSQL does by itself for tables of some sizes."""
    if database_url.startswith("postgresql:"):
        connection = await asyncpg.connect(database_url)
        name = await connection.fetchval("SELECT current_database()")
        for setting in _WITHOUT_A_HASH:
            await connection.execute(f'ALTER DATABASE "{name}" SET {setting} = off')
        await connection.close()
    async with open_store(database_url) as store:
        yield Place(store, await store.write(add_company))
    if database_url.startswith("postgresql:"):
        connection = await asyncpg.connect(database_url)
        await connection.execute(f'ALTER DATABASE "{name}" RESET ALL')
        await connection.close()


_DUE = sql("UPDATE document SET due_at = :at")
_WAIT = sql("UPDATE document SET state = 'contingency', contingency_id = 'c', event_id = 'e'")
_CONTINGENCY = sql("""
    INSERT INTO contingency (id, company_id, kind, state, began_at, last_at)
    VALUES ('c', :company, 1, 'delivering', :at, :at)""")
_EVENT = sql("""
    INSERT INTO contingency_event (id, contingency_id, company_id, edition, generation_code, state, documents, jws,
                                   signed_at)
    VALUES ('e', 'c', :company, 'v1', 'e', 'stamped', 5, 'a.b.c', :at)""")


async def fill(place: Place, *statements: Statement[Any]) -> None:
    """Adds some documents, and changes the database by these statements."""
    for _ in range(_ALL):
        await place.document()

    def work() -> Transaction[None]:
        for statement in statements:
            yield statement(**{name: {"company": place.company, "at": NOON}[name] for name in statement.names})

    await place.store.write(work)


async def test_a_worker_takes_as_many_documents_as_it_asks_for(place: Place) -> None:
    await fill(place, _DUE)
    taken = await place.store.write(documents.claim_due_documents, NOON, Lease("w", LATER), _MOST)
    assert len(taken) == _MOST


async def test_a_lot_has_as_many_documents_as_mh_takes(place: Place) -> None:
    await fill(place, _CONTINGENCY, _EVENT, _WAIT)
    assert await place.store.write(lots.insert_lot, "uno", place.company, "e", _MOST, NOON) == _MOST
    assert len(await place.store.read(lots.in_lot, place.company, "uno")) == _MOST


async def test_a_worker_takes_as_many_messages_as_it_asks_for(place: Place) -> None:
    document = await place.document()
    for _ in range(_ALL):
        await place.announce(document, "document.stamped", Listeners(mail=True))
    assert len(await place.taken(place.mail_lane, most=_MOST)) == _MOST


def test_nothing_is_changed_by_a_selection_that_may_be_repeated() -> None:
    for statement in statements():
        if "LIMIT" in statement.sqlite and not statement.sqlite.lstrip().startswith("SELECT"):
            assert " AS MATERIALIZED (" in statement.sqlite, statement.sqlite


def statements() -> list[Statement[Any]]:
    """Every statement of the store."""
    found: list[Statement[Any]] = []
    for module in walk_packages(ocote.store.__path__, "ocote.store."):
        if ".migrations" not in module.name:
            found += [each for each in vars(import_module(module.name)).values() if isinstance(each, Statement)]
    assert len(found) > 100
    return found
