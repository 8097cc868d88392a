"""Runs the command line in this process, on a database of its own."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ocote.cli import main
from ocote.vault import new_secret
from tests.builders.certificate import PASSWORD, crt
from tests.databases import Databases

NIT = "06149999990012"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs ``ocote ARGUMENTS`` in an empty folder, without any variable of the developer's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run_it(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["ocote", *arguments])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        said = capsys.readouterr()
        return Ended(status, said.out, said.err)

    return run_it


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
    (tmp_path / "empresa.crt").write_bytes(crt(nit=NIT))
    path = tmp_path / "empresa.toml"
    path.write_text(
        f"""
nit = "{NIT}"
nrc = "123456-7"
name = "Comercial El Ejemplo, S.A. de C.V."
activity_code = "47190"
environment = "00"
phone = "22220000"
email = "facturas@example.com"
[address]
district = "San Salvador"
complement = "Calle Arce 100"
[mh]
user = "{NIT}"
password = "Clave#2026"
certificate = "empresa.crt"
certificate_password = "{PASSWORD}"
[responsible]
name = "Persona de Prueba"
document_type = "13"
document_number = "00000001-8"
[[branch]]
code = "M001"
[[branch.pos]]
code = "P001"
""",
        encoding="utf-8",
    )
    return path
