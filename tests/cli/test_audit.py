"""``ocote audit verify``: the chain from its beginning, and the hash to keep elsewhere."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import NIT
from tests.commands import Run


def _head(text: str) -> str:
    found = re.search("Huella del final: ([0-9a-f]{64})", text)
    assert found is not None, text
    return found[1]


def _damaged(url: str, statement: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(statement)


def test_a_log_without_entries_is_whole(run: Run, configured: str) -> None:
    ended = run("audit", "verify")
    assert (ended.status, ended.out.splitlines()[0]) == (0, "✓ Bitácora: 0 asientos, y cada uno sigue al anterior.")
    assert run("audit", "verify", "--expect", _head(ended.out)).status == 0


def test_acts_of_commands_follow_each_other_and_damage_is_named(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    key = run("key", "create", "--company", NIT, "--pos", "M001P001").out.strip()
    run("number", "set", "--company", NIT, "--pos", "M001P001", "--type", "01", "--next", "50")
    kept = _head(run("audit", "verify").out)
    run("key", "disable", key[:12])
    assert run("audit", "verify").out.startswith("✓ Bitácora: 4 asientos, y cada uno sigue al anterior.")
    assert run("verify").out.endswith("✓ Todo concuerda.\n")
    assert run("audit", "verify", "--expect", kept).status == 0
    assert key not in Path(configured.removeprefix("sqlite:///")).read_bytes().decode("latin-1")

    _damaged(configured, "DELETE FROM audit_entry WHERE number = 4")
    assert run("audit", "verify").status == 0
    _damaged(configured, "UPDATE audit_entry SET after = '{}' WHERE number = 2")
    ended = run("audit", "verify", "--expect", kept)
    assert ended.status == 1
    assert "el asiento 2 no es el que se escribió. Antes de ese hay 1 asiento sin cambios" in ended.out
    assert run("verify").out.endswith("✗ El archivo concuerda, pero la bitácora no está entera.\n")


def test_entries_that_were_taken_from_the_end_are_missed(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    kept = _head(run("audit", "verify").out)
    _damaged(configured, "DELETE FROM audit_entry")
    ended = run("audit", "verify", "--expect", kept)
    assert ended.status == 1
    assert "ningún asiento tiene la huella esperada" in ended.out
