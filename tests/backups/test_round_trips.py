"""A database of any kind and version is restored to either kind, row for row, and the gateway goes on from there."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest

from ocote import logs
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import NEWEST, open_store
from ocote.store.engine.statement import Transaction, sql
from tests.backups.contents import assert_restored, confirm_numbers, everything
from tests.builders.certificate import PASSWORD
from tests.builders.company import MH_PASSWORD
from tests.commands import Run, run
from tests.databases import Databases
from tests.e2e.worker import a_worker_works
from tests.faults.books import compare, gateway_books
from tests.faults.operations import Operation
from tests.histories.history import DOC_TYPES, ENGINES, History, histories
from tests.histories.life import issue

__all__ = ["run"]

_NOW = "2026-11-20T18:00:00.000000Z"
_SEGMENTS = sql("""
    INSERT INTO journal_segment (number, id, opened_at, closed_at)
    VALUES (1001, 'a', :now, :now), (1002, 'b', :now, NULL), (1003, 'c', :now, :now)""")
_CHANGE = sql("""
    INSERT INTO number_change (id, company_id, doc_type, branch_code, pos_code, year, next_before, next, changed_at,
                               changed_by)
    SELECT 'n', min(id), '01', 'M001', 'P001', 2026, 1, 1094, :now, 'ana' FROM company""")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """The rows of a database of a history, which is gone, and its backup."""

    history: History
    before: dict[str, Any]
    file: Path

    @property
    def manifest(self) -> dict[str, Any]:
        with ZipFile(self.file) as archive:
            read: dict[str, Any] = json.loads(archive.read("manifest.json"))
            return read


def _every_kind_of_row() -> Transaction[None]:
    yield _SEGMENTS(now=_NOW)
    yield _CHANGE(now=_NOW)


async def _complete(url: str) -> None:
    async with open_store(url) as store:
        await store.write(_every_kind_of_row)


def _versions(history: History) -> list[str]:
    """The versions in which a history is backed up: its own, and for the last one that of today too."""
    is_last = history.version == histories()[-1].version
    return sorted({history.version, NEWEST} if is_last else {history.version})


CASES: Final = [(history, version) for history in histories() for version in _versions(history)]


def _name(case: tuple[History, str]) -> str:
    history, version = case
    return f"{history.engine}-{version}"


@pytest.fixture(params=CASES, ids=_name)
def backed_up(
    request: pytest.FixtureRequest,
    all_databases: Databases,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> BackedUp:
    """``ocote backup`` of a history, and of one with today's tables and every kind of row."""
    history, version = request.param
    monkeypatch.setattr(logs, "configure", lambda _level: None)  # the log of this process is not the command's
    monkeypatch.setenv("OCOTE_SECRET_KEY", history.facts()["secret"])
    file = tmp_path / "copia.zip"
    with history.loaded(all_databases, tmp_path) as url:
        if version == NEWEST:
            migrate(url)
            asyncio.run(_complete(url))
        before = everything(url)
        monkeypatch.setenv("OCOTE_DATABASE_URL", url)
        made = run("backup", str(file))
        assert made.status == 0, made
    return BackedUp(history, before, file)


@pytest.fixture(params=ENGINES, ids=lambda engine: f"to-{engine}")
def restored_url(
    request: pytest.FixtureRequest,
    backed_up: BackedUp,
    all_databases: Databases,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The database of each kind that ``ocote restore`` has made of the backup."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'neu.sqlite3'}" if on_sqlite else all_databases.empty_postgres()
    monkeypatch.setenv("OCOTE_DATABASE_URL", url)
    done = run("restore", str(backed_up.file))
    assert (done.status, done.err) == (0, ""), done
    yield url
    if not on_sqlite:
        all_databases.drop_postgres(url)


@pytest.mark.slow
def test_every_row_comes_back_and_the_gateway_finishes_what_was_begun(
    backed_up: BackedUp, restored_url: str, tmp_path: Path
) -> None:
    assert_restored(backed_up.before, everything(restored_url))
    confirm_numbers(restored_url)
    facts = backed_up.history.facts()
    with backed_up.history.opened(restored_url, tmp_path) as gateway:
        for doc_type in DOC_TYPES:
            answer = issue(gateway, doc_type, f"new-{doc_type}")
            assert answer["dte_success"] is True, answer
        a_worker_works(gateway)
        gateway.time_passes(minutes=2)
        a_worker_works(gateway)
        for reference, before in facts["documents"].items():
            if before["rejected"]:
                issue(gateway, before["doc_type"], reference)
        assert {row["state"] for row in gateway_books(restored_url).values()} == {"stamped"}
        new = (f"new-{doc_type}" for doc_type in DOC_TYPES)
        asked = [Operation("sale", reference, "", {}) for reference in (*facts["documents"], *new)]
        assert compare(restored_url, gateway.emulator.control, asked).all == []


def test_the_manifest_tells_what_the_tables_hold(backed_up: BackedUp) -> None:
    manifest, before = backed_up.manifest, backed_up.before
    assert {table["name"]: table["rows"] for table in manifest["tables"]} == {
        name: len(rows) for name, rows in before.items()
    }
    latest = max(before["document"], key=lambda row: (row["posted_at"], row["id"]))
    assert manifest["documents"] == len(before["document"])
    assert manifest["last_document"]["control_number"] == latest["control_number"]
    assert sorted(counter["last"] for counter in manifest["counters"]) == sorted(
        row["last"] for row in before["correlative"]
    )
    segments = before.get("journal_segment", [])
    still_open = [row["number"] for row in segments if row["closed_at"] is None]
    behind_the_last = max((row["number"] for row in segments), default=0) + 1
    assert manifest["journal"]["first_needed"] == min(still_open, default=behind_the_last)
    assert manifest["installation"] == (before["installation"][0]["id"] if "installation" in before else None)
    assert len(manifest["secrets"]) == 1


def test_no_secret_stands_in_the_file_in_clear(backed_up: BackedUp) -> None:
    facts = backed_up.history.facts()
    with ZipFile(backed_up.file) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (facts["secret"], facts["key"], MH_PASSWORD, PASSWORD):
        assert secret.encode() not in text
