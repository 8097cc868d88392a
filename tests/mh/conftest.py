from collections.abc import AsyncIterator

import aiohttp
import pytest

from ocote.mh import open_session
from tests.mh.samples import jwt, logged_in
from tests.mh.scripted import AUTH, Script, answers, scripted

TOKEN = f"Bearer {jwt({'sub': '06149999990017', 'iat': 1, 'exp': 86_401})}"


@pytest.fixture
async def mh() -> AsyncIterator[Script]:
    """MH, scripted: the first login succeeds, everything else is up to the test."""
    async with scripted() as script:
        yield script.on(AUTH, answers(logged_in(TOKEN)))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened
