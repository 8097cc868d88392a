"""What a stranger does to connections and to HTTP itself: memory stays, and the neighbour sells meanwhile."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from ocote.web.server.descriptors import RESERVED
from tests.databases import Databases
from tests.faults.books import compare
from tests.hostile.besieged import ADDRESS_SPACE, Besieged, Transport, besieged_gateway
from tests.hostile.conftest import TRANSPORTS
from tests.hostile.strangers import HIGHEST_MIB, Attack, flood_with_requests, sell_under, trickle_chunks

_DESCRIPTORS = 1024
_SILENT = 1100
_PAGE = b"GET /api/connect/docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
_SECRET = "odt_NEVER_IN_A_LOG"


@pytest.fixture(params=TRANSPORTS)
def few_descriptors(request: pytest.FixtureRequest, all_databases: Databases, tmp_path: Path) -> Iterator[Besieged]:
    """A gateway at the usual limit of descriptors."""
    limits = {"RLIMIT_NOFILE": _DESCRIPTORS, "RLIMIT_AS": ADDRESS_SPACE}
    with besieged_gateway(all_databases.sqlite(), tmp_path, request.param, limits=limits) as running:
        yield running


def assert_unharmed(besieged: Besieged) -> None:
    """Fails when the process has needed much memory or does not answer."""
    assert besieged.highest_memory_mib() < HIGHEST_MIB
    assert besieged.is_alive()


@pytest.mark.parametrize(("attack", "attackers"), [(flood_with_requests, 1), (trickle_chunks, 8)])
def test_the_neighbour_sells_under(besieged: Besieged, attack: Attack, attackers: int) -> None:
    sold, _ = sell_under(attack, besieged, attackers, sales=10)

    assert_unharmed(besieged)
    assert compare(besieged.database_url, besieged.emulator.control, sold).all == []


def test_silent_connections_of_one_address_leave_the_others_theirs(few_descriptors: Besieged) -> None:
    with ExitStack() as stack:
        for _ in range(_SILENT):
            stack.enter_context(_silent(few_descriptors, "127.0.0.66"))
        for number in range(3):
            few_descriptors.neighbour.sell(f"caja-{number}")
        assert _descriptors(few_descriptors) < _DESCRIPTORS - RESERVED
        assert_unharmed(few_descriptors)
    assert '"address_full"' in few_descriptors.child.written()


def test_silent_connections_of_many_addresses_give_way(few_descriptors: Besieged) -> None:
    with ExitStack() as stack:
        for number in range(_SILENT):
            stack.enter_context(_silent(few_descriptors, f"127.0.{1 + number // 50}.1"))
        for number in range(3):
            few_descriptors.neighbour.sell(f"caja-{number}")
            few_descriptors.neighbour.print_ticket(f"caja-{number}")
        assert _descriptors(few_descriptors) <= _DESCRIPTORS - RESERVED + 100
        assert_unharmed(few_descriptors)
    told = [line for line in few_descriptors.child.written().splitlines() if "clients_turned_away" in line]
    assert 1 <= len(told) < 5


def test_answers_that_nobody_reads_take_no_memory(besieged: Besieged) -> None:
    with ExitStack() as stack:
        for _ in range(60):
            stranger = stack.enter_context(besieged.connect())
            stranger.sendall(_PAGE * 10)
        besieged.neighbour.sell("caja-1")
        assert_unharmed(besieged)


def test_no_log_holds_what_stood_behind_the_question_mark(besieged: Besieged) -> None:
    heads = (
        f"GET /api/connect/file/x?type=pdf&key={_SECRET} HTTP/1.1",
        f"GET /v/x?key={_SECRET} HTTP/1.1",
        f"GET /nowhere?key={_SECRET} HTTP/1.1",
        f"GET /health/ready?key={_SECRET} HTTP/1.1",
        f"GET /api/connect/file/ñ?key={_SECRET} HTTP/1.1",
        f"PUT /api/connect/file/x?key={_SECRET} HTTP/1.1",
        f"GET /api/connect/file/x?key={_SECRET} HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket",
    )
    for head in heads:
        with besieged.connect() as stranger, suppress(ConnectionError):
            stranger.sendall(head.encode() + b"\r\nHost: localhost\r\n\r\n")
            assert stranger.recv(65536)
    besieged.attacker.request("GET", f"/file/x?type=pdf&key={_SECRET}")

    assert _SECRET not in besieged.child.written()


def test_every_answer_says_how_it_may_be_kept(besieged: Besieged, transport_of: Transport) -> None:
    besieged.neighbour.sell("caja-1")
    paths = (
        "/status/caja-1",
        "/documents",
        "/status/none",
        "/file/caja-1?type=pdf",
        "/catalogs/activities?search=cafe",
    )
    for path in (*paths, "//health/ready", "//nowhere", "/docs"):
        headers = besieged.neighbour.request("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert ("strict-transport-security" in headers) == (transport_of == "https")
        assert "no-store" in headers["cache-control"] or path == "/docs"


@pytest.fixture
def transport_of(besieged: Besieged) -> Transport:
    """How the gateway is reached."""
    return "http" if besieged.trusted is None else "https"


def _silent(besieged: Besieged, source: str) -> socket.socket:
    """A connection that never says anything, not even the beginning of TLS; one that is refused is given up."""
    silent = socket.socket()
    silent.bind((source, 0))
    with suppress(ConnectionError):
        silent.connect(("127.0.0.1", besieged.port))
    return silent


def _descriptors(besieged: Besieged) -> int:
    return len(list(Path(f"/proc/{besieged.child.pid}/fd").iterdir()))
