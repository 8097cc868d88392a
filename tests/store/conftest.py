"""Fixtures of the store's tests."""

from collections.abc import AsyncIterator

import pytest

from ocote.store.engine.opening import open_store
from tests.store.place import Place
from tests.store.rows import add_company


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Place]:
    """A fresh database of each kind in turn, with one company."""
    async with open_store(database_url) as store:
        yield Place(store, await store.write(add_company))
