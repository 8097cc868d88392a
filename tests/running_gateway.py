"""A whole gateway for tests: the real application on a real socket, over a real database, with the emulator as MH."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from ocote.app import build_app
from ocote.clock import EL_SALVADOR
from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.server import RegisteredCompany, RunningEmulator
from ocote.parts import USUAL, Tuning
from ocote.settings import Settings
from ocote.vault import new_secret
from ocote.web.server.protocol import JoiningHttpProtocol
from tests.builders.company import company_file, register_company, write_company
from tests.ports import free_port

NEVER = "9999-01-01"
"""The first day of Normativa v2.0 for a company that always writes v1.x."""


class MovableClock:
    """The real clock, moved forwards or backwards by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def set(self, moment: datetime) -> None:
        """Continues from an aware moment."""
        self.ahead = moment - datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an HTTP request, with numbers as Decimal."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The body, which has to be JSON."""
        return json.loads(self.content, parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """A running gateway with one company, one key and its own MH."""

    url: str
    key: str = field(repr=False)
    emulator: RunningEmulator
    clock: MovableClock
    database_url: str
    settings: Settings
    folder: Path

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Reply:
        """Sends a request to a path below ``/api/connect``; ``key=""`` sends no key."""
        parts = urlsplit(self.url)
        connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        sent = dict(headers or {})
        token = self.key if key is None else key
        if token:
            sent.setdefault("Authorization", f"Bearer {token}")
        content = raw if raw is not None else None if body is None else json.dumps(body, default=str).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, f"/api/connect{path}", content, sent)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post(self, path: str, body: Any, **options: Any) -> Any:
        """The JSON of a call that has to be answered 200."""
        reply = self.request("POST", path, body, **options)
        assert reply.status == 200, reply.content
        return reply.json()

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of a call that has to be answered 200."""
        reply = self.request("GET", path, **options)
        assert reply.status == 200, reply.content
        return reply.json()

    def is_now(self, year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> None:
        """Sets the clocks of gateway and MH to a moment in El Salvador."""
        moment = datetime(year, month, day, hour, minute, tzinfo=EL_SALVADOR)
        self.clock.set(moment)
        self.emulator.control.set_clock(moment)

    def time_passes(self, **span: float) -> None:
        """Moves the clocks of gateway and MH by a span such as ``minutes=2``."""
        passed = timedelta(**span)
        self.clock.ahead += passed
        self.emulator.control.move_clock(passed.total_seconds())

    def environ(self) -> dict[str, str]:
        """The settings of the gateway as a command finds them."""
        return {
            "OCOTE_DATABASE_URL": self.settings.database_url,
            "OCOTE_DATA_DIR": str(self.folder),
            "OCOTE_SECRET_KEY": str(self.settings.secret_key),
            "OCOTE_MH_TEST_URL": self.settings.mh_test_url,
        }

    def another_company(self, nit: str = "06140102260013", nrc: str = "1234575") -> str:
        """Registers a second company with gateway and MH; returns the company's API key."""
        made = self.emulator.add_company(nit=nit, nrc=nrc, name="Otra Empresa, S.A. de C.V.")
        return self.another_company_of(made)

    def another_company_of(self, made: RegisteredCompany) -> str:
        """Registers a company that MH knows with the gateway; returns the company's API key."""
        nit, nrc = made.nit, made.nrc
        (self.folder / f"{nit}.crt").write_bytes(made.certificate)
        described = company_file(
            nit=nit,
            nrc=nrc,
            password=made.password,
            certificate_password=made.certificate_password,
            environment=made.environment,
        )
        path = self.folder / "otra-empresa.toml"
        path.write_text(described, encoding="utf-8")
        return _registered(self.settings, path)


@dataclass(frozen=True, slots=True)
class ClosedGateway:
    """A gateway that does not run yet, or not at this moment: its company, its key, its clock and its MH."""

    key: str = field(repr=False)
    emulator: RunningEmulator
    clock: MovableClock
    settings: Settings

    @contextmanager
    def opened(
        self, *, with_worker: bool = False, tuning: Tuning = USUAL, data_dir: Path | None = None
    ) -> Iterator[RunningGateway]:
        """Starts the gateway, and stops it at the end. ``data_dir`` stands for that of another machine."""
        settings = self.settings if data_dir is None else replace(self.settings, data_dir=data_dir)
        with serving(settings, self.clock, with_worker=with_worker, tuning=tuning) as url:
            yield RunningGateway(
                url, self.key, self.emulator, self.clock, settings.database_url, settings, self.settings.data_dir
            )


@contextmanager
def closed_gateway(
    database_url: str,
    folder: Path,
    *,
    edition_from: str = NEVER,
    editions: Mapping[str, str] | None = None,
    company: str = "",
    first: str = "",
    point_of_sale: str = "",
    **more: Any,
) -> Iterator[ClosedGateway]:
    """Starts MH, and registers the company with a gateway that can be opened and closed again and again.

    ``edition_from`` is the first day of Normativa v2.0, ``editions`` its exceptions by type; ``company`` is more TOML
    for the end of the company's file, ``first`` for its beginning, ``point_of_sale`` for its point of sale; ``more``
    are settings.
    """
    exceptions = "".join(f'"{doc_type}" = "{edition}"\n' for doc_type, edition in (editions or {}).items())
    tables = f"{point_of_sale}\n[editions]\nfrom = {edition_from}\n{exceptions}\n{company}"
    company_path = write_company(folder, tables, first)
    with RunningEmulator(Registry(load_companies(company_path)), port=free_port()) as emulator:
        settings = Settings(
            data_dir=folder,
            database_url=database_url,
            secret_key=new_secret(),
            mh_test_url=emulator.url,
            mh_production_url=emulator.url,
            allow_http=True,
            **{"mh_timeout_s": 5.0, **more},
        )
        yield ClosedGateway(_registered(settings, company_path), emulator, MovableClock(), settings)


@contextmanager
def running_gateway(
    database_url: str, folder: Path, *, with_worker: bool = False, tuning: Tuning = USUAL, **more: Any
) -> Iterator[RunningGateway]:
    """Starts MH and the gateway, and stops both at the end. ``more`` is as in ``closed_gateway``."""
    with (
        closed_gateway(database_url, folder, **more) as closed,
        closed.opened(with_worker=with_worker, tuning=tuning) as running,
    ):
        yield running


@contextmanager
def serving(settings: Settings, clock: MovableClock, *, with_worker: bool, tuning: Tuning = USUAL) -> Iterator[str]:
    """The application of these settings on a loopback port, in a thread of its own."""
    app = build_app(settings, with_worker=with_worker, clock=clock, tuning=tuning)
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=0, loop="uvloop", http=JoiningHttpProtocol, log_config=None, access_log=False, lifespan="on"
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = threading.Event()
    while not server.started:
        if not thread.is_alive() or deadline.wait(0.01):
            raise RuntimeError("the gateway did not start")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _registered(settings: Settings, company_path: Path) -> str:
    """Registers a company on a separate event loop; the caller may be inside a running loop."""
    with ThreadPoolExecutor(1) as pool:
        work = register_company(settings.database_url, settings.required_secret(), company_path)
        return pool.submit(asyncio.run, work).result()
