"""A company with a journal, whose gateway comes and goes and whose database is replaced by an older copy."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from ocote.contingency.piece import WorkLimits
from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.server import RunningEmulator
from ocote.journal.lines import DocumentLine, JournalEntry, JudgedKind, OutcomeLine, decode_line, encode_line
from ocote.parts import Tuning
from ocote.settings import Settings
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import sql
from ocote.store.engine.values import moment_text
from ocote.store.installation import InstallationRow, doubt_numbers, installation
from ocote.store.resuming import resume_all_work
from ocote.vault import new_secret
from tests.builders.company import register_company, write_company
from tests.commands import Ended, Run
from tests.databases import Databases
from tests.e2e.worker import AT_ONCE, a_worker_works
from tests.faults.books import read_rows
from tests.faults.journals import lines_of
from tests.faults.lost_database import copy_of
from tests.ports import free_port
from tests.running_gateway import NEVER, MovableClock, RunningGateway, serving

_TUNING = Tuning(WorkLimits(), AT_ONCE)


@dataclass(frozen=True, slots=True)
class JournaledShop:
    """One company, one MH, one journal, and the database of the moment."""

    emulator: RunningEmulator
    clock: MovableClock
    settings: Settings
    key: str = field(repr=False)
    folder: Path
    made: Databases
    run: Run
    patch: pytest.MonkeyPatch

    @property
    def journal(self) -> Path:
        """The folder of the journal."""
        return self.folder / "journal"

    @property
    def database_url(self) -> str:
        """The database of the moment."""
        return self.settings.database_url

    @contextmanager
    def open(self) -> Iterator[RunningGateway]:
        """The gateway, until the end of the context; no background work runs by itself."""
        with serving(self.settings, self.clock, with_worker=False, tuning=_TUNING) as url:
            yield RunningGateway(
                url, self.key, self.emulator, self.clock, self.database_url, self.settings, self.folder
            )

    def works(self) -> None:
        """The background work does everything there is to do."""
        with self.open() as gateway:
            a_worker_works(gateway)

    def copy(self) -> str:
        """The URL of a copy of the database as it is now."""
        return copy_of(self.database_url, self.folder, self.made)

    def with_database(self, url: str) -> "JournaledShop":
        """The shop with another database in the place of its own, which is lost."""
        return replace(self, settings=replace(self.settings, database_url=url))

    def command(self, *arguments: str, **environ: str) -> Ended:
        """Runs ``ocote ARGUMENTS`` with the settings of the shop."""
        settings = {
            "OCOTE_DATABASE_URL": self.database_url,
            "OCOTE_DATA_DIR": str(self.folder),
            "OCOTE_SECRET_KEY": self.settings.required_secret(),
            "OCOTE_MH_TEST_URL": self.settings.mh_test_url,
            "OCOTE_MH_TIMEOUT": "5",
            "OCOTE_JOURNAL_DIR": str(self.journal),
            **environ,
        }
        for name, value in settings.items():
            self.patch.setenv(name, value)
        return self.run(*arguments)

    def replay(self, *options: str) -> Ended:
        """Runs ``ocote journal replay``."""
        return self.command("journal", "replay", *options)

    def installation(self) -> InstallationRow:
        """The row that says whether numbers may be given out."""

        async def read() -> InstallationRow:
            async with open_store(self.database_url) as store:
                return await store.read(installation)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, read()).result()

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """The rows of a statement on the present database."""

        def values(row: Any) -> tuple[Any, ...]:
            return tuple(row)

        return [values(row) for row in read_rows(self.database_url, sql(text))]

    def segments(self) -> list[Path]:
        """The files of the journal, by number."""
        return sorted(self.journal.glob("ocote-*.journal*"))

    def lines(self, kind: type[JournalEntry]) -> list[Any]:
        """The lines of a kind in the journal."""
        return [line for line in lines_of(self.journal) if isinstance(line, kind)]

    def forget_outcomes(self) -> None:
        """Takes every note about what became of a line out of the journal, as when its process was killed."""
        self._forget(b'"kind":"outcome"')

    def forget_verdicts(self, *of: JudgedKind) -> None:
        """Takes MH's verdicts of some kinds out of the journal, and the notes, which name lines by their numbers."""
        self._forget(b'"kind":"outcome"', *(f'"kind":"verdict","of":"{kind}"'.encode() for kind in of))

    def forget_documents_of_notes(self, since_version: int) -> None:
        """Takes the lists of documents out of the lines of notes, as a program writes them that does not know them."""
        for path in self.segments():
            text = b""
            for written in path.read_bytes().splitlines(keepends=True):
                line = decode_line(written[:-1])
                is_old = isinstance(line, DocumentLine) and line.version >= since_version
                text += encode_line(msgspec.structs.replace(line, adjusted=UNSET)) if is_old else written
            _rewrite(path, text)

    def _forget(self, *parts: bytes) -> None:
        for path in self.segments():
            lines = path.read_bytes().splitlines(keepends=True)
            _rewrite(path, b"".join(line for line in lines if not any(part in line for part in parts)))

    def is_restored(self) -> None:
        """Does to the present database what a command does that has restored it from a backup."""

        async def restored() -> None:
            now = moment_text(self.clock())
            async with open_store(self.database_url) as store:
                await store.write(doubt_numbers, "restored", now)
                await store.write(resume_all_work)

        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, restored()).result()

    def undo(self, *ids: str) -> None:
        """Notes in the journal that the database has undone the work of some documents."""
        for path in self.segments():
            lines = path.read_bytes().splitlines(keepends=True)
            segment = lines[0].partition(b'"id":"')[2][:36].decode()
            for number, line in enumerate(lines, 1):
                if any(f'"document","id":"{name}"'.encode() in line for name in ids):
                    outcome = encode_line(OutcomeLine(segment, (number,), False))
                    with path.open("ab") as file:
                        file.write(outcome)


def _rewrite(path: Path, text: bytes) -> None:
    """Changes the content of a file, which stays the same file."""
    with path.open("r+b") as file:
        file.write(text)
        os.ftruncate(file.fileno(), len(text))


@contextmanager
def journaled_shop(
    database_url: str, folder: Path, made: Databases, run: Run, patch: pytest.MonkeyPatch
) -> Iterator[JournaledShop]:
    """Everything but the gateway; MH ends at the end."""
    (folder / "journal").mkdir()
    company = write_company(folder, f"[editions]\nfrom = {NEVER}\n")
    with RunningEmulator(Registry(load_companies(company)), port=free_port()) as emulator:
        settings = Settings(
            data_dir=folder,
            database_url=database_url,
            secret_key=new_secret(),
            mh_test_url=emulator.url,
            mh_timeout_s=5.0,
            journal_dir=folder / "journal",
            allow_http=True,
        )
        with ThreadPoolExecutor(1) as pool:
            work = register_company(database_url, settings.required_secret(), company)
            key = pool.submit(asyncio.run, work).result()
        yield JournaledShop(emulator, MovableClock(), settings, key, folder, made, run, patch)
