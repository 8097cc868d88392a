"""The probes tell whoever watches the process, over any scheme and without a key; the reasons stay on this machine."""

import asyncio

import pytest

from ocote.api.health import Health
from tests.api.client import client_of
from tests.api.twin import TwinGateway

LOCKED = "the database does not answer: locked"
HERE = "127.0.0.1"


class Looks:
    """A gateway whose looks are counted, and last until they may end."""

    def __init__(self, *problems: str) -> None:
        self.count = 0
        self.now = 100.0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self._problems = list(problems)
        self._health = Health(self._look, lambda: self.now)

    async def ask(self) -> int:
        """The status that a stranger gets."""
        sent = []

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        async def receive() -> dict[str, object]:
            return {"type": "http.request"}

        scope = {
            "type": "http",
            "scheme": "http",
            "method": "GET",
            "path": "/health/ready",
            "client": ("203.0.113.9", 1),
            "headers": [],
        }
        await self._health(scope, receive, send)  # type: ignore[arg-type] # a message is a mapping
        status = sent[0]["status"]
        assert isinstance(status, int)
        return status

    async def _look(self) -> list[str]:
        self.count += 1
        await self.may_end.wait()
        return self._problems


async def test_a_process_that_answers_is_alive() -> None:
    reply = await client_of(TwinGateway(problems=["no database"]), key=None, scheme="http").get("/health/live")

    assert (reply.status, reply.json) == (200, {"status": "ok"})


async def test_it_is_ready_when_nothing_is_in_the_way() -> None:
    reply = await client_of(TwinGateway(), key=None, scheme="http").get("/health/ready")

    assert (reply.status, reply.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("peer", [HERE, "::1"])
async def test_it_tells_this_machine_what_keeps_it_from_working(peer: str) -> None:
    client = client_of(TwinGateway(problems=[LOCKED]), key=None, scheme="http", peer=peer)

    reply = await client.get("/health/ready")

    assert (reply.status, reply.json) == (503, {"status": "unready", "problems": [LOCKED]})


async def test_it_tells_a_stranger_only_that_it_is_not_ready() -> None:
    reply = await client_of(TwinGateway(problems=[LOCKED]), key=None).get("/health/ready")

    assert (reply.status, reply.json) == (503, {"status": "unready"})


@pytest.mark.parametrize("header", ["X_Forwarded_For", "X_Real_IP", "Forwarded"])
async def test_a_proxy_on_this_machine_does_not_make_a_stranger_one_of_its_own(header: str) -> None:
    client = client_of(TwinGateway(problems=[LOCKED]), key=None, scheme="http", peer=HERE)

    reply = await client.get("/health/ready", **{header.lower(): HERE})

    assert (reply.status, reply.json) == (503, {"status": "unready"})


async def test_all_who_ask_within_a_second_share_one_look() -> None:
    looks = Looks(LOCKED)

    assert [await looks.ask() for _ in range(5)] == [503] * 5
    assert looks.count == 1

    looks.now += 1.0
    assert await looks.ask() == 503
    assert looks.count == 2


async def test_all_who_ask_while_a_look_lasts_share_it() -> None:
    looks = Looks()
    looks.may_end.clear()
    asking = [asyncio.create_task(looks.ask()) for _ in range(50)]
    await asyncio.sleep(0)
    looks.now += 60.0
    late = asyncio.create_task(looks.ask())
    asking[0].cancel()
    await asyncio.sleep(0)

    looks.may_end.set()

    assert await asyncio.gather(*asking[1:], late) == [200] * 50
    assert looks.count == 1


async def test_there_is_no_third_probe() -> None:
    assert (await client_of(TwinGateway(), key=None).get("/health/other")).status == 404
