"""The audit log of a gateway, for tests of what people change at the panel."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from ocote.store.audit_log import AuditRow
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, columns, every, sql
from tests.running_gateway import RunningGateway

_ENTRIES = sql(f"SELECT {columns(AuditRow)} FROM audit_entry WHERE person_id IS NOT NULL ORDER BY number", AuditRow)


def acts_of(gateway: RunningGateway) -> list[AuditRow]:
    """The entries that people of the panel have made, the oldest first."""

    async def read() -> list[AuditRow]:
        async with open_store(gateway.database_url) as store:
            return await store.read(_entries)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, read()).result()


def _entries() -> Transaction[list[AuditRow]]:
    return (yield from every(_ENTRIES()))
