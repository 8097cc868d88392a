"""Fixtures shared by the whole suite."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import structlog
from cryptography.hazmat.primitives.serialization import load_der_private_key
from hypothesis import HealthCheck, settings

from ocote.signing import certificate
from tests.databases import Databases, databases

_LONG: Final = Path(__file__).parent / "faults"

# A slow machine is not a fault of what is tested: no example is failed for the time it took, or that drawing it took.
# The examples are the same each time, so that a failure is one of the change that is tested; ``--hypothesis-profile
# hunt`` tries new ones.
_PATIENT: Final = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ocote", _PATIENT, derandomize=True)
settings.register_profile("hunt", _PATIENT, print_blob=True)
settings.load_profile("ocote")


# Whether the parts of a key belong together takes a twentieth of a second, and thousands of tests have the same key.
vars(certificate)["load_der_private_key"] = cache(load_der_private_key)

_configure_log = structlog.configure


def _without_cache(**settings: Any) -> None:
    """Configures the log so that no logger keeps its configuration after the test that has made it."""
    _configure_log(**{**settings, "cache_logger_on_first_use": False})


structlog.configure = _without_cache  # type: ignore[assignment] # the same arguments, by name


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deals the longest tests out to the processes first, so that none is left alone with them at the end.

    A process begins with a piece of the list, and takes from another one when it has done its own.
    """
    told: dict[str, int] = getattr(config, "workerinput", {"workercount": 1})
    processes = told["workercount"]
    long = [item for item in items if _LONG in item.path.parents]
    short = [item for item in items if _LONG not in item.path.parents]
    piece = -(-len(short) // processes)
    items[:] = [
        item
        for number in range(processes)
        for item in (*long[number::processes], *short[number * piece : (number + 1) * piece])
    ]


@pytest.fixture(scope="session")
def all_databases() -> Iterator[Databases]:
    """The databases of this test process."""
    with databases() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, all_databases: Databases) -> Iterator[str]:
    """A fresh database of each kind in turn: a test that takes this runs on both."""
    url = all_databases.sqlite() if request.param == "sqlite" else all_databases.postgres()
    yield url
    all_databases.give_back(url)


@pytest.fixture(params=["sqlite", "postgres"])
def own_database_url(request: pytest.FixtureRequest, all_databases: Databases) -> Iterator[str]:
    """A fresh database of each kind in turn, for a test that changes the tables: no later test uses the database."""
    if request.param == "sqlite":
        yield all_databases.sqlite()
    else:
        url = all_databases.postgres()
        yield url
        all_databases.drop_postgres(url)
