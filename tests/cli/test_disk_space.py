"""The doctor tells how much room is left on the disk."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from ocote.health.disk import disk_space
from ocote.health.finding import Level
from ocote.settings import Settings

GIB = 1024**3


@pytest.mark.parametrize(
    ("free", "level"), [(0, "failed"), (GIB - 1, "failed"), (GIB, "warning"), (15 * GIB, "well"), (900 * GIB, "well")]
)
@pytest.mark.parametrize("url", ["sqlite:///{folder}/uno/dos/ocote.sqlite3", "postgresql://ocote@db.example.com/ocote"])
def test_a_disk_is_judged_by_its_free_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, free: int, level: Level
) -> None:
    asked: list[Path] = []

    def usage(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    settings = Settings(data_dir=tmp_path / "data", database_url=url.format(folder=tmp_path))
    finding = disk_space(settings)
    assert finding.level == level
    assert bool(finding.remedy) == (level != "well")
    assert asked == [tmp_path], "the folders below do not exist yet"
