"""A whole gateway for tests: the real application on a real socket, over a real database, with the emulator as MH."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from ocote.app import USUAL, Tuning, build_app
from ocote.cli.demo.company import COMPANY_FILE, POINT_OF_SALE
from ocote.clock import EL_SALVADOR, system_clock
from ocote.companies.file.parse import read_company_file
from ocote.companies.registry import KeyLimits, add_company, create_key
from ocote.emulator.certificate import make_certificate
from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.server import RunningEmulator
from ocote.settings import Settings
from ocote.store.engine.opening import open_store
from ocote.vault import Vault, new_secret
from ocote.web.protocol import JoiningHttpProtocol
from tests.ports import free_port

NEVER = "9999-01-01"
"""As the first day of Normativa v2.0: a company that writes v1.x whenever the tests run."""


_CERTIFICATE = "06140101260017.crt"


@cache
def _certificate() -> bytes:
    """The company's, one for each test process: making a key takes longer than starting all the rest."""
    return make_certificate("06140101260017", "Café de Demostración, S.A. de C.V.", "Certificado#2026")


class MovableClock:
    """A clock that runs on with the real one, moved by as much as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def set(self, moment: datetime) -> None:
        """Goes on from an aware moment."""
        self.ahead = moment - datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer as a client sees it; numbers are Decimal."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """The body, which has to be JSON."""
        return json.loads(self.content, parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class RunningHouse:
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
        """One call below ``/api/connect``; ``key=""`` sends none."""
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
        """It becomes this moment in El Salvador, here and at MH."""
        moment = datetime(year, month, day, hour, minute, tzinfo=EL_SALVADOR)
        self.clock.set(moment)
        self.emulator.control.set_clock(moment)

    def time_passes(self, **span: float) -> None:
        """Moves the clock on, here and at MH, by ``minutes=2`` and the like."""
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
        """Registers a second company, here and at MH, and tells its key."""
        made = self.emulator.add_company(nit=nit, nrc=nrc, name="Otra Empresa, S.A. de C.V.")
        (self.folder / f"{nit}.crt").write_bytes(made.certificate)
        described = COMPANY_FILE
        for ours, theirs in (
            ("0614-010126-001-7", nit),
            ("123456-7", nrc),
            ("06140101260017", nit),
            ("Demostracion#2026", made.password),
            ("Certificado#2026", made.certificate_password),
        ):
            described = described.replace(ours, theirs)
        path = self.folder / "otra-empresa.toml"
        path.write_text(described, encoding="utf-8")
        key: str = _in_thread(_registered(self.settings, path))
        return key


@contextmanager
def running_house(
    database_url: str,
    folder: Path,
    *,
    edition_from: str = NEVER,
    with_worker: bool = False,
    editions: Mapping[str, str] | None = None,
    company: str = "",
    tuning: Tuning = USUAL,
    **more: Any,
) -> Iterator[RunningHouse]:
    """Starts everything and stops it at the end.

    ``edition_from`` is the first day of Normativa v2.0, ``editions`` its exceptions by type; ``company`` is more TOML
    for the company's file, ``more`` are settings.
    """
    company_path = folder / "empresa.toml"
    exceptions = "".join(f'"{doc_type}" = "{edition}"\n' for doc_type, edition in (editions or {}).items())
    company_path.write_text(
        f"{COMPANY_FILE}\n[editions]\nfrom = {edition_from}\n{exceptions}\n{company}", encoding="utf-8"
    )
    (folder / _CERTIFICATE).write_bytes(_certificate())
    with ExitStack() as stack:
        emulator = stack.enter_context(RunningEmulator(Registry(load_companies(company_path)), port=free_port()))
        clock = MovableClock()
        settings = Settings(
            data_dir=folder,
            database_url=database_url,
            secret_key=new_secret(),
            mh_test_url=emulator.url,
            allow_http=True,
            **{"mh_timeout_s": 1.0, **more},
        )
        key = _in_thread(_registered(settings, company_path))
        url = stack.enter_context(serving(settings, clock, with_worker=with_worker, tuning=tuning))
        yield RunningHouse(url, key, emulator, clock, database_url, settings, folder)


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


async def _registered(settings: Settings, company_path: Path) -> str:
    company = read_company_file(company_path)
    async with open_store(settings.database_url) as store:
        await add_company(store, Vault.from_secret(settings.required_secret()), company, system_clock)
        return await create_key(
            store, system_clock, nit=company.nit, point=POINT_OF_SALE, limits=KeyLimits(10**6, 10**6)
        )


def _in_thread(work: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
