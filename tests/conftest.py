"""Fixtures shared by the whole suite."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.databases import Databases, databases

# A slow machine is not a fault of what is tested: no example is failed for the time it took.
settings.register_profile("ocote", deadline=None)
settings.load_profile("ocote")


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
