"""The database goes away, fills up or turns read-only under load, and comes back."""

import asyncio
import random
import resource
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from shutil import copyfile

import pytest

from ocote.parts import open_parts
from ocote.store.engine.sqlite import SqliteStore
from ocote.store.engine.store import StoreUnavailableError
from tests.databases import Databases, databases
from tests.e2e.in_process import asked, issue_sale, key_holder
from tests.faults.afterwards import settle
from tests.faults.books import compare, gateway_books
from tests.faults.client import Client
from tests.faults.journals import unjournaled
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import Operation, ccf, invalidation, purchase, sale
from tests.faults.processes import Gateway, Installation, UnansweredError, installation
from tests.faults.tally import Tally, tally
from tests.running_gateway import running_gateway
from tests.waiting import until

_CALLERS = 4
_KINDS: tuple[Callable[[str, str], Operation], ...] = (sale, sale, ccf, purchase)
_PAUSE_S = 0.05
_STAMPED = 20
"""So many sales go through between two troubles."""
_REFUSED = 12
"""So many calls are put off in a trouble."""
_DISK_MB = 64
"""Far more than what is sold in the meantime takes."""


@dataclass(slots=True)
class Till:
    """Clients that sell without a pause until ``over`` is set."""

    client: Client
    gateway: Gateway
    numbers: Iterator[int]
    may_cancel: bool = True
    over: threading.Event = field(default_factory=threading.Event)
    stamped: list[Operation] = field(default_factory=list)
    refused: list[Operation] = field(default_factory=list)

    def sell(self, seed: float) -> None:
        own = random.Random(seed)
        while not self.over.is_set():
            operation = own.choice(_KINDS)(f"STORE-{next(self.numbers)}", f"{own.randrange(100, 20000) / 100:.2f}")
            with suppress(UnansweredError):
                stands = self.client.ask(self.gateway, operation)
                if stands == "waiting":
                    self.refused.append(operation)
                    self.over.wait(_PAUSE_S)
                if stands != "stamped":
                    continue
                self.stamped.append(operation)
                if self.may_cancel and own.random() < 0.2:
                    self.client.ask(self.gateway, invalidation(operation))

    def sells_on(self) -> None:
        """Returns when more sales have been stamped."""
        enough = len(self.stamped) + _STAMPED
        until(lambda: len(self.stamped) >= enough)

    def is_put_off(self) -> None:
        """Returns when more calls have been refused for now."""
        enough = len(self.refused) + _REFUSED
        until(lambda: len(self.refused) >= enough)


def _under_load(installed: Installation, trouble: Callable[[Till], None], name: str, times: int) -> Tally:
    """Trouble so many times while clients sell; then everything is asked again, and the books are compared."""
    client, gateway = Client(), installed.gateway()
    till = Till(client, gateway, count(1))
    with ThreadPoolExecutor(_CALLERS) as pool:
        sellers = [pool.submit(till.sell, random.random()) for _ in range(_CALLERS)]
        try:
            for _ in range(times):
                till.sells_on()
                trouble(till)
            till.sells_on()
        finally:
            till.over.set()
        for seller in sellers:
            seller.result()
    client.insist(gateway, FINISH_S)
    await_rest(installed, gateway)
    assert not gateway.is_dead(), "the gateway has to survive"
    findings = compare(installed.database_url, installed.emulator.control, client.asked)
    return tally(name, times, findings, client.changed, f"{len(till.refused)} calls put off with 503")


def restart_postgres(folder: Path, times: int) -> Tally:
    """PostgreSQL is restarted in order and by a crash in turn."""
    modes = iter(("fast", "immediate") * times)
    with databases() as own, installation(own.postgres(), folder) as installed:
        return _under_load(
            installed, lambda _: own.restart_postgres(next(modes)), "PostgreSQL restarted under load", times
        )


def forbid_postgres_to_write(folder: Path, times: int) -> Tally:
    """PostgreSQL is read-only for a while, as a standby is before it takes over."""

    def forbid(own: Databases, till: Till) -> None:
        own.let_postgres_write(False)
        try:
            till.is_put_off()
        finally:
            own.let_postgres_write(True)

    with databases() as own, installation(own.postgres(), folder) as installed:
        return _under_load(installed, lambda till: forbid(own, till), "PostgreSQL read-only under load", times)


def fill_disk(template: str, folder: Path, times: int) -> Tally:
    """The disk under an SQLite file is full for a while."""
    with small_disk(folder / "disk") as disk:
        copyfile(template.removeprefix("sqlite:///"), disk.folder / "ocote.sqlite3")
        with installation(f"sqlite:///{disk.folder / 'ocote.sqlite3'}", folder) as installed:

            def fill(till: Till) -> None:
                disk.fill(till.gateway.child.pid)
                try:
                    till.is_put_off()
                finally:
                    disk.clear(till.gateway.child.pid)

            return _under_load(installed, fill, f"disk full under load, SQLite ({disk.how})", times)


def fill_journal_disk(database_url: str, folder: Path, times: int) -> Tally:
    """The disk of the journal is full for a while."""
    with (
        small_disk(folder / "journal") as disk,
        installation(database_url, folder, {"OCOTE_JOURNAL_DIR": str(disk.folder)}) as installed,
    ):

        def fill(till: Till) -> None:
            disk.fill(till.gateway.child.pid)
            try:
                till.is_put_off()
            finally:
                disk.clear(till.gateway.child.pid)

        return _with_journal(installed, disk.folder, fill, f"disk of the journal full under load ({disk.how})", times)


def lose_journal_disk(database_url: str, folder: Path, times: int) -> Tally:
    """The folder of the journal is away for a while, as a share whose machine restarts."""
    place = folder / "journal"
    place.mkdir()

    def lose(till: Till) -> None:
        away = place.rename(folder / "away")
        try:
            till.is_put_off()
        finally:
            away.rename(place)

    with installation(database_url, folder, {"OCOTE_JOURNAL_DIR": str(place)}) as installed:
        return _with_journal(installed, place, lose, "journal missing under load", times)


def _with_journal(
    installed: Installation, journal: Path, trouble: Callable[[Till], None], name: str, times: int
) -> Tally:
    """As ``_under_load``; at the end every signed text of the database has to be in the journal."""
    line = _under_load(installed, trouble, name, times)
    missing = unjournaled(installed.database_url, journal)
    return replace(line, lost=line.lost + len(missing), findings=(*line.findings, *missing))


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder on a disk that can be filled up for a process and cleared again."""

    folder: Path
    how: str
    fill: Callable[[int], None]
    clear: Callable[[int], None]


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A file system of its own where this user may mount one; otherwise a limit on the size of the process's files."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        yield SmallDisk(folder, "limited files", _limit_files(folder), _free_files)
        return
    ballast = folder / "ballast"

    def fill(_: int) -> None:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                continue

    try:
        yield SmallDisk(folder, "a full file system", fill, lambda _: ballast.unlink())
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _limit_files(folder: Path) -> Callable[[int], None]:
    def limit(pid: int) -> None:
        largest = max(file.stat().st_size for file in folder.iterdir() if file.is_file())
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest // 2, resource.RLIM_INFINITY))

    return limit


def _free_files(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def forbid_sqlite_to_write(database_url: str, folder: Path, times: int) -> Tally:
    """The SQLite file turns read-only before, and in the middle of, a sale."""
    client = Client()

    async def sell(operation: Operation, commits: int) -> None:
        async with open_parts(gateway.settings, clock=gateway.clock) as own:
            assert isinstance(own.store, SqliteStore)
            holder = await key_holder(own, gateway)
            request = asked(dict(operation.body))
            last = own.store.commits + commits
            selling = asyncio.create_task(issue_sale(own, holder, request))
            while own.store.commits < last:  # noqa: ASYNC110 - there is nothing to be told by
                await asyncio.sleep(0)
            own.store._writer.execute("PRAGMA query_only = ON")
            with pytest.raises(StoreUnavailableError):
                await selling

    with running_gateway(database_url, folder) as gateway:
        for number, commits in zip(range(times), (0, 1) * times, strict=False):
            operation = sale(f"READ-ONLY-{number}")
            client.asked.append(operation)
            client.open[operation.kind, operation.reference] = operation
            gateway.emulator.control.fault("slow", "reception", seconds=0.2)
            asyncio.run(sell(operation, commits))
            kept = gateway_books(database_url).keys()
            assert (operation.reference in kept) == bool(commits), "all of it is kept, or nothing"
            gateway.emulator.control.behave()
        settle(gateway, client, "read-only")
        findings = compare(database_url, gateway.emulator.control, client.asked)
    return tally("SQLite read-only", times, findings, client.changed)
