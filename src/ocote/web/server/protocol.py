"""The HTTP protocol of uvicorn with bounds for each client, in bytes, in work and in time, and the API's own 400.

``JoiningHttpProtocol`` overrides methods of ``uvicorn.protocols.http.httptools_impl.HttpToolsProtocol``. That class is
private to uvicorn and may change in any minor version: pyproject.toml pins uvicorn to the minor version against which
tests/web/test_server.py has passed.

uvicorn accepts a head of any length, any number of requests at once and any number of chunks, parses what follows a
refusal, and sets no time limit for a request or for a client that does not read: a client without a key could fill the
memory or keep the process busy. A fault of a client is raised in a callback of the parser, which then stops.
"""

import asyncio
import re
from collections.abc import Iterable
from typing import cast
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ocote.web.server import bounds
from ocote.web.server.cycle import Cycle, Flow
from ocote.web.server.malformed import malformed
from ocote.web.server.peer import has_gone
from ocote.web.server.records import WastefulRecordsError
from ocote.web.server.seats import Seat
from ocote.web.server.turned_away import Why, turned_away
from ocote.web.server.writes import JoinedWrites

_LAST_CHUNK = b"0\r\n\r\n"
_VERSIONS = ("1.1", "1.0")
_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=:%\[\]-]+")
_LONGEST_STEPS = bounds.LONGEST_HEAD + bounds.PARSED_AT_ONCE
"""A head within the bound may share its last step with the beginning of a body."""

_UPGRADES = (b"upgrade", b"http2-settings")


class _ClientFaultError(Exception):
    """The client has passed a bound, speaks another version of HTTP, or names no host or more than one."""


class JoiningHttpProtocol(HttpToolsProtocol):
    """The protocol for ``uvicorn.Config(http=…)``."""

    seat: Seat | None = None
    """The seat of the connection; None on a server without bounds for connections, as in tests."""

    has_begun = False
    """Whether ``connection_made`` was called, TLS included; ``connection_lost`` will be called then."""

    transport: JoinedWrites  # type: ignore[assignment] # what uvicorn calls of a transport
    flow: Flow
    cycle: Cycle | None  # type: ignore[assignment] # the newest request, which may wait in the queue; None before it
    _answering: Cycle | None = None

    _unspent = 0
    """Bytes received beyond the body, less the body's own: a body pays for as much framing."""

    _chunks_left = 0
    _body_bytes = 0
    _in_head = False
    _is_faulty = False
    """Whether the client has made a fault after which nothing can be parsed; requests before it are still answered."""

    _discarding = -1
    """The bytes that are still thrown away before the connection closes; negative while input is parsed."""

    _deadline = 0.0
    _unread_since: float | None = None
    _next_look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn types it
        """Begins to serve a connection."""
        super().connection_made(cast("asyncio.Transport", JoinedWrites(transport, self.loop)))
        self.has_begun = True
        transport.set_write_buffer_limits(high=bounds.UNREAD)
        self.flow = Flow(cast("asyncio.Transport", self.transport))
        self._deadline = self.loop.time() + bounds.HEAD_WITHIN_S
        self._next_look = self.loop.call_later(bounds.LOOK_EVERY_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends what belongs to the connection."""
        if self._next_look is not None:
            self._next_look.cancel()
        if self.seat is not None:
            self.seat.leave()
        if isinstance(exc, WastefulRecordsError):
            turned_away.count("malformed", self._address)
        self.pipeline.clear()
        if self._answering is not None:
            self._answering.give_up()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parses more of the input, or throws it away."""
        for begin in range(0, len(data), bounds.PARSED_AT_ONCE):
            self._take(data[begin : begin + bounds.PARSED_AT_ONCE])

    def _take(self, data: bytes) -> None:
        if self._discarding >= 0 or self._is_faulty:
            self._discard(data)
            return
        self._unspent += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._read_on_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._fail()
        else:
            if self._unspent > _LONGEST_STEPS:
                self._fail()

    # What the parser finds, in this order

    def on_message_begin(self) -> None:
        """Begins a request, and its time limit unless it runs since the beginning of the connection."""
        super().on_message_begin()
        self._in_head = True
        if self.cycle is not None:
            self._deadline = self.loop.time() + bounds.HEAD_WITHIN_S

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header; a trailer is dropped, because the request it belongs to is being answered already."""
        if not self._in_head:
            self.on_chunk_header()
            return
        super().on_header(name, value)
        if len(self.headers) > bounds.MOST_HEADERS:
            raise _ClientFaultError

    def on_headers_complete(self) -> None:
        """Starts a request, or queues it behind the one that is being answered."""
        if self._unspent > bounds.LONGEST_HEAD:  # with the beginning of the body in the same step
            self._check_head()
        if len(self.url) > bounds.LONGEST_TARGET:
            raise _ClientFaultError
        self._in_head = False
        self._unspent = 0
        if self.parser.should_upgrade():
            return
        self._chunks_left = bounds.FREE_CHUNKS
        self._body_bytes = 0
        self._deadline = self.loop.time() + bounds.BODY_GRACE_S
        before, cycle = self.cycle, self._new_cycle()
        if before is None or before.response_complete:
            self.cycle = cycle
            self._start(cycle)
        elif len(self.pipeline) < bounds.MOST_QUEUED:
            self.cycle = cycle
            self.flow.hold()
            self.pipeline.appendleft((cycle, self.app))
        else:
            raise _ClientFaultError

    def on_chunk_header(self) -> None:
        """Counts a chunk: each costs as much work as a hundred bytes of a body."""
        self._chunks_left -= 1
        if self._chunks_left < 0:
            raise _ClientFaultError

    def on_body(self, body: bytes) -> None:
        """Takes a piece of the body, which extends the time limit."""
        size = len(body)
        self._unspent -= 2 * size
        self._chunks_left += size // bounds.SMALL_CHUNK
        self._body_bytes += size
        self._deadline += size / bounds.SLOWEST_BODY
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Ends a request."""
        self._unspent = 0
        if not self.parser.should_upgrade():
            super().on_message_complete()
            self._take_seat()

    # What follows an answer

    def on_response_complete(self) -> None:
        """Starts the next request of the queue; without one, waits for more, or closes if a fault was the last."""
        self.server_state.total_requests += 1
        self._answering = None
        self._take_seat()
        if self.transport.stays_open:
            self._linger(self._rest_of_body())
        elif self.transport.is_closing():
            self._unread_since = self.loop.time()
        elif self.pipeline:
            cycle, _ = self.pipeline.pop()
            if not self.pipeline and not self._is_faulty:
                self.flow.let_go()
            self._start(cast("Cycle", cycle))
        elif self._is_faulty:
            self._refuse()
        else:
            self.flow.let_go()
            self._deadline = self.loop.time() + (bounds.HEAD_WITHIN_S if self._in_head else self.timeout_keep_alive)

    def pause_writing(self) -> None:
        """Starts the time limit for reading, because the client reads more slowly than the response is written."""
        self._unread_since = self.loop.time()
        self._take_seat()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Stops the time limit for reading, because the client has read enough."""
        self._unread_since = None
        self._take_seat()
        super().resume_writing()

    def shutdown(self) -> None:
        """Closes the connection once the request under way is answered, for the server stops."""
        self.transport.stays_open = False
        super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answers malformed HTTP like any fault of a request, and closes: the rest cannot be parsed."""
        self.transport.write(malformed(self.scheme or "http", self.server_state.default_headers))

    def _new_cycle(self) -> Cycle:
        """The request whose head is complete."""
        version = self.parser.get_http_version()
        if version not in _VERSIONS or not _names_host(self.headers, version):
            raise _ClientFaultError
        target = httptools.parse_url(self.url)
        path = target.path.decode("ascii")
        scope = self.scope
        scope["http_version"] = version
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["raw_path"] = target.path
        scope["path"] = unquote(path) if "%" in path else path
        scope["query_string"] = target.query or b""
        return Cycle(
            scope=scope,
            transport=cast("asyncio.Transport", self.transport),
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )

    def _start(self, cycle: Cycle) -> None:
        self._answering = cycle
        self._take_seat()
        self._start_asgi_task(cycle, self.app)

    def _take_seat(self) -> None:
        """Says whether the gateway works for the client, or waits for it: for a request, a body or its reading."""
        if self.seat is None:
            return
        if self._answering is None or self._answering.more_body or self._unread_since is not None:
            self.seat.wait()
        else:
            self.seat.work()

    def _check_head(self) -> None:
        length = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if length > bounds.LONGEST_HEAD or self._unspent > _LONGEST_STEPS:
            raise _ClientFaultError

    def _read_on_without_upgrade(self, rest: bytes) -> None:
        """Parses a request again without the wish for another protocol, which a server may ignore (RFC 9110, 7.8)."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._fail()
            return
        version = self.parser.get_http_version().encode("ascii")
        kept = (b"%s: %s\r\n" % header for header in self.headers if header[0] not in _UPGRADES)
        head = b"".join((method, b" ", self.url, b" HTTP/", version, b"\r\n", *kept, b"\r\n"))
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(head + rest)

    def _fail(self) -> None:
        """Ends the reading of requests; the 400 follows the answers to the requests before."""
        self._is_faulty = True
        turned_away.count("malformed", self._address)
        cycle = self.cycle
        if cycle is not None and cycle.more_body and not cycle.response_started:
            # The fault is in the body of this request: the 400 is its answer.
            if self.pipeline and self.pipeline[0][0] is cycle:
                self.pipeline.popleft()
            else:
                cycle.give_up()
                self._refuse()
                return
        if cycle is None or cycle.response_complete:
            self._refuse()
        else:
            self.flow.hold()

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("")
            self.transport.stays_open = True
            self.transport.close()
            self._linger(bounds.DISCARDED_AFTER_A_FAULT)

    def _linger(self, most: int) -> None:
        """Throws away what the client is still sending, so that it can read its answer, and then closes."""
        if most <= 0:
            self._close()
            return
        self._discarding = most
        self._deadline = self.loop.time() + bounds.LINGER_S
        self.transport.write_eof()
        self.flow.let_go()

    def _rest_of_body(self) -> int:
        """The bytes that the client will still send of a request that was answered early."""
        if self.cycle is None or not self.cycle.more_body:
            return 0
        declared = dict(self.headers).get(b"content-length")
        return (
            bounds.MOST_DISCARDED if declared is None else min(bounds.MOST_DISCARDED, int(declared) - self._body_bytes)
        )

    def _discard(self, data: bytes) -> None:
        if self._discarding < 0:
            return  # the answers to the requests before the fault come first
        self._discarding = max(0, self._discarding - len(data))
        if self._discarding == 0 or data.endswith(_LAST_CHUNK):
            self._close()

    def _close(self) -> None:
        """Closes after everything is sent."""
        self.transport.stays_open = False
        self.transport.close()
        self._unread_since = self.loop.time()

    def _look(self) -> None:
        """Ends the connection when a time limit has passed: one timer for all limits, never moved for a request."""
        now = self.loop.time()
        if self._unread_since is not None and now - self._unread_since > bounds.READING_WITHIN_S:
            self._abort("unread")
            return
        # While reading is paused, the loop does not notice that the client has gone.
        if self.flow.held and has_gone(self.transport.get_extra_info("socket")):
            self.transport.abort()
        if not self._awaits_input():
            self._deadline = max(self._deadline, now + bounds.BODY_GRACE_S)
        elif now >= self._deadline:
            self._end_silence()
        pause = self._deadline - now
        pause = min(pause, bounds.LOOK_EVERY_S) if pause > 0 else bounds.LOOK_EVERY_S
        self._next_look = self.loop.call_later(pause, self._look)

    def _awaits_input(self) -> bool:
        """Whether it is the client's turn."""
        if self._discarding >= 0:
            return self._unread_since is None
        if self.flow.read_paused or self.transport.is_closing():
            return False
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def _end_silence(self) -> None:
        if self._discarding >= 0:
            self.transport.abort()
        elif self.cycle is None or self._in_head:
            self._abort("slow_head")
        elif self.cycle.more_body:
            self._abort("slow_body")
        else:
            self._close()

    def _abort(self, why: Why) -> None:
        turned_away.count(why, self._address)
        self.transport.abort()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else "unknown"


def _names_host(headers: Iterable[tuple[bytes, bytes]], version: str) -> bool:
    """Whether a request names exactly one host, as all but those of HTTP/1.0 must (RFC 9112 3.2)."""
    hosts = [value for name, value in headers if name == b"host"]
    if not hosts:
        return version == "1.0"
    return len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None
