"""A besieged gateway for each test, over both transports or over both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.hostile.besieged import Besieged, Transport, besieged_gateway

TRANSPORTS: tuple[Transport, ...] = ("http", "https")


@pytest.fixture(params=TRANSPORTS)
def besieged(request: pytest.FixtureRequest, all_databases: Databases, tmp_path: Path) -> Iterator[Besieged]:
    """A gateway over SQLite, plain and with TLS in turn: for what strangers do to connections."""
    with besieged_gateway(all_databases.sqlite(), tmp_path, request.param) as running:
        yield running


@pytest.fixture
def shared_gateway(database_url: str, tmp_path: Path) -> Iterator[Besieged]:
    """A gateway over each database in turn: for what the holder of a key does to a neighbour."""
    with besieged_gateway(database_url, tmp_path) as running:
        yield running
