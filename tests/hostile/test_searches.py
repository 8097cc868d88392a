"""A company that searches a large archive without end delays no sale, ticket or list of its neighbour."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest
from msgspec.structs import replace

from ocote.parts import USUAL
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Statement, Transaction, one, sql
from tests.builders.bodies import invoice
from tests.builders.large_archive import fill_archive
from tests.databases import Databases
from tests.faults.books import gateway_books
from tests.hostile.besieged import PATIENCE_S, Besieged, besieged_gateway
from tests.hostile.searching import DEAREST, EXPORT, fill, search_and_hang_up, searching_without_end
from tests.ports import free_port
from tests.running_gateway import running_gateway
from tests.waiting import until

_DOCUMENTS = 20_000
_ROUNDS = 10
_WAITING = 30
"""Sales that wait for MH at once: more than the gateway has sessions."""

_until = partial(until, seconds=PATIENCE_S)

_AT_WORK = sql("""
    SELECT count(*) AS n FROM pg_stat_activity
    WHERE state = 'active' AND query LIKE '%AS chosen%' AND pid <> pg_backend_pid()
      AND datname = current_database()""")

_BUSY = sql("""
    SELECT count(*) AS n FROM pg_stat_activity
    WHERE state <> 'idle' AND pid <> pg_backend_pid() AND datname = current_database()""")


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


def sessions(database_url: str, which: Statement[Row]) -> int:
    """How many sessions of PostgreSQL are so; SQLite works in the gateway's own threads, which the metrics count."""
    if not database_url.startswith("postgresql:"):
        return 0

    def counted() -> Transaction[int]:
        return int((yield from one(which()))["n"])

    async def count() -> int:
        async with open_store(database_url) as store:
            return await store.read(counted)

    return asyncio.run(count())


def numbered(database_url: str) -> int:
    """How many documents have their number."""
    return len(gateway_books(database_url))


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
    def some_are_abandoned() -> bool:
        search_and_hang_up(gateway)
        return metric(metrics_port, 'ocote_searches_total{outcome="abandoned"}') > 0

    def all_are_over() -> bool:
        return not metric(metrics_port, "ocote_searches_running") and not sessions(gateway.database_url, _AT_WORK)

    def finds_nothing(path: str) -> bool:
        """Whether a search finds its place: until the last ones are noticed to have gone, too many may be waiting."""
        reply = gateway.attacker.request("GET", path)
        assert reply.status in (200, 503), reply.content
        return reply.status == 200 and reply.json()["documents"] == []

    _until(some_are_abandoned, "no search was abandoned")

    _until(all_are_over, "a search goes on for nobody")
    for path in DEAREST:
        _until(partial(finds_nothing, path), "a place was not given back")


def test_sales_that_wait_for_mh_hold_no_session_of_the_database(all_databases: Databases, tmp_path: Path) -> None:
    with (
        besieged_gateway(all_databases.postgres(), tmp_path, environ={"OCOTE_MH_TIMEOUT": "20"}) as gateway,
        ThreadPoolExecutor(_WAITING) as tills,
    ):
        gateway.emulator.control.fault("slow", "reception", _WAITING, seconds=10)
        sales = [tills.submit(gateway.attacker.sell, f"lenta-{number}") for number in range(_WAITING)]
        _until(lambda: numbered(gateway.database_url) == _WAITING, "not every sale was registered")

        _until(lambda: not sessions(gateway.database_url, _BUSY), "a sale holds a session while MH is silent")

        assert not any(sale.done() for sale in sales)
        assert gateway.neighbour.references() == []
        assert all(sale.result()["dte_success"] for sale in sales)


def test_a_search_that_takes_too_long_is_answered_by_its_code(database_url: str, tmp_path: Path) -> None:
    # PostgreSQL counts whole milliseconds; SQLite looks at its clock each so many steps.
    impatient = replace(USUAL, longest_search_s=0.001 if database_url.startswith("postgresql:") else 0.000001)
    with running_gateway(database_url, tmp_path, tuning=impatient) as gateway:
        gateway.post("/invoice", invoice("primera"))
        fill_archive(database_url, gateway.key, "primera", _DOCUMENTS)

        reply = gateway.request("GET", DEAREST[0])

        assert (reply.status, reply.json()["code"]) == (409, "search_too_long")
        assert "date_from" in reply.json()["detail"]
        assert gateway.post("/invoice", invoice("segunda"))["dte_success"]
        assert gateway.get("/status/archivo-1")["document_id"]
