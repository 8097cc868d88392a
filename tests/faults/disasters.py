"""The database is lost while clients sell, and a backup is all that is left of it; or a backup and the journal."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal

from tests.databases import Databases
from tests.faults.books import Findings, compare, gateway_books
from tests.faults.client import Client
from tests.faults.journals import unjournaled
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import sale
from tests.faults.processes import Gateway, Installation, installation
from tests.faults.storage import Till
from tests.faults.tally import Tally, tally

Kind = Literal["sqlite", "postgres"]

_CALLERS: Final = 4
_COMMAND_S: Final = 120.0
_REFUSED: Final = 8
"""Sales that are tried before anybody confirms a number."""
_AFTERWARDS: Final = 12
_NUMBER: Final = re.compile(r"DTE-(\d\d)-(....)(....)-(\d{15})")

_NUISANCES: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "answer_lost", "endpoint": "reception", "count": 3},
    {"kind": "reject", "endpoint": "reception", "code": "096", "count": 3},
    {"kind": "slow", "endpoint": "reception", "count": None, "seconds": 0.05},
)


@dataclass(slots=True)
class Shop:
    """An installation whose database may be lost, with everything its clients have asked for."""

    installed: Installation
    databases: Databases
    kind: Kind
    client: Client
    numbers: Iterator[int]

    def gateway(self) -> Gateway:
        return self.installed.gateway()

    def command(self, name: str, *arguments: str) -> str:
        """Runs a command that has to succeed; returns its output."""
        child = self.installed.run(name, *arguments)
        status = child.wait(_COMMAND_S)
        assert status == 0, f"ocote {' '.join(arguments)} ended with {status}: {child.written()[-2000:]}"
        return child.written()

    def loses_its_database(self) -> None:
        """Nothing of the database is left; the place of the next one is empty."""
        url = self.installed.database_url
        if self.kind == "sqlite":
            path = Path(url.removeprefix("sqlite:///"))
            for each in path.parent.glob(f"{path.name}*"):
                if each.is_file():
                    each.unlink()
        else:
            self.databases.drop_postgres(url)
            self.installed = replace(self.installed, database_url=self.databases.empty_postgres())


@contextmanager
def _shop(own: Databases, kind: Kind, folder: Path, environ: dict[str, str]) -> Iterator[Shop]:
    url = own.sqlite() if kind == "sqlite" else own.postgres()
    with installation(url, folder, environ) as installed:
        yield Shop(installed, own, kind, Client(), count(1))


@contextmanager
def _selling(till: Till) -> Iterator[None]:
    """Clients sell without a pause, until the end."""
    with ThreadPoolExecutor(_CALLERS) as pool:
        sellers = [pool.submit(till.sell, random.random()) for _ in range(_CALLERS)]
        try:
            yield
        finally:
            till.over.set()
        for seller in sellers:
            seller.result()


def lose_database_with_journal(own: Databases, kind: Kind, folder: Path, times: int) -> Tally:
    """A backup is made under load, clients sell on, the process is killed and its database removed, so many times.

    Each time the backup is restored and the journal replayed; at the end every reference is asked for again.
    """
    journal = folder / "journal"
    journal.mkdir()
    issued_after = 0
    with _shop(own, kind, folder, {"OCOTE_JOURNAL_DIR": str(journal)}) as shop:
        for number in range(times):
            gateway = shop.gateway()
            till = Till(shop.client, gateway, shop.numbers)
            backup = folder / f"backup-{number}.zip"
            with _selling(till):
                till.sells_on()
                shop.command(f"backup-{number}", "backup", str(backup))
                before = len(till.stamped)
                shop.installed.emulator.control.fault(**_NUISANCES[number % len(_NUISANCES)])
                till.sells_on()
                shop.installed.emulator.control.behave()
                if number % 2:
                    shop.installed.emulator.control.fault("down", count=None)
                    till.is_put_off()
                issued_after += len(till.stamped) - before
                gateway.kill()
            shop.installed.emulator.control.behave()
            shop.loses_its_database()
            shop.command(f"restore-{number}", "restore", str(backup))
        gateway = shop.gateway()
        shop.client.insist(gateway, FINISH_S)
        await_rest(shop.installed, gateway)
        findings = compare(shop.installed.database_url, shop.installed.emulator.control, shop.client.asked)
        findings.lost.extend(unjournaled(shop.installed.database_url, journal))
        remark = f"{issued_after} stamped after the backups"
    return tally(f"database lost, backup and journal, {kind}", times, findings, shop.client.changed, remark)


def lose_database_without_journal(own: Databases, kind: Kind, folder: Path) -> Tally:
    """A backup is all that is left: nothing is issued before a person has confirmed the numbers, and then all is right.

    Lost are the sales between backup and disaster, which nobody can know; everything else counts.
    """
    with _shop(own, kind, folder, {}) as shop:
        control = shop.installed.emulator.control
        gateway = shop.gateway()
        backup = folder / "backup.zip"
        till = Till(shop.client, gateway, shop.numbers, may_cancel=False)
        with _selling(till):
            till.sells_on()
            shop.command("backup", "backup", str(backup))
        shop.client.insist(gateway, FINISH_S)
        lost_client = Client()
        lost = Till(lost_client, gateway, shop.numbers, may_cancel=False)
        with _selling(lost):
            lost.sells_on()
            gateway.kill()
        shop.loses_its_database()
        shop.command("restore", "restore", str(backup))
        known = set(gateway_books(shop.installed.database_url))
        gateway = shop.gateway()
        findings = Findings()
        at_mh = len(control.documents())
        findings.doubled.extend(_issued_unconfirmed(gateway, shop))
        if len(control.documents()) != at_mh:
            findings.doubled.append("MH got a document before anybody had confirmed the numbers")
        _confirm(shop)
        afterwards = Client()
        afterwards.ask_all(gateway, [sale(f"AFTER-{number}") for number in range(_AFTERWARDS)])
        afterwards.insist(gateway, FINISH_S)
        await_rest(shop.installed, gateway)
        books = gateway_books(shop.installed.database_url)
        wanted = {*known, *(operation.reference for operation in afterwards.asked)}
        findings.lost.extend(f"{ref} is not here" for ref in wanted - books.keys())
        findings.lost.extend(f"{ref} is {row['state']}" for ref, row in books.items() if row["state"] == "registered")
        findings.doubled.extend(f"{ref}: nobody asked for it" for ref in books.keys() - wanted)
        findings.skipped.extend(_gaps(str(document["control_number"]) for document in control.documents()))
        remark = f"{len(lost.stamped)} sales stamped after the backup, unknown to it"
        findings = replace(findings, documents=len(books))
    return tally(f"database lost, backup alone, {kind}", 1, findings, afterwards.changed, remark)


def _issued_unconfirmed(gateway: Gateway, shop: Shop) -> Iterable[str]:
    """Every sale has to be refused, under a new reference."""
    for _ in range(_REFUSED):
        reference = f"EARLY-{next(shop.numbers)}"
        status, answer = gateway.issue(reference)
        if (status, answer.get("code")) != (409, "numbers_unconfirmed"):
            yield f"{reference} was answered {status} {answer.get('code')}"


def _confirm(shop: Shop) -> None:
    """Sets each counter by the last ticket of its till, as MH knows the ticket, and confirms."""
    last: dict[tuple[str, str, str], int] = defaultdict(int)
    nit = ""
    for document in shop.installed.emulator.control.documents():
        doc_type, branch, point, number = _parts(str(document["control_number"]))
        last[doc_type, branch, point] = max(last[doc_type, branch, point], number)
        nit = str(document["nit"])
    for (doc_type, branch, point), number in last.items():
        arguments = ("--company", nit, "--pos", branch + point, "--type", doc_type, "--next", str(number + 1))
        shop.command(f"set-{doc_type}", "number", "set", *arguments)
    shop.command("confirm", "restore", "--confirm")


def _parts(control_number: str) -> tuple[str, str, str, int]:
    found = _NUMBER.fullmatch(control_number)
    assert found is not None, control_number
    return found[1], found[2], found[3], int(found[4])


def _gaps(control_numbers: Iterable[str]) -> Iterable[str]:
    """Numbers that nobody at MH bears, between the first and the last of a series."""
    given: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for control_number in control_numbers:
        doc_type, branch, point, number = _parts(control_number)
        given[doc_type, branch, point].add(number)
    for series, numbers in given.items():
        missing = set(range(1, max(numbers) + 1)) - numbers
        yield from (f"number {number} of {'/'.join(series)} was skipped" for number in sorted(missing))
