"""The same application behind the real HTTP server: what only sockets can show."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn

from ocote.web.limiter import RateLimiter
from ocote.web.server import bounds
from ocote.web.server.bounds import LONGEST_HEAD, MOST_HEADERS, MOST_QUEUED
from ocote.web.server.protocol import JoiningHttpProtocol
from tests.api.client import http_app
from tests.api.twin import KEY, TwinGateway

INVOICE = {"external_ref": "POS7-000915", "lines": [{"description": "Resma", "quantity": 2, "unit_price": 5.65}]}
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-Note: "
GET = b"GET /health/live HTTP/1.1\r\nHost: ocote.test\r\n\r\n"
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server on a free port of loopback, over plain HTTP, which stops at the end."""
    with serving(http_app(TwinGateway(), RateLimiter.from_url("memory://"), allow_http=True)) as listening:
        yield listening


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """The port of a server with this application."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http=JoiningHttpProtocol, lifespan="off", access_log=False, log_config=None)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
    listening.close()


@pytest.fixture
def connection(port: int) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    yield connection
    connection.close()


def ask(
    connection: HTTPConnection, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, object]]:
    connection.request(method, path, body, HEADERS | headers)
    answer = connection.getresponse()
    content = answer.read()
    return answer.status, json.loads(content) if content else {}


def test_one_connection_serves_many_requests(connection: HTTPConnection) -> None:
    for _ in range(3):
        status, answer = ask(connection, "POST", "/api/connect/invoice", json.dumps(INVOICE).encode())
        assert (status, answer["external_ref"]) == (200, "POS7-000915")


def test_an_encoded_slash_stays_inside_the_reference(connection: HTTPConnection) -> None:
    body = json.dumps(INVOICE | {"external_ref": "caja/7 100%"}).encode()
    ask(connection, "POST", "/api/connect/invoice", body)

    status, answer = ask(connection, "GET", "/api/connect/status/caja%2F7%20100%25")

    assert (status, answer["external_ref"]) == (200, "caja/7 100%")


def test_five_megabytes_are_answered(connection: HTTPConnection) -> None:
    status, answer = ask(connection, "POST", "/api/connect/invoice", b" " * (5 * 1024 * 1024))
    assert (status, answer["code"]) == (400, "body_too_large")


def test_five_megabytes_without_a_key_are_answered_too(connection: HTTPConnection) -> None:
    status, answer = ask(
        connection, "POST", "/api/connect/invoice", b" " * (5 * 1024 * 1024), Authorization="Bearer odt_x"
    )

    assert (status, answer["code"]) == (401, "key_malformed")


def test_a_body_in_chunks_is_read(connection: HTTPConnection) -> None:
    content = json.dumps(INVOICE).encode()
    connection.request("POST", "/api/connect/invoice", iter([content[:20], content[20:]]), HEADERS, encode_chunked=True)

    assert connection.getresponse().status == 200


def test_head_of_a_page_has_no_body(connection: HTTPConnection) -> None:
    connection.request("HEAD", "/api/connect/docs")
    answer = connection.getresponse()

    assert (answer.status, answer.read()) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "head",
    [
        "GET /api/connect/catalogs/departments?search=usulután HTTP/1.1".encode(),
        "GET /api/connect/status/PEDIDO-ñ HTTP/1.1".encode(),
        b"GET /api/connect/status/caja 7 HTTP/1.1",
        b"GET http:///x HTTP/1.1",
        b"GET /api/connect/docs HTTP/1.1\r\nX-Note: a\0b",
        b"HOLA",
        b"GET /api/connect/documents?customer=" + b"a" * bounds.LONGEST_TARGET + b" HTTP/1.1",
        b"GET / HTTP/1.1" + b"\r\nX-Note: a" * (MOST_HEADERS + 1),
        b"GET / HTTP/1.1\r\nX-Note: " + b"a" * LONGEST_HEAD,
    ],
)
def test_what_is_not_http_is_answered_as_any_fault(port: int, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(head + b"\r\nHost: ocote.test\r\n\r\n")
        answer = HTTPResponse(raw)
        answer.begin()
        said = json.loads(answer.read())

    assert (answer.status, said["code"], said["errors"][0]["field"]) == (400, "http_malformed", "request")
    assert "usulután se escribe usulut%C3%A1n" in said["detail"]
    assert f"La dirección con sus parámetros admite {bounds.LONGEST_TARGET // 1024} KiB" in said["detail"]
    assert f"los encabezados son {MOST_HEADERS} a lo sumo y, con ella, {LONGEST_HEAD // 1024} KiB" in said["detail"]
    assert (answer.headers["content-type"], answer.headers["connection"]) == ("application/json", "close")
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("beginning", [b"GET /", b"GET / HTTP/1.1\r\nX-Note: ", b"POST / HTTP/1.1\r\n" + CHUNKED])
def test_a_head_that_never_ends_is_not_kept(port: int, beginning: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(beginning)
        with suppress(ConnectionError):  # the server has closed the connection, which is what is asked of it
            for _ in range(700):  # more than what is thrown away of a request that was answered early
                raw.sendall(b"a" * LONGEST_HEAD)
            pytest.fail("the server goes on taking it")


def test_a_request_that_does_not_arrive_ends_the_connection(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_WITHIN_S", 0.3)

    body = b"POST /x HTTP/1.1\r\nHost: ocote.test\r\nContent-Length: 9\r\n\r\n1"
    for beginning in (b"", b"GET /api/connect/docs HT", body):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall(beginning)
            began = monotonic()
            _read_to_the_end(raw)
            assert monotonic() - began < 3


def test_what_trickles_in_after_the_answer_holds_no_connection(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_WITHIN_S", 0.6)
    head = b"POST /api/connect/x HTTP/1.1\r\nHost: ocote.test\r\nContent-Length: 2\r\n\r\n"

    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(head + b"1")
        sleep(0.2)
        assert raw.recv(65536).startswith(b"HTTP/1.1 401 ")
        raw.sendall(b"2")  # the server had begun to wait for another request; now it has heard something
        began = monotonic()
        _read_to_the_end(raw)

    assert monotonic() - began < 3


def test_a_slow_answer_does_not_count_as_a_slow_request(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none_in_a_while(_: TwinGateway) -> list[str]:
        await asyncio.sleep(0.6)
        return []

    monkeypatch.setattr(bounds, "HEAD_WITHIN_S", 0.3)
    monkeypatch.setattr(TwinGateway, "problems_found", none_in_a_while)

    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        for _ in range(2):
            raw.sendall(b"GET /health/ready HTTP/1.1\r\nHost: ocote.test\r\n\r\n")
            assert raw.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_client_that_takes_nothing_of_its_answer_is_left(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "READING_WITHIN_S", 0.3)
    monkeypatch.setattr(bounds, "LOOK_EVERY_S", 0.1)
    asked = b"GET /api/connect/docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: ocote.test\r\n\r\n"
    whole = 16 * 1024 * 1024  # sixteen times a megabyte: more than all buffers on the way can hold

    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(asked * 16)
        sleep(1.5)
        assert _read_to_the_end(raw) < whole


@pytest.mark.parametrize(
    "head",
    [
        b"POST /x HTTP/1.1\r\nContent-Length: 9e99",
        b"POST /x HTTP/1.1\r\nContent-Length: 99999999999999999999",
        b"POST /x HTTP/1.1\r\nContent-Length: -1",
        b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
        b"POST /x HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked, identity",
        b"CONNECT ocote.test:443 HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"GET /",
        b"GET /" + b"a" * bounds.LONGEST_TARGET + b" HTTP/1.1",
        b"GET / HTTP/1.1" + b"\r\nX-Note: a" * (MOST_HEADERS + 1),
        b"GET / HTTP/1.1\r\nX-Note: " + b"a" * LONGEST_HEAD,
        b"GET / HTTP/1.1\r\nX-Note: " + b" " * (LONGEST_HEAD + bounds.PARSED_AT_ONCE) + b"a",
    ],
)
def test_what_no_client_means_is_refused(port: int, head: bytes) -> None:
    assert answers_to(port, head + b"\r\nHost: ocote.test\r\n\r\n") == [400]


@pytest.mark.parametrize(
    "body",
    [
        b"1\r\n \r\n" * 5000,
        b"1;" + b"a" * 400_000,
        (b"1;" + b"a" * 1000 + b"\r\n \r\n") * 200,
        b"0\r\n" + b"X-Note: a\r\n" * 5000,
        b"xyz\r\n",
    ],
)
def test_a_body_of_hardly_anything_but_framing_is_refused(port: int, body: bytes) -> None:
    head = b"POST /api/connect/invoice HTTP/1.1\r\nHost: ocote.test\r\nTransfer-Encoding: chunked\r\n"
    content = b"Content-Type: application/json\r\nAuthorization: Bearer " + KEY.encode() + b"\r\n\r\n"

    assert answers_to(port, head + content + body) == [400]


@pytest.mark.parametrize(
    "hosts",
    [b"", b"Host:\r\n", b"Host: uno.test\r\nHost: uno.test\r\n", b"Host: uno dos\r\n", b"Host: uno.test/x\r\n"],
)
def test_a_request_names_exactly_one_host(port: int, hosts: bytes) -> None:
    assert answers_to(port, b"GET /health/live HTTP/1.1\r\n" + hosts + b"\r\n") == [400]


@pytest.mark.parametrize("host", [b"ocote.test", b"OCOTE.test:8443", b"[2001:db8::1]:8443", b"mi_gateway", b"10.0.0.5"])
def test_a_host_may_be_written_in_every_form(port: int, host: bytes) -> None:
    assert answers_to(port, b"GET /health/live HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", expected=1) == [200]


def test_http_1_0_needs_no_host(port: int) -> None:
    assert answers_to(port, b"GET /health/live HTTP/1.0\r\n\r\n") == [200]


def test_a_head_of_64_kib_passes_with_a_body_behind_it_and_a_longer_one_behind_another_request_does_not(
    port: int,
) -> None:
    content = json.dumps(INVOICE).encode()
    begin = b"POST /api/connect/invoice HTTP/1.1\r\nHost: ocote.test\r\nContent-Type: application/json\r\n"
    end = b"\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n" % (KEY.encode(), len(content))
    padding = LONGEST_HEAD - len(begin) - len(end) - len(b"X-Note: ")

    assert answers_to(port, begin + b"X-Note: " + b"a" * padding + end + content, expected=1) == [200]
    long = b"GET /health/live HTTP/1.1\r\nHost: ocote.test\r\nX-Note: " + b" " * (LONGEST_HEAD + 4096) + b"a\r\n\r\n"
    assert answers_to(port, GET + long) == [200, 400]


async def in_two_pieces(scope: Any, receive: Any, send: Any) -> None:
    """Answers without a length; below ``/broken`` the second piece never comes."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"uno,", "more_body": True})
    if scope["path"] != "/broken":
        await send({"type": "http.response.body", "body": b"dos"})


def test_to_http_1_0_an_answer_of_unknown_length_ends_with_its_connection() -> None:
    with serving(in_two_pieces) as listening, socket.create_connection(("127.0.0.1", listening), timeout=20) as raw:
        raw.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == b"uno,dos"
    assert b"transfer-encoding" not in head
    assert b"connection: close" in head


def test_to_http_1_0_an_answer_that_breaks_off_ends_with_an_error_of_the_connection() -> None:
    with serving(in_two_pieces) as listening, socket.create_connection(("127.0.0.1", listening), timeout=20) as raw:
        raw.sendall(b"GET /broken HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            list(iter(lambda: raw.recv(65536), b""))


def test_a_handful_of_requests_may_be_sent_ahead(port: int) -> None:
    assert answers_to(port, GET * 8, expected=8) == [200] * 8


def test_of_more_requests_sent_ahead_the_first_are_answered_in_order_and_the_rest_refused(port: int) -> None:
    assert answers_to(port, GET * 5000) == [200] * (1 + MOST_QUEUED) + [400]


def test_a_client_that_goes_is_missed_though_it_had_sent_more_ahead(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LOOK_EVERY_S", 0.1)
    noticed = threading.Event()

    async def never(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        noticed.set()

    with serving(never) as lonely:
        with socket.create_connection(("127.0.0.1", lonely), timeout=20) as raw:
            raw.sendall(GET * 4)
        assert noticed.wait(20)


def test_the_answer_to_a_request_comes_before_the_refusal_of_what_follows_it(port: int) -> None:
    assert answers_to(port, GET + b"HOLA\r\n\r\n") == [200, 400]


def test_a_request_refused_before_its_body_closes_the_connection(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(b"POST /api/connect/invoice HTTP/1.1\r\nHost: ocote.test\r\nContent-Length: 70000\r\n\r\n")
        answer = HTTPResponse(raw)
        answer.begin()
        assert (answer.status, answer.headers["connection"]) == (401, "close")
        answer.read()
        raw.sendall(b" " * 69_999 + GET)  # what follows is not a request any more
        assert _read_to_the_end(raw) == 0


def test_a_client_that_asks_first_is_not_told_to_send_what_will_be_refused(port: int) -> None:
    head = b"POST /api/connect/x HTTP/1.1\r\nHost: ocote.test\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"

    assert answers_to(port, head) == [401]


def test_a_trailer_is_no_header(port: int) -> None:
    head = (
        b"POST /api/connect/invoice HTTP/1.1\r\nHost: ocote.test\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\n\r\n"
    )

    assert answers_to(port, head + b"0\r\nAuthorization: Bearer " + KEY.encode() + b"\r\n\r\n", expected=1) == [401]


def test_the_wish_for_another_protocol_is_ignored(port: int) -> None:
    content = json.dumps(INVOICE).encode()
    head = (
        b"POST /api/connect/invoice HTTP/1.1\r\nHost: ocote.test\r\n"
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n" % (KEY.encode(), len(content))
    )

    assert answers_to(port, head + content, expected=1) == [200]
    assert answers_to(port, GET.replace(b"Host", b"Connection: upgrade\r\nUpgrade: websocket\r\nHost")) == [200]


def test_ids_of_requests_have_nothing_in_common(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        ids = []
        for _ in range(2):
            raw.sendall(b"GET /api/connect/status/x HTTP/1.1\r\nHost: ocote.test\r\n\r\n")
            answer = HTTPResponse(raw)
            answer.begin()
            answer.read()
            ids.append(answer.headers["x-request-id"])

    assert len(ids[0]) == len(ids[1]) == 32
    assert ids[0][:4] != ids[1][:4] or ids[0][-4:] != ids[1][-4:]


def answers_to(port: int, sent: bytes, expected: int = 1000) -> list[int]:
    """The statuses that are answered, until the server closes or so many have come."""
    statuses: list[int] = []
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        with suppress(ConnectionError):
            raw.sendall(sent)
        reader = raw.makefile("rb")
        while len(statuses) < expected and (line := reader.readline()):
            statuses.append(int(line.split()[1]))
            length = 0
            while header := reader.readline().strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            reader.read(length)
    return statuses


def _read_to_the_end(raw: socket.socket) -> int:
    """How much the other side had sent when it closed the connection. Raises TimeoutError when it does not."""
    read = 0
    with suppress(ConnectionError):
        while piece := raw.recv(65536):
            read += len(piece)
    return read
