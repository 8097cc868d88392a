"""``ocote doctor`` on the journal."""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from ocote.health.journal import journal_folder
from ocote.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url="postgresql:///ocote")


def test_no_journal_is_worth_a_look(settings: Settings) -> None:
    finding = journal_folder(settings)
    assert finding.level == "warning"
    assert "se pierde lo emitido desde el último respaldo" in finding.seen
    assert "OCOTE_JOURNAL_DIR" in finding.remedy


def test_a_journal_on_another_disk_is_well(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "ocote-9c2d5902-00000001.journal").touch()
    finding = journal_folder(replace(settings, journal_dir=tmp_path))
    assert (finding.level, finding.seen.startswith("un archivo en")) == ("well", True)


def test_a_journal_beside_the_database_would_be_lost_with_it(settings: Settings, tmp_path: Path) -> None:
    database = tmp_path / "ocote.sqlite3"
    database.touch()
    finding = journal_folder(replace(settings, journal_dir=tmp_path, database_url=f"sqlite:///{database}"))
    assert finding.level == "warning"
    assert "en el mismo disco" in finding.seen


def test_a_journal_that_is_missing_or_forbidden_stops_every_sale(settings: Settings, tmp_path: Path) -> None:
    for folder in (tmp_path / "missing", tmp_path / "file"):
        (tmp_path / "file").touch()
        finding = journal_folder(replace(settings, journal_dir=folder))
        assert finding.level == "failed"
        assert "sin diario no se emite nada" in finding.remedy


def test_a_nearly_full_disk_is_a_failure(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    assert journal_folder(replace(settings, journal_dir=tmp_path)).level == "failed"
