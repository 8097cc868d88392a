"""A database and a company file for the commands."""

from pathlib import Path

import pytest

from ocote.vault import new_secret
from tests.builders.certificate import crt
from tests.builders.company import company_file as company_text
from tests.commands import run
from tests.databases import Databases

__all__ = ["run"]

NIT = "06149999990012"


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, all_databases: Databases) -> str:
    """A migrated database and a secret, named in the environment; returns the database's URL."""
    url = all_databases.sqlite()
    monkeypatch.setenv("OCOTE_DATABASE_URL", url)
    monkeypatch.setenv("OCOTE_SECRET_KEY", new_secret())
    return url


@pytest.fixture
def company_file(tmp_path: Path) -> Path:
    """A company file with its certificate beside it."""
    (tmp_path / f"{NIT}.crt").write_bytes(crt(nit=NIT))
    path = tmp_path / "empresa.toml"
    name = "Comercial El Ejemplo, S.A. de C.V."
    path.write_text(company_text(nit=NIT, name=name, trade_name=name), encoding="utf-8")
    return path
