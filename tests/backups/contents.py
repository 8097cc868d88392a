"""What a database holds, row for row, in a form in which databases of both kinds can be compared."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ocote.store.copying.tables import all_rows, stored_tables
from ocote.store.engine.opening import open_store
from ocote.store.engine.snapshots import open_snapshot
from ocote.store.engine.statement import Transaction, sql

Rows = list[dict[str, Any]]

_CONFIRM = sql("UPDATE installation SET unconfirmed_since = NULL, unconfirmed_because = NULL")


def everything(database_url: str) -> dict[str, Rows]:
    """All rows of all tables, by column."""
    found: dict[str, Rows] = _alone(_everything(database_url))
    return found


async def _everything(database_url: str) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    async with open_snapshot(database_url) as snapshot:
        for table in (await snapshot.read(stored_tables, snapshot.kind)).tables:
            names = [column.name for column in table.columns]
            rows = [
                dict(zip(names, row, strict=True)) async for page in snapshot.pages(all_rows(table)) for row in page
            ]
            found[table.name] = rows
    return found


def confirm_numbers(database_url: str) -> None:
    """The operator has confirmed the numbers of a restored database."""

    def confirmed() -> Transaction[None]:
        yield _CONFIRM()

    async def write() -> None:
        async with open_store(database_url) as store:
            await store.write(confirmed)

    _alone(write())


def _alone(work: Any) -> Any:
    """Runs a coroutine on an event loop of its own; the caller may be inside a running loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def assert_restored(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> None:
    """Every row is there again; only what MH has to be asked about, and what the installation knows of itself, differ.

    Tables and columns that the version before did not have may have come with the migration.
    """
    [installation] = after["installation"]
    assert installation["unconfirmed_because"] == "restored"
    for table, rows in before.items():
        if table == "backup_made":
            # A backup holds the list of those that were made before it.
            assert all(row in rows for row in after[table])
            continue
        expected = [
            _as_restored(table, row, installation["unconfirmed_since"]) for row in rows if table != "invitation"
        ]
        names = set(expected[0]) if expected else set()
        found = [{name: value for name, value in row.items() if name in names} for row in after[table]]
        assert _ordered(found) == _ordered(expected), table


def _as_restored(table: str, row: dict[str, Any], restored_at: str) -> dict[str, Any]:
    """The row after a restore, which ends every session; invitations do not come back at all."""
    if table == "installation":
        return {name: row[name] for name in ("id", "created_at", "confirmed_at", "confirmed_by")}
    changed: dict[str, Any] = {}
    match table, row.get("state"):
        case "panel_session", _:
            changed = {"ended_at": row["ended_at"] or restored_at}
        case "document", "registered":
            changed = {"due_at": row["posted_at"], "held_by": None}
        case "document", "contingency":
            changed = {"ask_from": row["posted_at"]}
        case "invalidation", "registered" | "contingency":
            changed = {"due_at": row["requested_at"], "held_by": None}
        case "contingency", "open" | "asking" | "filing" | "delivering":
            changed = {"due_at": row["began_at"], "held_by": None, "state": "asking", "attempts": 0}
    return {**row, **changed}


def _ordered(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: repr(sorted(row.items())))
