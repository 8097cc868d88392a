"""Kills ``ocote backup`` and ``ocote restore`` at every step they make, and gives the same command again.

A backup that was killed leaves no file under its name, a restore leaves its place empty; the gateway over the restored
database goes on where the backup ended.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final
from uuid import uuid4

import asyncpg

from tests.backups.contents import assert_restored, confirm_numbers, everything
from tests.faults.books import compare
from tests.faults.client import Client
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import ccf, sale
from tests.faults.processes import Installation, installation
from tests.faults.tally import Tally, tally

_COMMAND_S: Final = 120.0
_SALES: Final = 5

BACKUP_STEPS: Final = (
    "before-step:backup.table",
    "after-step:backup.table",
    "before-step:backup.table:12",
    "before-step:backup.manifest",
    "after-step:backup.manifest",
    "before-step:backup.place",
)
"""Points before the file has its name; the twelfth table is that of the documents."""
BACKED_UP: Final = (
    "after-step:backup.place",
    "before-commit:recording.record_backup",
    "after-commit:recording.record_backup",
)
RESTORE_STEPS: Final = (
    "before-step:restore.tables",
    "after-step:restore.tables",
    "before-step:restore.fill",
    "after-step:restore.fill:12",
    "before-step:restore.complete",
    "after-step:restore.complete",
    "before-step:restore.place",
)
"""Points before the restored database is at its place."""
RESTORED: Final = "after-step:restore.place"


def visited() -> set[str]:
    """Every point that one of the commands dies at."""
    points = (*BACKUP_STEPS, *BACKED_UP, *RESTORE_STEPS, RESTORED)
    return {":".join(point.split(":")[:2]) for point in points}


def kill_backups(database_url: str, folder: Path) -> Tally:
    """Some sales, deaths of the backup, deaths of the restore, and further sales from what was restored.

    Raises AssertionError when a command does not die, or leaves anything half done.
    """
    client, numbers = Client(), count(1)
    with installation(database_url, folder) as installed, _another_place(database_url, folder) as place:
        gateway = installed.gateway()
        client.ask_all(gateway, [sale(f"BEFORE-{number}") for number in range(_SALES)])
        client.ask_all(gateway, [ccf("BEFORE-CCF")])
        client.insist(gateway, FINISH_S)
        gateway.kill()
        for point in BACKUP_STEPS:
            file = folder / f"copia-{next(numbers)}.zip"
            _dies(installed, point, "backup", str(file))
            assert not file.exists(), point
            _ends(installed, 0, "backup", str(file))
            assert not file.with_name(f"{file.name}.part").exists(), point
        for point in BACKED_UP:
            file = folder / f"copia-{next(numbers)}.zip"
            _dies(installed, point, "backup", str(file))
            _ends(installed, 0, "restore", "--check", str(file))
        there = replace(installed, database_url=place)
        for point in RESTORE_STEPS:
            _dies(there, point, "restore", str(file))
        _dies(there, RESTORED, "restore", str(file))
        _ends(there, 1, "restore", str(file))
        assert_restored(everything(database_url), everything(place))
        confirm_numbers(place)
        gateway = there.gateway()
        client.ask_all(gateway, [*client.asked, *(sale(f"AFTER-{number}") for number in range(_SALES))])
        client.insist(gateway, FINISH_S)
        await_rest(there, gateway)
        findings = compare(place, installed.emulator.control, client.asked)
        kills = len(BACKUP_STEPS) + len(BACKED_UP) + len(RESTORE_STEPS) + 1
        kind = database_url.partition(":")[0]
        return tally(f"killed while backing up and restoring, {kind}", kills, findings, client.changed)


def _dies(installed: Installation, point: str, *arguments: str) -> None:
    name = point.replace(":", "-")
    child = installed.run(name, *arguments, dies_at=point)
    assert child.wait(_COMMAND_S) == -signal.SIGKILL, f"{point}: {child.written()}"


def _ends(installed: Installation, status: int, *arguments: str) -> None:
    child = installed.run(f"ends-{arguments[0]}", *arguments)
    assert child.wait(_COMMAND_S) == status, child.written()


@contextmanager
def _another_place(database_url: str, folder: Path) -> Iterator[str]:
    """An empty place for a database of the same kind."""
    if database_url.startswith("sqlite:"):
        yield f"sqlite:///{folder / 'restored.sqlite3'}"
        return
    name = f"t{uuid4().hex}"
    beginning, _, end = database_url.partition("?")
    asyncio.run(_execute(database_url, f'CREATE DATABASE "{name}"'))
    yield f"{beginning.rpartition('/')[0]}/{name}?{end}"
    asyncio.run(_execute(database_url, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
