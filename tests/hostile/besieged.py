"""A gateway process that two companies share: an attacker, who may be a stranger too, and a neighbour who sells."""

import asyncio
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Literal

from ocote.companies.keys import KeyLimits
from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.server import RunningEmulator
from ocote.tls import loopback_certificate
from ocote.vault import new_secret
from tests.builders.bodies import invoice
from tests.builders.company import NO_LIMITS, company_file, register_company, write_company
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.ports import free_port
from tests.processes import Child, start
from tests.running_gateway import Reply

Transport = Literal["http", "https"]

PATIENCE_S = 60.0
"""Seconds after which a client of the neighbour gives up: far more than a sale takes on the slowest machine."""

ADDRESS_SPACE = 3 * 1024 * 1024 * 1024
"""Bytes of address space of the process. Threads reserve most of them without ever touching the memory."""

_START_S = 60.0
_V2 = "[editions]\nfrom = 2026-01-01\n\n"
_V1 = "[editions]\nfrom = 9999-01-01\n\n"
"""The attacker writes Normativa v2.0 and the neighbour v1.x, whatever the day."""

_MIB = 1024


@dataclass(frozen=True, slots=True)
class Till:
    """The software of one company, with its key."""

    port: int
    trusted: ssl.SSLContext | None = field(repr=False)
    key: str = field(repr=False)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Sends a request to a path below ``/api/connect``, or to a whole path that begins with ``//``."""
        connection = connection_to(self.port, self.trusted)
        content = raw if raw is not None else None if body is None else json.dumps(body, default=str).encode()
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path[1:] if path.startswith("//") else f"/api/connect{path}", content, sent)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def sell(self, reference: str, **more: Any) -> dict[str, Any]:
        """Issues one invoice, which has to be stamped; returns the answer."""
        reply = self.request("POST", "/invoice", invoice(reference, **more))
        assert reply.status == 200, (reply.status, reply.content)
        answer: dict[str, Any] = reply.json()
        assert answer["dte_success"], answer
        return answer

    def print_ticket(self, reference: str) -> bytes:
        """The ticket of a document."""
        reply = self.request("GET", f"/file/{reference}?type=ticket")
        assert reply.status == 200, (reply.status, reply.content)
        assert reply.content.startswith(b"%PDF-")
        return reply.content

    def references(self) -> list[str]:
        """The references of the company's newest documents, as the list of documents tells them."""
        reply = self.request("GET", "/documents")
        assert reply.status == 200, (reply.status, reply.content)
        return [document["external_ref"] for document in reply.json()["documents"]]


@dataclass(frozen=True, slots=True)
class Besieged:
    """A running gateway, the tills of both companies, MH and the mail server of both."""

    child: Child
    port: int
    trusted: ssl.SSLContext | None
    attacker: Till
    neighbour: Till
    emulator: RunningEmulator
    mail_server: MailServer
    database_url: str
    folder: Path

    def connect(self) -> socket.socket:
        """A connection of a stranger, over TLS when the gateway serves TLS."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        return plain if self.trusted is None else self.trusted.wrap_socket(plain, server_hostname="localhost")

    def highest_memory_mib(self) -> float:
        """The most resident memory that the gateway's own process has ever had, without its children."""
        return _status_kib(self.child.pid, "VmHWM") / _MIB

    def memory_mib(self) -> float:
        """The present resident memory of the gateway's process and all its descendants."""
        return sum(_status_kib(pid, "VmRSS") for pid in _family(self.child.pid)) / _MIB

    def is_alive(self) -> bool:
        """Whether the process that was started still runs and answers."""
        return not self.child.has_ended() and is_ready(self.port, self.trusted)


def connection_to(port: int, trusted: ssl.SSLContext | None) -> HTTPConnection:
    """A connection for one request."""
    if trusted is None:
        return HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    return HTTPSConnection("localhost", port, timeout=PATIENCE_S, context=trusted)


def is_ready(port: int, trusted: ssl.SSLContext | None) -> bool:
    """Whether the gateway says that it can issue."""
    connection = connection_to(port, trusted)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def besieged_gateway(
    database_url: str,
    folder: Path,
    transport: Transport = "http",
    *,
    limits: Mapping[str, int] | None = None,
    environ: Mapping[str, str] | None = None,
    attacker_limits: KeyLimits = NO_LIMITS,
    company: str = "",
) -> Iterator[Besieged]:
    """Starts MH, a mail server and ``ocote serve`` with its background work, and stops them at the end.

    ``limits`` are resource limits of the process, by default ``ADDRESS_SPACE``; ``environ`` are more settings;
    ``company`` is more TOML for the file of the attacker's company.
    """
    secret = new_secret()
    with ExitStack() as stack:
        mail_server = stack.enter_context(open_mail_server())
        attackers_file = write_company(folder, f"{_V2}{mail_server.company}\n{company}")
        emulator = stack.enter_context(RunningEmulator(Registry(load_companies(attackers_file)), port=free_port()))
        neighbours_file = _write_neighbour(emulator, folder, f"{_V1}{mail_server.company}")
        attackers_key = asyncio.run(register_company(database_url, secret, attackers_file, attacker_limits))
        neighbours_key = asyncio.run(register_company(database_url, secret, neighbours_file))
        arguments, trusted = _served_over(transport, folder)
        port = free_port()
        settings = {
            "OCOTE_DATABASE_URL": database_url,
            "OCOTE_DATA_DIR": str(folder),
            "OCOTE_SECRET_KEY": secret,
            "OCOTE_MH_TEST_URL": emulator.url,
            "OCOTE_ALLOW_HTTP": "on" if trusted is None else "off",
            **(environ or {}),
        }
        child = stack.enter_context(
            start(
                f"gateway-{port}",
                ["serve", "--port", str(port), *arguments],
                folder,
                settings,
                limits if limits is not None else {"RLIMIT_AS": ADDRESS_SPACE},
            )
        )
        child.wait_until(lambda: is_ready(port, trusted), _START_S)
        attacker, neighbour = (Till(port, trusted, key) for key in (attackers_key, neighbours_key))
        yield Besieged(child, port, trusted, attacker, neighbour, emulator, mail_server, database_url, folder)


def _write_neighbour(emulator: RunningEmulator, folder: Path, more: str) -> Path:
    made = emulator.add_company(nit="06140102260013", nrc="1234575", name="Vecina, S.A. de C.V.")
    described = company_file(
        nit=made.nit,
        nrc=made.nrc,
        name=made.name,
        trade_name="Vecina",
        password=made.password,
        certificate_password=made.certificate_password,
    )
    (folder / f"{made.nit}.crt").write_bytes(made.certificate)
    path = folder / "vecina.toml"
    path.write_text(f"{described}\n{more}", encoding="utf-8")
    return path


def _served_over(transport: Transport, folder: Path) -> tuple[list[str], ssl.SSLContext | None]:
    """The arguments of ``ocote serve``, and the authorities that a client trusts when there is TLS."""
    if transport == "http":
        return [], None
    files = loopback_certificate(folder / "tls", datetime.now(UTC))
    trusted = ssl.create_default_context(cafile=str(files.authority))
    return ["--tls-cert", str(files.certificate), "--tls-key", str(files.key)], trusted


def _family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for listed in children for child in listed.read_text().split()]
    return [pid, *(member for child in found for member in _family(child))]


def _status_kib(pid: int, name: str) -> int:
    """One figure of ``/proc/PID/status``; nothing for a process that has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{name}:")), 0)
