"""A running gateway for each test, over each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ocote import logs
from ocote.parts import USUAL, Tuning
from tests.commands import Run, run
from tests.e2e.worker import AT_ONCE
from tests.running_gateway import NEVER, RunningGateway, running_gateway

__all__ = ["run"]


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company that still writes Normativa v1.x; no background work runs by itself."""
    with running_gateway(database_url, tmp_path) as running:
        yield running


@pytest.fixture
def gateway_v2(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company that writes Normativa v2.0 already."""
    with running_gateway(database_url, tmp_path, edition_from="2026-01-01") as running:
        yield running


@pytest.fixture(params=["v1", "v2"])
def either_gateway(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway in each edition in turn: a test that takes this holds in both."""
    with running_gateway(
        database_url, tmp_path, edition_from=NEVER if request.param == "v1" else "2026-01-01"
    ) as running:
        yield running


@pytest.fixture
def eager_gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway that looks for MH's return every second, without longer and longer pauses."""
    with running_gateway(database_url, tmp_path, tuning=Tuning(USUAL.limits, AT_ONCE)) as running:
        yield running


@pytest.fixture
def run_here(gateway: RunningGateway, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``ocote`` in this process, with the settings of the gateway."""
    for name, value in gateway.environ().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(logs, "configure", lambda _level: None)  # the log of this process is not the command's
    return run
