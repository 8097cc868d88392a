"""Real gateway processes on one database, and an emulated MH that lives on after each of them."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from ocote.emulator.companies import Registry, load_companies
from ocote.emulator.server import RunningEmulator
from ocote.fault_points import VARIABLE
from ocote.vault import new_secret
from tests.builders.company import register_company, write_company
from tests.faults.operations import Operation, sale
from tests.ports import free_port
from tests.processes import Child, NotReadyError, start

_START_S = 60.0


class UnansweredError(Exception):
    """The connection broke before the answer: the request may or may not have taken effect."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One running process."""

    child: Child
    port: int
    key: str = field(repr=False)

    def post(self, operation: Operation) -> tuple[int, dict[str, Any]]:
        """Asks for one operation; status and answer. Raises UnansweredError."""
        return self.call(operation.path, operation.body)

    def call(self, path: str, content: Mapping[str, Any], method: str = "POST") -> tuple[int, dict[str, Any]]:
        """Sends a body to the API; status and answer. Raises UnansweredError."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/api/connect{path}", json.dumps(content), headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
        except (OSError, HTTPException) as error:
            raise UnansweredError from error
        finally:
            connection.close()
        assert answer.status != 503 or answer.getheader("Retry-After"), "a client has to be told when to come again"
        return answer.status, body

    def issue(self, reference: str) -> tuple[int, dict[str, Any]]:
        """Posts one invoice; status and answer. Raises UnansweredError."""
        return self.post(sale(reference))

    def is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def is_dead(self) -> bool:
        return self.child.has_ended()

    def kill(self) -> None:
        """Ends the process as a power cut does: nothing is finished."""
        self.child.kill()


@dataclass(frozen=True, slots=True)
class Installation:
    """One company, one database, one MH; gateways come and go."""

    emulator: RunningEmulator
    folder: Path
    stack: ExitStack
    database_url: str
    secret: str = field(repr=False)
    key: str = field(repr=False)
    environ: Mapping[str, str] = field(default_factory=dict)

    def settings(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        return {
            "OCOTE_DATABASE_URL": self.database_url,
            "OCOTE_DATA_DIR": str(self.folder),
            "OCOTE_SECRET_KEY": self.secret,
            "OCOTE_MH_TEST_URL": self.emulator.url,
            "OCOTE_MH_TIMEOUT": "1",
            "OCOTE_ALLOW_HTTP": "on",
            **self.environ,
        }

    def run(self, name: str, *arguments: str, dies_at: str | None = None) -> Child:
        """Starts ``ocote ARGUMENTS``; with ``dies_at`` it dies at that fault point."""
        environ = self.settings() if dies_at is None else {**self.settings(), VARIABLE: dies_at}
        return self.stack.enter_context(start(name, arguments, self.folder, environ))

    def gateway(self, *, dies_at: str | None = None, with_worker: bool = True) -> Gateway:
        """Starts one more process on the database and waits until it is ready, or dead if it is to die."""
        port = free_port()
        arguments = ["serve", "--port", str(port), *([] if with_worker else ["--no-worker"])]
        gateway = Gateway(self.run(f"gateway-{port}", *arguments, dies_at=dies_at), port, self.key)
        try:
            gateway.child.wait_until(gateway.is_ready, _START_S)
        except NotReadyError:
            if dies_at is None or not gateway.is_dead():
                raise
        return gateway


@contextmanager
def installation(
    database_url: str, folder: Path, environ: Mapping[str, str] | None = None, company: str = ""
) -> Iterator[Installation]:
    """Everything but the gateways; ends every process at the end. ``company`` is more TOML for the company's file."""
    company_path = write_company(folder, company)
    secret = new_secret()
    key = asyncio.run(register_company(database_url, secret, company_path))
    with ExitStack() as stack:
        emulator = stack.enter_context(RunningEmulator(Registry(load_companies(company_path)), port=free_port()))
        yield Installation(emulator, folder, stack, database_url, secret, key, environ or {})
