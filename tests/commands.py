"""Runs ``ocote ARGUMENTS`` in the process of the test."""

import logging
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import structlog

from ocote.cli import acts, main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]

NOBODY: Final = "http://127.0.0.1:9"
"""An address at which nobody answers, and at once."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs ``ocote ARGUMENTS`` in an empty folder, without a variable of the developer's own and without MH."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OCOTE_MH_TEST_URL", NOBODY)
    monkeypatch.setenv("OCOTE_MH_PRODUCTION_URL", NOBODY)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(acts, "SOCKET", tmp_path / "no-log")

    def run_it(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["ocote", *arguments])
        capsys.readouterr()  # what a gateway in this process has logged until now is not the command's
        status = 0
        usual, root = os.umask(0o022), logging.getLogger()
        handlers, level, log = root.handlers[:], root.level, structlog.get_config()
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        finally:
            os.umask(usual)
            # The log of a command writes to what is captured of this test alone.
            root.handlers[:] = handlers
            root.setLevel(level)
            structlog.configure(**log)
        said = capsys.readouterr()
        return Ended(status, said.out, said.err)

    return run_it


def commands_in(page: str) -> list[str]:
    """The commands that a page of the help lists."""
    return re.findall(r"^  ([a-z]+) {2,}", page.partition("Comandos:")[2], re.MULTILINE)
