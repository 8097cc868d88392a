"""A small installation with sealed secrets, and its backup."""

import asyncio
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import json, structs

from ocote.backups.making import make_backup
from ocote.backups.manifest import Manifest, checksum_of, encode_manifest
from ocote.clock import Clock
from ocote.store.engine.opening import open_store
from ocote.vault import new_secret
from tests.builders.company import register_company, write_company
from tests.databases import Databases
from tests.store.rows import add_document

MADE_AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
DOCUMENTS = 3


def noon() -> datetime:
    """The moment of the backup, noon in El Salvador."""
    return MADE_AT


@dataclass(frozen=True, slots=True)
class Small:
    """A database with a company and some documents, its secret, and its backup."""

    url: str
    secret: str
    file: Path

    def members(self) -> dict[str, bytes]:
        """The content of each member of the file."""
        with zipfile.ZipFile(self.file) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def made(url: str, file: Path, clock: Clock = noon, passed: Callable[[int, int], None] | None = None) -> None:
    """Makes a backup."""
    asyncio.run(make_backup(url, file, clock, passed or (lambda _rows, _total: None)))


@pytest.fixture(scope="session")
def small_template(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Small:
    """One small installation for all tests, which copy what they change."""
    folder = tmp_path_factory.mktemp("small")
    url, secret = all_databases.sqlite(), new_secret()
    asyncio.run(_fill(url, secret, folder))
    made(url, folder / "copia.zip")
    return Small(url, secret, folder / "copia.zip")


async def _fill(url: str, secret: str, folder: Path) -> None:
    await register_company(url, secret, write_company(folder))
    async with open_store(url) as store:
        for _ in range(DOCUMENTS):
            await store.write(add_document, 1)


@pytest.fixture
def small(small_template: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A small installation with its backup; the environment names its secret and an empty place for a database."""
    shutil.copy(small_template.file, tmp_path / "copia.zip")
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'nueva.sqlite3'}")
    monkeypatch.setenv("OCOTE_SECRET_KEY", small_template.secret)
    return Small(small_template.url, small_template.secret, tmp_path / "copia.zip")


def rewrite(file: Path, members: Mapping[str, bytes], **changes: Any) -> None:
    """Writes a backup again as its program would: with other members, or another manifest, and right checksums."""
    content = dict(members)
    if changes:
        manifest = json.decode(content["manifest.json"], type=Manifest)
        content["manifest.json"] = encode_manifest(structs.replace(manifest, **changes))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
        archive.comment = checksum_of(content["manifest.json"])
