"""The database goes away, fills up or turns read-only under load, and comes back."""

import asyncio
import random
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import copyfile

import pytest

from ocote.app import open_parts
from ocote.issuing.timing import StepTimes
from ocote.store.engine.sqlite import SqliteStore
from ocote.store.engine.store import StoreUnavailableError
from tests.databases import Databases, databases
from tests.e2e.in_process import asked, key_holder
from tests.faults.afterwards import settle
from tests.faults.books import compare, gateway_books
from tests.faults.client import Client
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import Operation, ccf, invalidation, purchase, sale
from tests.faults.processes import Gateway, Installation, UnansweredError, installation
from tests.faults.tally import Tally, tally
from tests.running_gateway import running_gateway

_CALLERS = 4
_KINDS: tuple[Callable[[str, str], Operation], ...] = (sale, sale, ccf, purchase)
_PAUSE_S = 0.05
_GOOD_S = 0.6
_BAD_S = 1.0
_DISK_MB = 64
"""Far more than what is sold in the meantime takes."""


@dataclass(slots=True)
class Till:
    """Clients that sell without a pause until they are told to stop."""

    client: Client
    gateway: Gateway
    numbers: Iterator[int]
    over: threading.Event
    refused: int = 0

    def sell(self, seed: float) -> None:
        own = random.Random(seed)
        while not self.over.is_set():
            operation = own.choice(_KINDS)(f"STORE-{next(self.numbers)}", f"{own.randrange(100, 20000) / 100:.2f}")
            with suppress(UnansweredError):
                stands = self.client.ask(self.gateway, operation)
                if stands == "waiting":
                    self.refused += 1
                    self.over.wait(_PAUSE_S)
                elif own.random() < 0.2:
                    self.client.ask(self.gateway, invalidation(operation))


def _under_load(installed: Installation, trouble: Callable[[Gateway], None], name: str, times: int) -> Tally:
    """Trouble so many times while clients sell; then everything is asked again, and the books are compared."""
    client, over = Client(), threading.Event()
    gateway = installed.gateway()
    till = Till(client, gateway, count(1), over)
    with ThreadPoolExecutor(_CALLERS) as pool:
        sellers = [pool.submit(till.sell, random.random()) for _ in range(_CALLERS)]
        try:
            for _ in range(times):
                time.sleep(_GOOD_S)
                trouble(gateway)
            time.sleep(_GOOD_S)
        finally:
            over.set()
        for seller in sellers:
            seller.result()
    client.insist(gateway, FINISH_S)
    await_rest(installed, gateway)
    assert not gateway.is_dead(), "the gateway has to survive"
    findings = compare(installed.database_url, installed.emulator.control, client.asked)
    return tally(name, times, findings, client.changed, f"{till.refused} calls put off with 503")


def restart_postgres(folder: Path, times: int) -> Tally:
    """PostgreSQL is restarted in order and by a crash in turn."""
    modes = iter(("fast", "immediate") * times)
    with databases() as own, installation(own.postgres(), folder) as installed:
        return _under_load(
            installed, lambda _: own.restart_postgres(next(modes)), "PostgreSQL restarted under load", times
        )


def forbid_postgres_to_write(folder: Path, times: int) -> Tally:
    """PostgreSQL is read-only for a while, as a standby is before it takes over."""

    def forbid(own: Databases) -> None:
        own.let_postgres_write(False)
        try:
            time.sleep(_BAD_S)
        finally:
            own.let_postgres_write(True)

    with databases() as own, installation(own.postgres(), folder) as installed:
        return _under_load(installed, lambda _: forbid(own), "PostgreSQL read-only under load", times)


def fill_disk(template: str, folder: Path, times: int) -> Tally:
    """The disk under an SQLite file is full for a while."""
    with small_disk(folder / "disk") as disk:
        copyfile(template.removeprefix("sqlite:///"), disk.folder / "ocote.sqlite3")
        with installation(f"sqlite:///{disk.folder / 'ocote.sqlite3'}", folder) as installed:

            def fill(gateway: Gateway) -> None:
                disk.fill(gateway.child.pid)
                try:
                    time.sleep(_BAD_S)
                finally:
                    disk.clear(gateway.child.pid)

            return _under_load(installed, fill, f"disk full under load, SQLite ({disk.how})", times)


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
            selling = asyncio.create_task(own.gateway.issue_sale(holder, request, StepTimes()))
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
