"""One unit of work means the same on SQLite and PostgreSQL."""

import asyncio

import pytest

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store, UniqueError

_INSERT = sql("""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, '01', 'M001', 'P001', :year, :last)""")
_COMPANY = sql("""
    INSERT INTO company (nit, environment, name, profile, mh_user, mh_password, private_key, certificate_fingerprint,
                         created_at, updated_at)
    VALUES (:nit, '00', 'Empresa de prueba', '{}', 'u', :blob, :blob, 'f', 'x', 'x') RETURNING id""")
_COUNT = sql("SELECT count(*) AS n FROM correlative")


def _company(nit: str) -> Transaction[int]:
    [row] = yield _COMPANY(nit=nit, blob=b"\x00")
    return int(row["id"])


def _series(company: int, year: int) -> Transaction[None]:
    yield _INSERT(company=company, year=year, last=1)


def _broken(company: int) -> Transaction[None]:
    yield _INSERT(company=company, year=2001, last=1)
    raise ValueError("the work itself fails")


def _count() -> Transaction[int]:
    [row] = yield _COUNT()
    return int(row["n"])


async def _with_company(store: Store) -> int:
    return await store.write(_company, "06140000000001")


async def test_work_is_durable_and_visible_to_readers_when_write_returns(database_url: str) -> None:
    async with open_store(database_url) as store:
        company = await _with_company(store)
        await store.write(_series, company, 2026)
        assert await store.read(_count) == 1
        assert store.commits == 2
    async with open_store(database_url) as again:
        assert await again.read(_count) == 1


async def test_work_that_fails_is_undone_and_its_error_comes_through(database_url: str) -> None:
    async with open_store(database_url) as store:
        company = await _with_company(store)
        with pytest.raises(ValueError, match="the work itself fails"):
            await store.write(_broken, company)
        assert await store.read(_count) == 0


async def test_a_second_row_under_one_key_is_a_unique_error_and_leaves_the_store_usable(database_url: str) -> None:
    async with open_store(database_url) as store:
        company = await _with_company(store)
        await store.write(_series, company, 2026)
        with pytest.raises(UniqueError):
            await store.write(_series, company, 2026)
        await store.write(_series, company, 2027)
        assert await store.read(_count) == 2


async def test_of_many_at_once_only_the_failing_ones_are_undone(database_url: str) -> None:
    async with open_store(database_url) as store:
        company = await _with_company(store)
        results = await asyncio.gather(
            *(store.write(_series, company, 2000 + (i % 25)) for i in range(50)), return_exceptions=True
        )
        assert sum(result is None for result in results) == 25
        assert sum(isinstance(result, UniqueError) for result in results) == 25
        assert await store.read(_count) == 25


async def test_work_that_writes_nothing_commits_nothing(database_url: str) -> None:
    async with open_store(database_url) as store:
        before = store.commits
        await store.read(_count)
        assert store.commits == before


def _nothing_to_ask() -> Transaction[str]:
    yield from ()
    return "done"


async def test_work_that_finds_nothing_to_ask_is_done_at_once(database_url: str) -> None:
    async with open_store(database_url) as store:
        assert await store.read(_nothing_to_ask) == "done"
        assert await store.write(_nothing_to_ask) == "done"


async def test_a_caller_that_is_cancelled_does_not_undo_or_disturb_others(database_url: str) -> None:
    async with open_store(database_url) as store:
        company = await _with_company(store)
        gone = asyncio.create_task(store.write(_series, company, 2030))
        stays = asyncio.create_task(store.write(_series, company, 2031))
        await asyncio.sleep(0)
        gone.cancel()
        await stays
        assert await store.read(_count) in {1, 2}
