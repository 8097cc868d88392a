"""What a running gateway notices of the next migration, which a newer program applies beside it: nothing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg

from ocote.parts import open_parts
from tests.builders.bodies import invoice
from tests.e2e.issued import invalidation_route, issue_one_of
from tests.running_gateway import RunningGateway, running_gateway
from tests.store.versions import becomes_newer

DOC_TYPES = ("01", "03", "05", "11", "14")


def additions(tables: list[str]) -> list[str]:
    """What may be in a migration while the program before it runs (docs/migrations.md)."""
    return [
        "CREATE TABLE of_a_later_version (id TEXT PRIMARY KEY, document_id TEXT REFERENCES document (id))",
        *(f"ALTER TABLE {table} ADD COLUMN of_a_later_version TEXT" for table in tables),
        *(f"ALTER TABLE {table} ADD COLUMN with_default INTEGER NOT NULL DEFAULT 0" for table in tables),
        *(f"CREATE INDEX {table}_of_a_later_version ON {table} (of_a_later_version)" for table in tables),
    ]


def add(database_url: str) -> None:
    """To every table, in one transaction, as migrations are applied."""
    if database_url.startswith("postgresql:"):
        asyncio.run(_add_to_postgres(database_url))
        return
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for statement in additions(tables):
            connection.execute(statement)
        connection.execute("COMMIT")


async def _add_to_postgres(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    async with connection.transaction():
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for statement in additions([row["tablename"] for row in rows]):
            await connection.execute(statement)
    await connection.close()


def everything(gateway: RunningGateway, name: str) -> None:
    """A document of each type is issued and cancelled, and one is refused and corrected."""
    for doc_type in DOC_TYPES:
        reference = f"{name}-{doc_type}"
        issue_one_of(gateway, doc_type, reference)
        assert gateway.request("GET", f"/file/{reference}?type=invoice").status == 200
        assert gateway.post(f"{invalidation_route(doc_type)}/{reference}", None)["invalidated"] is True
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert gateway.post("/invoice", invoice(f"{name}-refused"))["rejected"] is True
    assert gateway.post("/invoice", invoice(f"{name}-refused"))["dte_success"] is True
    assert gateway.get("/documents?limit=1")["documents"]


async def test_a_running_gateway_goes_on_while_a_migration_adds_to_every_table(
    own_database_url: str, tmp_path: Path
) -> None:
    """It has used every statement before, on the same connections; its background work runs on as well."""
    with running_gateway(own_database_url, tmp_path) as gateway:
        async with open_parts(gateway.settings, clock=gateway.clock) as worker:
            for name in ("before", "after"):
                await asyncio.to_thread(everything, gateway, name)
                for one in worker.rounds:
                    await one()
                if name == "before":
                    await asyncio.to_thread(add, own_database_url)
                    await asyncio.to_thread(becomes_newer, own_database_url)
