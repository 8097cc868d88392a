"""A company that searches a large archive without end delays no sale, ticket or list of its neighbour."""

import asyncio
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import pytest
from msgspec.structs import replace

from ocote.parts import USUAL
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, one, sql
from tests.builders.bodies import invoice
from tests.builders.large_archive import fill_archive
from tests.hostile.besieged import PATIENCE_S, Besieged, besieged_gateway
from tests.hostile.searching import DEAREST, EXPORT, fill, search_and_hang_up, searching_without_end
from tests.ports import free_port
from tests.running_gateway import running_gateway

_DOCUMENTS = 20_000
_ROUNDS = 10
_LOOK_S = 0.05

_AT_WORK = sql("""
    SELECT count(*) AS n FROM pg_stat_activity
    WHERE state = 'active' AND query LIKE '%AS chosen%' AND pid <> pg_backend_pid()
      AND datname = current_database()""")


@pytest.fixture
def metrics_port() -> int:
    return free_port()


@pytest.fixture
def gateway(database_url: str, tmp_path: Path, metrics_port: int) -> Iterator[Besieged]:
    with besieged_gateway(database_url, tmp_path, environ={"OCOTE_METRICS_PORT": str(metrics_port)}) as running:
        fill(running, _DOCUMENTS)
        yield running


def metric(port: int, name: str) -> float:
    """One number of the operator's metrics; 0 before the first count."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
    finally:
        connection.close()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)


def searching_sessions(database_url: str) -> int:
    """How many lists PostgreSQL works on; SQLite works in the gateway's own threads, which the metrics count."""
    if not database_url.startswith("postgresql:"):
        return 0

    def at_work() -> Transaction[int]:
        return int((yield from one(_AT_WORK()))["n"])

    async def count() -> int:
        async with open_store(database_url) as store:
            return await store.read(at_work)

    return asyncio.run(count())


def test_the_neighbour_sells_prints_and_lists_while_the_other_searches(gateway: Besieged) -> None:
    till = gateway.neighbour

    with searching_without_end(gateway) as searching:
        for number in range(_ROUNDS):
            till.sell(f"caja-{number}")
            till.print_ticket(f"caja-{number}")
            assert till.references()[0] == f"caja-{number}"
            assert till.request("GET", EXPORT).status == 200

    assert not searching.faults, searching.faults
    assert searching.responses["200"]
    assert gateway.attacker.references()
    assert gateway.is_alive()


def test_searches_of_clients_who_have_gone_leave_their_places(gateway: Besieged, metrics_port: int) -> None:
    deadline = monotonic() + PATIENCE_S
    while not metric(metrics_port, 'ocote_searches_total{outcome="abandoned"}'):
        assert monotonic() < deadline, "no search was abandoned"
        search_and_hang_up(gateway)

    while metric(metrics_port, "ocote_searches_running") or searching_sessions(gateway.database_url):
        assert monotonic() < deadline, "a search goes on for nobody"
        sleep(_LOOK_S)
    for path in DEAREST:
        reply = gateway.attacker.request("GET", path)
        assert (reply.status, reply.json()["documents"]) == (200, [])


def test_a_search_that_takes_too_long_is_answered_by_its_code(database_url: str, tmp_path: Path) -> None:
    impatient = replace(USUAL, longest_search_s=0.001)
    with running_gateway(database_url, tmp_path, tuning=impatient) as gateway:
        gateway.post("/invoice", invoice("primera"))
        fill_archive(database_url, gateway.key, "primera", _DOCUMENTS)

        reply = gateway.request("GET", DEAREST[0])

        assert (reply.status, reply.json()["code"]) == (409, "search_too_long")
        assert "date_from" in reply.json()["detail"]
        assert gateway.post("/invoice", invoice("segunda"))["dte_success"]
        assert gateway.get("/status/archivo-1")["document_id"]
