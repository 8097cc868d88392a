"""Another process that is about to register a company, for tests of two who register it at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from ocote.dte.sale import Environment
from ocote.store.companies import CompanyRow, NewCompany, SavedCompany, companies_by_nit, insert_company
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import StoredRow, Transaction, one, sql
from tests.panel_client import apart
from tests.running_gateway import RunningGateway
from tests.waiting import until

RIVAL_PASSWORD = b"sealed by the other process"


class _Count(StoredRow, frozen=True):
    n: int


_WAITING = sql(
    """
    SELECT count(*) AS n FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND state = 'active' AND datname = current_database()""",
    _Count,
)


@contextmanager
def registered_meanwhile(gateway: RunningGateway, nit: str, environment: Environment) -> Iterator[None]:
    """Registers a company in a transaction that begins before the block and ends while the block waits for it.

    On PostgreSQL the transaction ends when another one waits for a row of it, on SQLite, where one transaction writes
    at a time, at once.
    """
    has_written, may_end = threading.Event(), threading.Event()
    company = NewCompany(
        nit, environment, "Empresa de Prueba", "{}", "usuario", RIVAL_PASSWORD, b"sealed key", "f" * 64, None, None, ""
    )

    def work() -> Transaction[SavedCompany]:
        saved = yield from insert_company(company, ())
        has_written.set()
        may_end.wait(30)
        return saved

    async def register() -> None:
        async with open_store(gateway.database_url) as store:
            await store.write(work)

    def end_when_awaited() -> None:
        if gateway.database_url.startswith("postgres"):
            until(lambda: apart(_waiting(gateway)) > 0)
        may_end.set()

    with ThreadPoolExecutor(2) as pool:
        registering = pool.submit(apart, register())
        assert has_written.wait(30)
        ending = pool.submit(end_when_awaited)
        try:
            yield
        finally:
            may_end.set()
        ending.result()
        registering.result()


def company_stored(gateway: RunningGateway, nit: str, environment: Environment) -> CompanyRow:
    """A company as the database has it."""

    async def read() -> list[CompanyRow]:
        async with open_store(gateway.database_url) as store:
            return await store.read(companies_by_nit, nit)

    [found] = [row for row in apart(read()) if row.environment == environment]
    return found


async def _waiting(gateway: RunningGateway) -> int:
    async with open_store(gateway.database_url) as store:
        return await store.read(_count)


def _count() -> Transaction[int]:
    return (yield from one(_WAITING())).n
