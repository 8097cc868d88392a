"""A host that is down is looked for by one call at a time, and whoever is refused there says nothing of the others."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from ocote.mh import (
    BreakerRules,
    Breakers,
    EventEnvelope,
    MhClient,
    NotFound,
    Undetermined,
    UndeterminedKind,
    open_session,
)
from ocote.mh.hosts import MhHost
from tests.mh.clocks import Seconds
from tests.mh.samples import CODE, CREDENTIALS, ENVELOPE, JWS, accepted, logged_in, login_error, not_found
from tests.mh.scripted import AUTH, QUERY, RECEPTION, Script, answers, hangs_up, scripted

STRANGER = replace(CREDENTIALS, nit="06149999990025", user="06149999990025")


@pytest.fixture
async def mh() -> AsyncIterator[Script]:
    async with scripted() as script:
        yield script


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def host(mh: Script, session: aiohttp.ClientSession, clock: Seconds) -> MhHost:
    rules = BreakerRules(threshold=2, first_pause_s=2, longest_pause_s=30)
    return MhHost("00", MhClient(session, mh.url), Breakers(clock, rules))


def users(mh: Script) -> list[str]:
    return [request.body.decode().split("&")[0] for request in mh.requests_to(AUTH)]


async def goes_away(host: MhHost, mh: Script) -> None:
    """Two questions without an answer: MH is known to be down."""
    mh.on(QUERY, hangs_up(), hangs_up())
    for _ in range(2):
        assert isinstance(await host.query(CREDENTIALS, "01", CODE), Undetermined)
    assert host.is_down_for(CREDENTIALS)


async def test_while_it_is_down_nothing_is_sent(host: MhHost, mh: Script) -> None:
    mh.on(AUTH, answers(logged_in("Bearer 1")))
    await goes_away(host, mh)
    sent = len(mh.received)
    delivery = await host.deliver(CREDENTIALS, ENVELOPE, corrected=False)
    assert isinstance(delivery.outcome, Undetermined)
    assert delivery.outcome.kind is UndeterminedKind.NOT_TRIED
    await host.probe()
    assert len(mh.received) == sent, "it is too early to look for it again"


async def test_any_answer_to_a_probe_brings_it_back(host: MhHost, mh: Script, clock: Seconds) -> None:
    mh.on(AUTH, answers(logged_in("Bearer 1")))
    await goes_away(host, mh)
    clock.pass_(2)
    mh.on(QUERY, answers(not_found(), 400))
    await host.probe()
    assert not host.is_down_for(CREDENTIALS)
    mh.on(RECEPTION, answers(accepted()))
    assert (await host.deliver(CREDENTIALS, ENVELOPE, corrected=False)).transmissions == 1


async def test_a_company_that_mh_refuses_does_not_make_it_seem_to_be_back(
    host: MhHost, mh: Script, clock: Seconds
) -> None:
    mh.on(AUTH, answers(login_error()), answers(logged_in("Bearer 1")))
    assert isinstance(await host.query(STRANGER, "01", CODE), Undetermined)
    await goes_away(host, mh)
    clock.pass_(2)
    sent = len(mh.received)
    refused = await host.query(STRANGER, "01", CODE)
    assert isinstance(refused, Undetermined)
    assert (refused.kind, len(mh.received)) == (UndeterminedKind.LOGIN_REFUSED, sent)
    assert host.is_down_for(CREDENTIALS)
    mh.on(QUERY, answers(not_found(), 400))
    assert isinstance(await host.query(CREDENTIALS, "01", CODE), NotFound), "another one may look at once"


async def test_it_is_looked_for_in_the_name_of_a_company_that_it_lets_in(
    host: MhHost, mh: Script, clock: Seconds
) -> None:
    mh.on(AUTH, answers(logged_in("Bearer 1")), answers(login_error()))
    mh.on(QUERY, answers(not_found(), 400))
    await host.query(CREDENTIALS, "01", CODE)
    await host.query(STRANGER, "01", CODE)
    assert users(mh) == [f"user={CREDENTIALS.nit}", f"user={STRANGER.nit}"]
    await goes_away(host, mh)
    clock.pass_(2)
    mh.on(QUERY, answers(not_found(), 400))
    await host.probe()
    assert not host.is_down_for(CREDENTIALS)
    assert CREDENTIALS.nit in mh.requests_to(QUERY)[-1].body.decode()


async def test_a_caller_never_looks_for_it(host: MhHost, mh: Script, clock: Seconds) -> None:
    mh.on(AUTH, answers(logged_in("Bearer 1")))
    await goes_away(host, mh)
    clock.pass_(2)
    sent = len(mh.received)
    event = EventEnvelope("00", 3, JWS)
    for outcome in (
        await host.query(CREDENTIALS, "01", CODE, may_probe=False),
        await host.send_invalidation(CREDENTIALS, event, may_probe=False),
    ):
        assert isinstance(outcome, Undetermined)
        assert outcome.kind is UndeterminedKind.NOT_TRIED
    assert len(mh.received) == sent
