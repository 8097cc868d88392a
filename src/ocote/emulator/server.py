"""The emulator in a thread of this process, on a real socket, for tests."""

import http.client
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import msgspec
import uvicorn

from ocote.emulator.app import Emulator, create_app
from ocote.emulator.clock import MovableClock
from ocote.emulator.companies import Company, Registry
from ocote.emulator.faults import Endpoint, FaultKind
from ocote.emulator.policy import Policy
from ocote.emulator.serve import server_for


class ControlError(RuntimeError):
    """The control endpoint refused a request; the message is the reason."""


@dataclass(frozen=True, slots=True)
class RegisteredCompany:
    """A company registered for a test, with all data that a gateway needs to issue for the company."""

    nit: str
    nrc: str
    name: str
    environment: str
    user: str
    password: str = field(repr=False)
    certificate: bytes = field(repr=False)
    """The XML of the certificate file."""
    certificate_password: str = field(repr=False)


class ControlClient:
    """A client of a running emulator's control endpoints (see ``control``), over HTTP."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    def fault(self, kind: FaultKind, endpoint: Endpoint | None = None, count: int | None = 1, **details: Any) -> None:
        """Add a fault for ``count`` requests, or until ``behave`` with ``count=None`` (see ``faults.Fault``)."""
        self.call("POST", "faults", {"kind": kind, "endpoint": endpoint, "count": count, **details})

    def behave(self) -> None:
        """Remove all faults."""
        self.call("DELETE", "faults")

    def move_clock(self, seconds: float) -> None:
        """Move the emulator's clock forward."""
        self.call("POST", "clock", {"move_s": seconds})

    def set_clock(self, moment: datetime) -> None:
        """Set the emulator's clock to an aware moment, from which it continues."""
        self.call("POST", "clock", {"set": moment})

    def freeze_clock(self, moment: datetime) -> None:
        """Stop the emulator's clock at an aware moment."""
        self.call("POST", "clock", {"freeze": moment})

    def policy(self, **changes: Any) -> None:
        """Change values of the policy."""
        self.call("POST", "policy", changes)

    def numbers_elsewhere(self, nit: str, series: str, year: int, **numbers: Any) -> None:
        """Let documents of another system bear numbers of a series (see ``control.NumbersElsewhere``)."""
        self.call("POST", "numbers", {"nit": nit, "series": series, "year": year, **numbers})

    def documents(self, **filters: str) -> list[dict[str, Any]]:
        """The stamped documents."""
        found: list[dict[str, Any]] = self.call("GET", f"documents?{urlencode(filters)}")
        return found

    def events(self, **filters: str) -> list[dict[str, Any]]:
        """The accepted events."""
        found: list[dict[str, Any]] = self.call("GET", f"events?{urlencode(filters)}")
        return found

    def transmissions(self, **filters: str) -> list[dict[str, Any]]:
        """Every request received, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", f"transmissions?{urlencode(filters)}")
        return found

    def counts(self) -> dict[str, int]:
        """Requests received per endpoint."""
        found: dict[str, int] = self.call("GET", "state")["transmissions"]
        return found

    def reset(self) -> None:
        """Remove faults, set real time, clear the log of transmissions; the ledger stays."""
        self.call("POST", "reset")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send one control request; raises ControlError with the reason of a refusal."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=10)
        try:
            content = None if body is None else msgspec.json.encode(body)
            connection.request(method, f"/_control/{path}", content)
            response = connection.getresponse()
            answer = msgspec.json.decode(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ControlError(answer["error"])
        return answer


class RunningEmulator:
    """``with RunningEmulator() as mh:`` serves at ``mh.url`` until the block ends.

    ``stop`` and ``start`` imitate a restart on the same port, after which only the data in ``folder`` are kept.
    ``hide`` and ``show`` imitate a network outage. Port 0 means any free port, which another program may take while
    the service is stopped.
    """

    def __init__(
        self,
        companies: Iterable[Company] = (),
        *,
        folder: Path | None = None,
        clock: MovableClock | None = None,
        policy: Policy | None = None,
        port: int = 0,
    ) -> None:
        self._registry = Registry(companies)
        self._folder = folder
        self._policy = policy
        self.clock = clock or MovableClock()
        self._port = port
        self._app: Emulator | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The base URL without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def control(self) -> ControlClient:
        """A client of the control endpoints."""
        return ControlClient("127.0.0.1", self._port)

    def add_company(self, **details: Any) -> RegisteredCompany:
        """Register a company (``nit``, ``nrc``, ``name`` and more, see ``control.NewCompany``); returns its secrets."""
        defaults = {"nit": "06149999990017", "nrc": "1234567", "name": "Emisor de Prueba, S.A. de C.V."}
        made = self.control.call("POST", "companies", {**defaults, **details})
        return RegisteredCompany(**{**made, "certificate": made["certificate"].encode()})

    def start(self) -> None:
        """Start the service; connections are queued from the return of this method."""
        self._app = create_app(self._registry, self._folder, self.clock, self._policy)
        self.show()

    def stop(self) -> None:
        """Stop the service and close its connections; a stopped service stays stopped."""
        self.hide()
        if self._app is not None:
            self._app.close()
            self._app = None

    def show(self) -> None:
        """Listen again after ``hide``."""
        if self._app is None:
            raise RuntimeError("the service is not running")
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(512)
        self._port = listener.getsockname()[1]
        self._server = server_for(self._app)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="emulator", daemon=True
        )
        self._thread.start()

    def hide(self) -> None:
        """Close all connections and refuse new ones; ledger, faults and clock stay unchanged."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
