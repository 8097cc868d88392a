"""Pages of e-mails and announcements: nothing of another company, no gap, no repetition, and no search of the rest."""

import sqlite3

import pytest

from ocote.store import sending_pages
from ocote.store.engine.statement import Statement, Transaction, sql
from ocote.store.outbox import Listeners
from ocote.store.sending_pages import sending_of, sendings_page, sendings_to, waiting_mails
from ocote.store.sendings import ListedSendingRow
from tests.databases import Databases
from tests.store.place import Place
from tests.store.rows import add_company

MAIL = Listeners(mail=True)
_STATE = sql("UPDATE outbox SET state = :state, due_at = NULL WHERE target = :target")


def _given_up(target: str) -> Transaction[None]:
    yield _STATE(state="refused", target=target)


async def _mailed(place: Place, count: int) -> None:
    for number in range(count):
        document = await place.document(customer_email=f"cliente{number}@example.com")
        # Pairs of messages of one moment: the id decides between them.
        await place.announce(document, "document.stamped", MAIL, f"2026-11-20T18:{number // 2:02}:00.000000Z")


async def test_pages_of_all_messages_follow_each_other_without_a_gap(place: Place) -> None:
    await _mailed(place, 7)
    seen: list[ListedSendingRow] = []
    behind = None
    while rows := await place.store.read(sendings_page, place.company, "email", behind, 2):
        seen += rows
        behind = rows[-1].created_at, rows[-1].id
    assert sorted(row.target for row in seen) == [f"cliente{number}@example.com" for number in range(7)]
    assert [row.created_at for row in seen] == sorted((row.created_at for row in seen), reverse=True)


async def test_messages_that_were_given_up_have_a_page_of_their_own(place: Place) -> None:
    await _mailed(place, 3)
    await place.store.write(_given_up, "cliente1@example.com")
    rows = await place.store.read(lambda: sendings_page(place.company, "email", None, 9, given_up=True))
    assert [row.target for row in rows] == ["cliente1@example.com"]
    waiting = await place.store.read(waiting_mails, place.company, None, 9)
    assert [row.target for row in waiting] == ["cliente0@example.com", "cliente2@example.com"]


async def test_messages_to_one_address_are_found_by_it(place: Place) -> None:
    await _mailed(place, 3)
    rows = await place.store.read(sendings_to, place.company, "email", "cliente2@example.com", None, 9)
    assert [row.target for row in rows] == ["cliente2@example.com"]


async def test_another_company_finds_no_message(place: Place) -> None:
    await _mailed(place, 1)
    [row] = await place.store.read(sendings_page, place.company, "email", None, 9)
    other = await place.store.write(lambda: add_company("06140000000002"))
    assert await place.store.read(sendings_page, other, "email", None, 9) == []
    assert await place.store.read(sendings_to, other, "email", row.target, None, 9) == []
    assert await place.store.read(waiting_mails, other, None, 9) == []
    assert await place.store.read(sending_of, other, "email", row.id) is None
    assert await place.store.read(sending_of, place.company, "webhook", row.id) is None
    assert await place.store.read(sending_of, place.company, "email", row.id) == row


@pytest.mark.parametrize("name", ["_ALL", "_GIVEN_UP", "_TO_TARGET", "_WAITING", "_ONE"])
def test_every_page_begins_where_an_index_says(all_databases: Databases, name: str) -> None:
    statement = getattr(sending_pages, name)
    assert isinstance(statement, Statement)
    connection = sqlite3.connect(all_databases.sqlite().removeprefix("sqlite:///"))
    plan = [
        row[3]
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.sqlite}", dict.fromkeys(statement.names, 1))
    ]
    connection.close()
    [outbox] = [step for step in plan if "outbox" in step]
    assert outbox.startswith("SEARCH outbox USING")
    assert not any("SCAN document" in step for step in plan)
