"""The log of requests in the database: what is listed, counted and forgotten, and of whom."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ocote.companies.request_retention import KEPT_REQUESTS, RequestRetention
from ocote.store.api_requests import (
    KeptRequest,
    RequestFilter,
    keep_requests,
    key_activity,
    request_by_id,
    requests_page,
)
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from tests.store.rows import add_company

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
USUAL = KeptRequest(
    company_id=1,
    at=moment_text(NOON),
    request_id="req-1",
    key_prefix="odt_01234567",
    address="10.0.0.1",
    method="POST",
    route="/invoice",
    status=200,
    code=None,
    document=None,
    is_dry_run=0,
    faults="[]",
    warnings="[]",
    ms=12,
)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        for nit in ("06140102260011", "06140102260022"):
            await opened.write(add_company, nit=nit)
        yield opened


async def listed(store: Store, company_id: int = 1, **wanted: Any) -> list[str]:
    rows = await store.read(requests_page, company_id, RequestFilter(wanted.pop("most", 100), **wanted))
    return [row.request_id for row in rows]


async def kept(store: Store, *changes: dict[str, Any]) -> None:
    named = ({"request_id": f"r{number}", **change} for number, change in enumerate(changes))
    await store.write(keep_requests, [replace(USUAL, **change) for change in named])


async def test_a_request_is_read_as_it_was_written(store: Store) -> None:
    text = '[{"field":"líneas[0]","message":"«1\\\\2» \\"\\n","code":"x"}]'
    await kept(store, {"code": "field_empty", "document": "Ñ-1 🙂", "faults": text, "is_dry_run": 1, "status": 400})
    row = await store.read(request_by_id, 1, 1)
    assert row is not None
    assert (row.code, row.document, row.faults, row.is_dry_run) == ("field_empty", "Ñ-1 🙂", text, True)
    assert (row.at, row.status, row.ms, row.route) == (USUAL.at, 400, 12, "/invoice")
    assert await store.read(request_by_id, 2, 1) is None


async def test_pages_go_from_the_newest_to_the_oldest(store: Store) -> None:
    await kept(store, *({} for _ in range(5)), {"company_id": 2})
    assert await listed(store, most=2) == ["r4", "r3"]
    assert await listed(store, most=2, before=4) == ["r2", "r1"]
    assert await listed(store, 2) == ["r5"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"is_failed": True}, ["r3", "r2"]),
        ({"least": 500}, ["r3"]),
        ({"above": 1}, ["r1"]),
        ({"key": "odt_other"}, ["r2"]),
        ({"key": "odt_other", "is_failed": True}, ["r2"]),
        ({"route": "/status/{id_or_ref}"}, ["r1"]),
        ({"name": "r0"}, ["r0"]),
        ({"name": "REF-7"}, ["r2"]),
        ({"name": "REF-7", "is_failed": True}, ["r2"]),
        ({"name": "REF"}, []),
        ({"since": moment_text(NOON + timedelta(hours=1))}, ["r3"]),
        ({"until": moment_text(NOON + timedelta(hours=1))}, ["r2", "r1", "r0"]),
    ],
)
async def test_filters_choose_requests(store: Store, wanted: dict[str, Any], found: list[str]) -> None:
    await kept(
        store,
        {},
        {"status": 0, "route": "/status/{id_or_ref}"},
        {"status": 409, "key_prefix": "odt_other", "document": "REF-7"},
        {"status": 500, "at": moment_text(NOON + timedelta(hours=2))},
        {"company_id": 2, "status": 500, "document": "REF-7", "key_prefix": "odt_other"},
    )
    assert await listed(store, **wanted) == found


async def test_the_requests_and_faults_of_each_key_are_counted(store: Store) -> None:
    await kept(
        store,
        {"at": moment_text(NOON - timedelta(days=1))},
        {},
        {"status": 400},
        {"status": 500, "key_prefix": "odt_other"},
        {"company_id": 2},
    )
    rows = await store.read(key_activity, 1, moment_text(NOON - timedelta(hours=1)))
    assert sorted((row.key_prefix, row.requests, row.failed) for row in rows) == [
        ("odt_01234567", 2, 1),
        ("odt_other", 1, 1),
    ]


async def forget_all(store: Store, most: int, now: datetime = NOON) -> int:
    """The number of rounds in which something was forgotten."""
    rounds, retention = 0, RequestRetention(store, lambda: now, most)
    while await retention.run_once():
        rounds += 1
    return rounds


async def test_the_newest_of_each_company_are_kept_and_the_rest_goes_piece_by_piece(store: Store) -> None:
    await kept(store, *({} for _ in range(450)), *({"company_id": 2} for _ in range(3)))
    assert await forget_all(store, 10) == 3
    assert await listed(store) == [f"r{number}" for number in range(449, 439, -1)]
    assert await listed(store, 2) == ["r452", "r451", "r450"]


async def test_no_request_is_kept_for_longer_than_ninety_days(store: Store) -> None:
    old = moment_text(NOON - KEPT_REQUESTS - timedelta(seconds=1))
    await kept(store, {"at": old}, {"at": old, "company_id": 2}, {"at": moment_text(NOON - KEPT_REQUESTS)})
    assert await forget_all(store, 1000) == 2
    assert await listed(store) == ["r2"]
    assert await listed(store, 2) == []


async def test_a_log_that_was_switched_off_is_emptied(store: Store) -> None:
    await kept(store, {}, {"company_id": 2})
    await forget_all(store, 0)
    assert await listed(store) == await listed(store, 2) == []


async def test_nothing_is_written_when_nothing_is_to_be_forgotten(store: Store) -> None:
    await kept(store, {})
    before = store.commits
    assert await forget_all(store, 10) == 0
    assert store.commits == before


@pytest.mark.parametrize("chosen", [{"above": 1}, {"least": 400}, {"key": "odt_"}, {"route": "/items"}, {"since": "x"}])
def test_a_page_for_which_all_requests_may_be_read_takes_its_turn(chosen: dict[str, Any]) -> None:
    assert RequestFilter(50, **chosen).is_search
    assert not RequestFilter(50, before=7, is_failed=True).is_search
