"""``GET /documents/export``: one file, made while it is sent."""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, IncompleteRead

import pytest
import uvicorn

from ocote.archive.exporting import ExportRequest
from ocote.documents.view import Refused
from ocote.store.engine.store import StoreUnavailableError
from ocote.web.limiter import RateLimiter
from tests.api.client import Client, client_of, http_app
from tests.api.twin import KEY, TwinGateway, key_holder

EXPORT = "/api/connect/documents/export"
JUNE = f"{EXPORT}?date_from=2026-06-01&date_to=2026-06-30"


@pytest.fixture
def gateway() -> TwinGateway:
    return TwinGateway()


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


class TestAsking:
    async def test_days_are_local_and_both_are_included(self, client: Client, gateway: TwinGateway) -> None:
        await client.get(f"{JUNE}&format=csv")

        assert gateway.exports == [
            ExportRequest(datetime(2026, 6, 1, 6, tzinfo=UTC), datetime(2026, 7, 1, 6, tzinfo=UTC), "csv")
        ]

    async def test_without_a_format_it_is_a_zip(self, client: Client, gateway: TwinGateway) -> None:
        await client.get(JUNE)

        assert gateway.exports[0].format == "zip"

    @pytest.mark.parametrize(
        ("query", "faults"),
        [
            ("", {("date_from", "field_required"), ("date_to", "field_required")}),
            ("date_from=2026-06-01", {("date_to", "field_required")}),
            ("date_from=2026-06-31&date_to=2026-07-01", {("date_from", "date_unknown")}),
            ("date_from=2026-06-02&date_to=2026-06-01", {("date_to", "date_range_reversed")}),
            ("date_from=2026-06-01&date_to=2026-06-01&format=pdf", {("format", "query_value_unknown")}),
        ],
    )
    async def test_what_is_wrong_is_named(self, client: Client, query: str, faults: set[tuple[str, str]]) -> None:
        reply = await client.get(f"{EXPORT}?{query}")

        assert reply.status == 400
        assert {(fault["field"], fault["code"]) for fault in reply.json["errors"]} == faults

    async def test_a_key_is_needed(self, gateway: TwinGateway) -> None:
        assert (await client_of(gateway, key=None).get(JUNE)).code == "key_missing"


class TestAnswering:
    @pytest.mark.parametrize(
        ("form", "media_type"),
        [
            ("zip", "application/zip"),
            ("csv", "text/csv; charset=utf-8"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ],
    )
    async def test_the_file_is_named_by_its_days(self, client: Client, form: str, media_type: str) -> None:
        reply = await client.get(f"{JUNE}&format={form}")

        assert (reply.status, reply.body, reply.is_whole) == (200, b"onetwo", True)
        assert reply.headers["content-type"] == media_type
        assert reply.headers["content-disposition"] == f'attachment; filename="documentos-20260601-20260630.{form}"'
        assert reply.headers["cache-control"] == "private, no-store"
        assert "content-length" not in reply.headers

    async def test_it_counts_as_one_call(self, gateway: TwinGateway) -> None:
        gateway.callers = {KEY: key_holder(per_minute=1)}
        gateway.pieces = [b"x"] * 50
        client = client_of(gateway)

        first, second = await client.get(JUNE), await client.get(JUNE)

        assert (first.status, first.headers["x-ratelimit-remaining-minute"]) == (200, "0")
        assert (second.status, second.code) == (429, "rate_limit_minute")

    @pytest.mark.parametrize(
        ("raised", "status", "code"),
        [
            (Refused("export_in_progress"), 409, "export_in_progress"),
            (StoreUnavailableError("gone"), 503, "service_unavailable"),
            (RuntimeError("?"), 500, "internal_error"),
        ],
    )
    async def test_what_fails_before_the_first_piece_is_an_error_as_any_other(
        self, client: Client, gateway: TwinGateway, raised: Exception, status: int, code: str
    ) -> None:
        gateway.pieces = [raised]

        reply = await client.get(JUNE)

        assert (reply.status, reply.code) == (status, code)
        assert gateway.ended_exports == 1

    async def test_what_fails_later_leaves_the_file_unfinished(self, client: Client, gateway: TwinGateway) -> None:
        gateway.pieces = [b"one", StoreUnavailableError("gone")]

        reply = await client.get(JUNE)

        assert (reply.status, reply.body, reply.is_whole) == (200, b"one", False)
        assert gateway.ended_exports == 1


class EndlessGateway(TwinGateway):
    """A twin whose exports never end by themselves; the workbook never even begins, the zip breaks off."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = threading.Event()

    async def export(self, company_id: int, wanted: ExportRequest) -> AsyncGenerator[bytes, None]:
        try:
            if wanted.format == "xlsx":
                await asyncio.Event().wait()
            if wanted.format == "zip":
                yield b"the beginning"
                raise StoreUnavailableError("gone")
            while True:
                yield bytes(64 * 1024)
        finally:
            self.ended.set()


class TestHead:
    @pytest.mark.parametrize("form", ["csv", "xlsx", "zip"])
    async def test_of_an_export_says_what_it_would_be_and_makes_nothing_of_it(
        self, client: Client, gateway: TwinGateway, form: str
    ) -> None:
        asked = await client.send("HEAD", f"{JUNE}&format={form}", b"", {})
        whole = await client.get(f"{JUNE}&format={form}")

        assert (asked.status, asked.body) == (200, b"")
        assert whole.body == b"onetwo"
        assert asked.headers["content-type"] == whole.headers["content-type"]
        assert asked.headers["content-disposition"] == whole.headers["content-disposition"]


class TestOverASocket:
    @pytest.fixture
    def endless(self) -> EndlessGateway:
        return EndlessGateway()

    @pytest.fixture
    def port(self, endless: EndlessGateway) -> Iterator[int]:
        app = http_app(endless, RateLimiter.from_url("memory://"), allow_http=True)
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app, http="httptools", lifespan="off", access_log=False, log_config=None)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()

    def asked(self, port: int, form: str) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", f"{JUNE}&format={form}", headers={"Authorization": f"Bearer {KEY}"})
        return connection

    def test_a_client_that_goes_away_stops_the_work(self, port: int, endless: EndlessGateway) -> None:
        connection = self.asked(port, "csv")
        answer = connection.getresponse()
        assert answer.headers["transfer-encoding"] == "chunked"
        assert len(answer.read(300_000)) == 300_000
        assert not endless.ended.is_set()

        answer.close()
        connection.close()

        assert endless.ended.wait(10)

    def test_also_before_the_first_piece_is_made(self, port: int, endless: EndlessGateway) -> None:
        self.asked(port, "xlsx").close()

        assert endless.ended.wait(10)

    def test_a_file_that_breaks_off_cannot_be_taken_for_a_whole_one(self, port: int, endless: EndlessGateway) -> None:
        connection = self.asked(port, "zip")
        answer = connection.getresponse()

        with pytest.raises(IncompleteRead) as broken:
            answer.read()

        assert broken.value.partial == b"the beginning"
        connection.close()
