"""A database of any kind and version is restored to either kind, row for row, and the gateway goes on from there."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
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
class Copied:
    """A database with every kind of row, its backup, and the database that was restored from it."""

    history: History
    before: dict[str, Any]
    file: Path
    url: str

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


CASES = [
    (history, version, target)
    for history in histories()
    for version in sorted(
        {history.version, NEWEST} if history.version == histories()[-1].version else {history.version}
    )
    for target in ENGINES
]


def _name(case: tuple[History, str, str]) -> str:
    history, version, target = case
    return f"{history.engine}-{version}-to-{target}"


@pytest.fixture(params=CASES, ids=_name)
def copied(
    request: pytest.FixtureRequest,
    all_databases: Databases,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Copied]:
    """``ocote backup`` of a history and ``ocote restore``, by way of the commands; of today's tables too."""
    history, version, target = request.param
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
    restored = f"sqlite:///{tmp_path / 'neu.sqlite3'}" if target == "sqlite" else all_databases.empty_postgres()
    monkeypatch.setenv("OCOTE_DATABASE_URL", restored)
    done = run("restore", str(file))
    assert (done.status, done.err) == (0, ""), done
    yield Copied(history, before, file, restored)
    if target == "postgres":
        all_databases.drop_postgres(restored)


@pytest.mark.slow
def test_every_row_comes_back_and_the_gateway_finishes_what_was_begun(copied: Copied, tmp_path: Path) -> None:
    assert_restored(copied.before, everything(copied.url))
    confirm_numbers(copied.url)
    facts = copied.history.facts()
    with copied.history.opened(copied.url, tmp_path) as gateway:
        for doc_type in DOC_TYPES:
            answer = issue(gateway, doc_type, f"new-{doc_type}")
            assert answer["dte_success"] is True, answer
        a_worker_works(gateway)
        gateway.time_passes(minutes=2)
        a_worker_works(gateway)
        for reference, before in facts["documents"].items():
            if before["rejected"]:
                issue(gateway, before["doc_type"], reference)
        assert {row["state"] for row in gateway_books(copied.url).values()} == {"stamped"}
        new = (f"new-{doc_type}" for doc_type in DOC_TYPES)
        asked = [Operation("sale", reference, "", {}) for reference in (*facts["documents"], *new)]
        assert compare(copied.url, gateway.emulator.control, asked).all == []


def test_the_manifest_tells_what_the_tables_hold(copied: Copied) -> None:
    manifest, before = copied.manifest, copied.before
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


def test_no_secret_stands_in_the_file_in_clear(copied: Copied) -> None:
    facts = copied.history.facts()
    with ZipFile(copied.file) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (facts["secret"], facts["key"], MH_PASSWORD, PASSWORD):
        assert secret.encode() not in text
