"""The probes tell whoever watches the process, over any scheme and without a key."""

from tests.api.client import client_of
from tests.api.twin import TwinGateway


async def test_a_process_that_answers_is_alive() -> None:
    reply = await client_of(TwinGateway(problems=["no database"]), key=None, scheme="http").get("/health/live")

    assert (reply.status, reply.json) == (200, {"status": "ok"})


async def test_it_is_ready_when_nothing_is_in_the_way() -> None:
    reply = await client_of(TwinGateway(), key=None, scheme="http").get("/health/ready")

    assert (reply.status, reply.json) == (200, {"status": "ok"})


async def test_it_says_what_keeps_it_from_working() -> None:
    gateway = TwinGateway(problems=["the database does not answer: locked"])

    reply = await client_of(gateway, key=None, scheme="http").get("/health/ready")

    assert reply.status == 503
    assert reply.json == {"status": "unready", "problems": ["the database does not answer: locked"]}


async def test_there_is_no_third_probe() -> None:
    assert (await client_of(TwinGateway(), key=None).get("/health/other")).status == 404
