"""A database that records another version of the tables."""

import asyncio
from typing import Final

from ocote.store.engine.opening import NEWEST, open_store
from ocote.store.engine.statement import Transaction, sql

NEXT: Final = f"{int(NEWEST) + 1:04}"
"""The version that the next migration will make."""

_SET = sql("UPDATE alembic_version SET version_num = :version RETURNING version_num")


def becomes_newer(database_url: str) -> None:
    """The next migration has run, by its own account."""

    def say_so() -> Transaction[None]:
        yield _SET(version=NEXT)

    async def write() -> None:
        async with open_store(database_url) as store:
            await store.write(say_so)

    asyncio.run(write())
