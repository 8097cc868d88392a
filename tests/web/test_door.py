"""Connections before anything of HTTP is read, over TLS too: nobody holds a seat in silence."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ocote.tls import TlsFiles, loopback_certificate
from ocote.web.application import application
from ocote.web.server import bounds
from ocote.web.server.config import BoundedConfig
from ocote.web.server.door import listening_sockets
from ocote.web.server.seats import Seating
from tests.hostile.key_updates import KeyUpdater
from tests.waiting import until

_ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return loopback_certificate(tmp_path_factory.mktemp("tls"), datetime.now(UTC))


async def _read(request: Request) -> Response:
    return Response(await request.body())


async def _long_page(_: Request) -> Response:
    return Response(b" " * 8 * 1024 * 1024)


@contextmanager
def serving(files: TlsFiles | None, seating: Seating) -> Iterator[int]:
    """An application with one long page, over TLS when there is a certificate; the port."""
    tls = {} if files is None else {"ssl_certfile": files.certificate, "ssl_keyfile": files.key}
    app = application([Route("/long", _long_page), Route("/body", _read, methods=["POST"])])
    server = uvicorn.Server(BoundedConfig(app, seating, **tls))
    [listening] = listening_sockets("127.0.0.1", 0, 100)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def connect(port: int, source: str = "127.0.0.1") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(source, 0))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def is_ended(connection: socket.socket) -> bool:
    """Whether the server hangs up, sooner or later. Raises TimeoutError when it does not."""
    with suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


def is_turned_away(port: int) -> bool:
    """Whether the server hangs up on one more client; that may reach the client before its call to connect returns."""
    with suppress(ConnectionError), connect(port) as connection:
        return is_ended(connection)
    return True


def is_served(port: int, files: TlsFiles | None, source: str = "127.0.0.1") -> bool:
    """Whether a client with this address gets an answer. Raises TimeoutError when it is left without one."""
    try:
        with connect(port, source) as connection:
            if files is None:
                return _is_answered(connection)
            with _tls(files, connection) as encrypted:
                encrypted.do_handshake()
                return _is_answered(encrypted)
    except TimeoutError:
        raise
    except OSError:  # besides a reset, TLS knows "not connected" and "no end was said"
        return False


def _is_answered(connection: socket.socket) -> bool:
    connection.sendall(_ASKED)
    return connection.recv(65536).startswith(b"HTTP/1.1 404 ")


def _tls(files: TlsFiles, connection: socket.socket) -> ssl.SSLSocket:
    trusted = ssl.create_default_context(cafile=str(files.authority))
    return trusted.wrap_socket(connection, server_hostname="localhost", do_handshake_on_connect=False)


# A client whose connection is reset before its handshake begins leaves its socket to Python's own clean-up.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("over_tls", [False, True])
def test_silent_connections_of_one_address_do_not_keep_the_others_out(files: TlsFiles, over_tls: bool) -> None:
    given = files if over_tls else None
    with serving(given, Seating(in_all=10, per_address=3)) as port:
        silent = [connect(port) for _ in range(3)]
        assert is_turned_away(port)
        assert is_turned_away(port)
        assert not is_served(port, given)
        assert is_served(port, given, source="127.0.0.2")
        for each in silent:
            each.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("over_tls", [False, True])
def test_when_all_seats_are_taken_the_one_that_has_been_silent_longest_is_ended(
    files: TlsFiles, over_tls: bool
) -> None:
    given = files if over_tls else None
    with serving(given, Seating(in_all=4, per_address=1)) as port:
        silent = [connect(port, f"127.0.0.{number}") for number in range(10, 30)]
        assert is_served(port, given)
        for each in silent[:16]:
            assert is_ended(each)
        for each in silent:
            each.close()


@pytest.mark.parametrize("over_tls", [False, True])
@pytest.mark.parametrize(
    "sent",
    [
        b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3,
        b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\nPOST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1",
    ],
    ids=["answers that are not read", "bodies that do not come"],
)
def test_whoever_lets_the_server_wait_gives_way(files: TlsFiles, over_tls: bool, sent: bytes) -> None:
    given = files if over_tls else None
    with serving(given, Seating(in_all=4, per_address=1)) as port, ExitStack() as stack:
        for number in range(10, 14):
            stranger = stack.enter_context(connect(port, f"127.0.0.{number}"))
            if over_tls:
                stranger = stack.enter_context(_tls(files, stranger))
                stranger.do_handshake()
            stranger.sendall(sent)
            assert stranger.recv(1) == b"H"
        for number in range(20, 30):
            assert is_served(port, given, f"127.0.0.{number}")


def test_a_handshake_that_fails_gives_its_seat_back(files: TlsFiles) -> None:
    strangers = {
        "127.0.0.10": b"",
        "127.0.0.11": b"GET / HTTP/1.1\r\n\r\n",
        "127.0.0.12": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    }
    with serving(files, Seating(in_all=4, per_address=1)) as port:
        for source, sent in strangers.items():
            with connect(port, source) as stranger:
                stranger.sendall(sent)
                stranger.shutdown(socket.SHUT_WR)
                assert is_ended(stranger)
            # The seat is given back a moment after its client has seen the end.
            until(partial(is_served, port, files, source), "the seat was not given back")


@pytest.mark.parametrize("over_tls", [False, True])
def test_silence_is_ended(files: TlsFiles, over_tls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_WITHIN_S", 0.5)
    with serving(files if over_tls else None, Seating(in_all=4, per_address=4)) as port, connect(port) as silent:
        assert is_ended(silent)


def test_a_head_that_trickles_in_over_tls_is_ended(files: TlsFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_WITHIN_S", 1.0)
    with serving(files, Seating(in_all=4, per_address=4)) as port, _tls(files, connect(port)) as slow:
        slow.do_handshake()
        slow.sendall(b"GET / HTTP/1.1\r\nX-Note: ")
        slow.settimeout(0.1)
        for _ in range(200):
            with suppress(TimeoutError):
                try:
                    slow.sendall(b"a")
                    assert not slow.recv(1)
                except (ConnectionError, ssl.SSLError):
                    return
                return
        pytest.fail("the server goes on waiting")


@pytest.mark.parametrize(("updates", "is_answered"), [(10, True), (200, False)])
def test_a_client_changes_its_keys_seldom(files: TlsFiles, tmp_path: Path, updates: int, is_answered: bool) -> None:
    with serving(files, Seating(in_all=4, per_address=4)) as port, connect(port) as connection:
        client = KeyUpdater(connection, tmp_path / "keys.log")
        received = b""
        with suppress(ConnectionError):
            client.update_keys(updates)
            client.send(_ASKED)
            received = client.receive()
    assert received.startswith(b"HTTP/1.1 404 ") == is_answered


@pytest.mark.parametrize(("sent", "is_answered"), [(b"12", True), (b"1", False)])
def test_hardly_anything_but_records_is_refused(files: TlsFiles, sent: bytes, is_answered: bool) -> None:
    """A thousand small bodies, each in a record of its own, are usual; one body in thousands of records is not."""
    heads, bodies = (1100, 1) if is_answered else (1, 3000)
    head = b"POST /body HTTP/1.1\r\nHost: localhost\r\nX-Note: %s\r\nContent-Length: %d\r\n\r\n"
    answers = 0
    with serving(files, Seating(in_all=4, per_address=4)) as port, _tls(files, connect(port)) as client:
        client.do_handshake()
        with suppress(OSError):
            for _ in range(heads):
                client.sendall(head % (b"a" * 100, bodies * len(sent)))
                for _ in range(bodies):
                    client.sendall(sent)
                answers += client.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert answers == (heads if is_answered else 0)


async def test_a_port_that_is_taken_says_so() -> None:
    [first] = await asyncio.to_thread(listening_sockets, "127.0.0.1", 0, 5)
    with first, pytest.raises(OSError, match="Address already in use"):
        listening_sockets("127.0.0.1", first.getsockname()[1], 5)


def test_clients_are_told_of_seldom(files: TlsFiles, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(files, Seating(in_all=4, per_address=1)) as port:
        for _ in range(50):
            with suppress(ConnectionError), connect(port) as stranger:
                stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
                is_ended(stranger)
    written = capfd.readouterr()
    assert len((written.out + written.err).splitlines()) < 10
