"""The acts of a command go to the log of the machine, and not to the terminal."""

import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.audit import LOGGER, record
from ocote.cli.acts import keep_acts


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    logger = logging.getLogger(LOGGER)
    handlers, level, propagates = logger.handlers[:], logger.level, logger.propagate
    yield
    for handler in set(logger.handlers) - set(handlers):
        handler.close()
    logger.handlers[:] = handlers
    logger.setLevel(level)
    logger.propagate = propagates


def taken(log: socket.socket) -> dict[str, Any]:
    """The line that the log of the machine has taken."""
    line = log.recv(65536).decode().rstrip("\x00")
    assert "ocote[" in line
    found: dict[str, Any] = json.loads(line[line.index("{") :])
    return found


def test_an_act_is_written_with_its_facts_and_the_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "operadora")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "log"))
        keep_acts(tmp_path / "log")
        record("key_disabled", key="odt_01234567")
        assert taken(log) == {"event": "key_disabled", "by": "operadora", "key": "odt_01234567"}
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_log_that_has_gone_away_disturbs_no_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "log"))
        keep_acts(tmp_path / "log")
    (tmp_path / "log").unlink()
    record("key_disabled", key="odt_01234567")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_machine_without_a_log_keeps_no_acts_of_commands(tmp_path: Path) -> None:
    keep_acts(tmp_path / "none")
    assert logging.getLogger(LOGGER).propagate is True
