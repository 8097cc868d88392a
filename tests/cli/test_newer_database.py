"""A program that is older than its database says so, whatever it is asked to do, and leaves the database alone."""

import logging

import pytest

from ocote.store.engine.opening import NEWEST
from ocote.vault import new_secret
from tests.cli.conftest import NIT
from tests.commands import Run, commands_in
from tests.store.versions import NEXT, becomes_newer

SAID = (
    f"Error: La base de datos es de una versión más nueva de ocote ({NEXT}; este programa llega hasta la {NEWEST}): "
    "actualice el programa.\n"
)
WITHOUT_DATABASE = {"secret", "emulator", "demo"}
"""``demo`` has a database of its own, and the same answer."""
CALLS = (
    "serve",
    "worker",
    "migrate",
    "restore --confirm",
    f"export --company {NIT} --from 2026-06-01 --to 2026-06-30 --output junio.zip",
    f"books --company {NIT} --month 2026-06 --output libros",
    "backup copia.zip",
    "restore copia.zip",
    "company add empresa.toml",
    "verify",
    f"company disable {NIT}",
    f"company enable {NIT}",
    "company list",
    f"key create --company {NIT} --pos M001P001",
    "key disable odt_00000000",
    "key list",
    "panel invite",
    "panel reset --email ana@example.com",
    "journal status --journal .",
    "journal replay --journal .",
    "journal prune --journal . --through 1",
    f"number list --company {NIT}",
    f"number set --company {NIT} --pos M001P001 --type 01 --next 1094",
    f"customer list --company {NIT}",
    "customer clear 1 email",
    f"item import articulos.csv --company {NIT}",
    f"item list --company {NIT}",
    f"item export --company {NIT} --output articulos.csv",
    f"item remove CAFE-LB --company {NIT}",
    f"webhook add --company {NIT} --url https://erp.example.com/",
    "webhook remove wh_000000000000",
    "webhook list",
    "webhook events wh_000000000000 --events all",
    "webhook disable wh_000000000000",
    "webhook enable wh_000000000000",
    "webhook rotate wh_000000000000",
    "webhook test wh_000000000000",
    "webhook deliveries",
    "webhook replay 00000000-0000-0000-0000-000000000000",
    "email list",
    "contingency list",
    "contingency show 00000000",
    "contingency set 00000000 --kind 3",
    "contingency file 00000000",
    "contingency retry 00000000",
    "audit verify",
)


@pytest.fixture
def newer(own_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of each kind that a newer program has migrated; it is the one of the commands."""
    becomes_newer(own_database_url)
    monkeypatch.setattr(logging.root, "handlers", [])  # those of an earlier test
    monkeypatch.setenv("OCOTE_DATABASE_URL", own_database_url)
    monkeypatch.setenv("OCOTE_SECRET_KEY", new_secret())
    monkeypatch.setenv("OCOTE_ALLOW_HTTP", "on")


@pytest.mark.usefixtures("newer", "company_file")
def test_every_command_asks_for_a_newer_program_in_one_sentence(run: Run) -> None:
    for call in CALLS:
        ended = run(*call.split())
        assert (call, ended.status, ended.out, ended.err) == (call, 1, "", SAID)


@pytest.mark.usefixtures("newer")
def test_the_doctor_asks_for_a_newer_program(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCOTE_MH_TEST_URL", "http://127.0.0.1:9")
    ended = run("doctor")
    assert ended.status == 1
    assert "es de una versión más nueva de ocote" in ended.out
    assert "Actualice el programa." in ended.out
    assert "ocote migrate" not in ended.out


def test_no_command_was_forgotten_above(run: Run) -> None:
    for command in commands_in(run("--help").out):
        below = commands_in(run(command, "--help").out)
        for path in [f"{command} {one}" for one in below] or [command]:
            asked = any(f"{call} ".startswith(f"{path} ") for call in CALLS)
            assert asked or command in {*WITHOUT_DATABASE, "doctor"}, path
