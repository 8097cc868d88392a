"""The calls of one company never take the connections of all."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from ocote.mh import Breakers, MhClient, NotFound, Undetermined, UndeterminedKind
from ocote.mh.places import CALLS_OF_A_COMPANY, CONNECTIONS, CONNECTIONS_TO_A_HOST, CallPlaces
from tests.mh.clocks import Seconds
from tests.mh.samples import CODE, CREDENTIALS, ENVELOPE, logged_in, not_found
from tests.mh.scripted import AUTH, QUERY, Script, answers, scripted

NEIGHBOUR = replace(CREDENTIALS, nit="06149999990025", user="06149999990025")
MANY = CONNECTIONS + 40


@pytest.fixture
async def mh() -> AsyncIterator[Script]:
    async with scripted() as script:
        yield script


class HangingQueries:
    """Questions to MH that hang until they are let go; ``arrived`` is set when so many hang."""

    def __init__(self, mh: Script, many: int) -> None:
        self.go_on, self.arrived = asyncio.Event(), asyncio.Event()
        self._mh = mh
        self._many = many

    async def __call__(self, _: web.Request) -> web.Response:
        if len(self._mh.requests_to(QUERY)) == self._many:
            self.arrived.set()
        await self.go_on.wait()
        return web.json_response(not_found(), status=400)


async def test_a_company_whose_calls_hang_leaves_connections_to_its_neighbour(
    mh: Script, session: aiohttp.ClientSession
) -> None:
    hang = HangingQueries(mh, CALLS_OF_A_COMPANY)
    mh.on(AUTH, *(answers(logged_in("Bearer 1")) for _ in range(2)))
    mh.on(QUERY, *(hang,) * CALLS_OF_A_COMPANY, *(answers(not_found(), 400),) * MANY)
    client = MhClient(session, mh.url, timeout_s=20.0)
    hanging = [asyncio.create_task(client.query(CREDENTIALS, "01", CODE)) for _ in range(MANY)]
    await hang.arrived.wait()
    assert isinstance(await client.query(NEIGHBOUR, "01", CODE), NotFound)
    assert len(mh.requests_to(QUERY)) == CALLS_OF_A_COMPANY + 1
    hang.go_on.set()
    assert all(isinstance(found, NotFound) for found in await asyncio.gather(*hanging))


async def test_a_call_that_finds_no_place_in_its_time_is_not_tried_and_says_nothing_of_mh(
    mh: Script, session: aiohttp.ClientSession
) -> None:
    hang = HangingQueries(mh, CALLS_OF_A_COMPANY)
    mh.on(AUTH, answers(logged_in("Bearer 1")))
    mh.on(QUERY, *(hang,) * CALLS_OF_A_COMPANY)
    client = MhClient(session, mh.url, timeout_s=20.0)
    hanging = [asyncio.create_task(client.query(CREDENTIALS, "01", CODE)) for _ in range(CALLS_OF_A_COMPANY)]
    await hang.arrived.wait()
    delivery = await client.deliver(CREDENTIALS, ENVELOPE, budget_s=0.05)
    assert isinstance(delivery.outcome, Undetermined)
    assert delivery.outcome.kind is UndeterminedKind.NOT_TRIED
    assert (delivery.transmissions, delivery.queries) == (0, 0)
    breakers = Breakers(Seconds())
    for _ in range(9):
        breakers.record(CREDENTIALS, delivery.outcome, "delivery")
    assert not breakers.is_down_for(CREDENTIALS)
    assert not breakers.on_trial_for(CREDENTIALS)
    hang.go_on.set()
    await asyncio.gather(*hanging)


async def test_a_host_whose_calls_hang_leaves_connections_to_the_other_host(
    mh: Script, session: aiohttp.ClientSession
) -> None:
    hang = HangingQueries(mh, CONNECTIONS_TO_A_HOST)
    async with scripted() as other:
        mh.on(AUTH, *(answers(logged_in("Bearer 1")) for _ in range(MANY)))
        mh.on(QUERY, *(hang,) * MANY)
        other.on(AUTH, answers(logged_in("Bearer 2")))
        other.on(QUERY, answers(not_found(), 400))
        client = MhClient(session, mh.url, timeout_s=20.0)
        many = [replace(CREDENTIALS, nit=f"0614999999{number:04}") for number in range(MANY)]
        hanging = [asyncio.create_task(client.query(each, "01", CODE)) for each in many]
        await hang.arrived.wait()
        found = await MhClient(session, other.url, timeout_s=20.0).query(NEIGHBOUR, "01", CODE)
        assert isinstance(found, NotFound)
        hang.go_on.set()
        await asyncio.gather(*hanging)


async def test_nothing_is_remembered_of_companies_that_do_not_call() -> None:
    places = CallPlaces(most=1)

    async def call(nit: str) -> None:
        async with places.place(nit, within_s=60.0):
            await asyncio.sleep(0)

    calls = [asyncio.create_task(call(f"{number % 3}")) for number in range(9)]
    await asyncio.sleep(0)
    assert len(places) == 3
    calls[3].cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert len(places) == 0
