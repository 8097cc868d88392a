"""The emulated service as an ASGI application: routes, faults, log."""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ocote.emulator.authentication import authenticate
from ocote.emulator.clock import MovableClock
from ocote.emulator.companies import Registry
from ocote.emulator.contingency_event import file_contingency
from ocote.emulator.control import Control
from ocote.emulator.faults import Endpoint, Fault, Faults
from ocote.emulator.http import NOTHING, Reply, Request
from ocote.emulator.invalidation import invalidate
from ocote.emulator.ledger import Ledger
from ocote.emulator.lots import QUERY_PATH, query_lot, receive_lot
from ocote.emulator.ministry import Ministry
from ocote.emulator.misbehaviour import distorted
from ocote.emulator.policy import Policy
from ocote.emulator.query import query
from ocote.emulator.reception import receive
from ocote.emulator.sending import Message, Receive, Send, send_under, send_whole
from ocote.emulator.subjects import Subject, subject_of
from ocote.emulator.tokens import Bearer, Tokens
from ocote.emulator.transmissions import Transmission, TransmissionLog

Service = Callable[[Ministry, Request, Bearer | None], Reply]

CONTROL_PATH: Final = "/_control"

ROUTES: dict[str, tuple[str, Endpoint, Service]] = {
    "/seguridad/auth": ("POST", "auth", authenticate),
    "/fesv/recepciondte": ("POST", "reception", receive),
    "/fesv/recepcion/consultadte": ("POST", "query", query),
    "/fesv/anulardte": ("POST", "invalidation", invalidate),
    "/fesv/contingencia": ("POST", "contingency", file_contingency),
    "/fesv/recepcionlote": ("POST", "lot", receive_lot),
    QUERY_PATH: ("GET", "lot_query", query_lot),
}
"""The endpoints by path, with or without a slash at the end (protocol.md 1); a lot query ends in the lot's code."""


class Emulator:
    """One emulated MH as an ASGI application."""

    def __init__(self, ministry: Ministry) -> None:
        self._ministry = ministry
        self._faults = Faults()
        self._log = TransmissionLog()
        self._control = Control(ministry, self._faults, self._log)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            raise RuntimeError(f"unexpected ASGI scope {scope['type']}")
        request = await _read(scope, receive)
        if request.path.startswith(CONTROL_PATH):
            await send_whole(self._control.handle(request), send)
            return
        route = _route(request.path.rstrip("/"))
        if route is None or route[0] != request.method:
            status = 404 if route is None else 405
            await send_whole(self._ministry.refusal(status, request), send)
            return
        fault, reply = await self._serve(route[1], route[2], request)
        await send_under(fault, reply, scope, receive, send)

    def close(self) -> None:
        """Close the journal."""
        self._ministry.ledger.close()

    async def _serve(self, endpoint: Endpoint, service: Service, request: Request) -> tuple[Fault | None, Reply | None]:
        bearer = self._ministry.bearer(request)
        subject = subject_of(request, bearer)
        fault = self._faults.take(endpoint, subject)
        if fault is None:
            reply = service(self._ministry, request, bearer)
            self._note(endpoint, subject, reply, reply)
            return None, reply
        if fault.kind == "late":
            await asyncio.sleep(fault.seconds)
        answer = service(self._ministry, request, bearer) if fault.takes_effect else None
        shown = distorted(fault, endpoint, request, subject, answer, self._ministry.clock.now())
        self._note(endpoint, subject, answer or shown, shown, fault)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return fault, shown

    def _note(
        self,
        endpoint: Endpoint,
        subject: Subject,
        answer: Reply | None,
        shown: Reply | None,
        fault: Fault | None = None,
    ) -> None:
        about = NOTHING if answer is None else answer.about
        self._log.add(
            Transmission(
                endpoint=endpoint,
                at=self._ministry.clock.now(),
                status=0 if shown is None else shown.status,
                fault=None if fault is None else fault.kind,
                nit=subject.nit,
                environment=subject.environment,
                doc_type=about.doc_type or subject.doc_type,
                generation_code=about.generation_code or subject.generation_code,
                state=about.state,
                code=about.code,
                document_sha256=subject.document_sha256,
            )
        )


def create_app(
    registry: Registry, folder: Path | None = None, clock: MovableClock | None = None, policy: Policy | None = None
) -> Emulator:
    """An emulated MH over these companies.

    With a ``folder`` the ledger and the token secret stay there across restarts; without a folder the service starts
    empty.
    """
    return Emulator(
        Ministry(
            registry=registry,
            ledger=Ledger(folder),
            clock=clock or MovableClock(),
            tokens=Tokens(_token_secret(folder)),
            policy=policy or Policy(),
        )
    )


def _route(path: str) -> tuple[str, Endpoint, Service] | None:
    return ROUTES.get(QUERY_PATH if path.startswith(f"{QUERY_PATH}/") else path)


def _token_secret(folder: Path | None) -> bytes:
    if folder is None:
        return secrets.token_bytes(64)
    path = folder / "token.secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(64))
    return path.read_bytes()


async def _read(scope: Message, receive: Receive) -> Request:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=dict(scope["headers"]),
        body=body,
    )
