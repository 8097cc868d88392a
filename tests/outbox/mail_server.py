"""A real mail server on loopback, which accepts, refuses, stalls or hangs up as the test sets."""

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HANGS_UP = "hangs up"
STALLS = "stalls"


@dataclass(slots=True)
class MailServer:
    """The received mails and the answers: ``recipients`` by address, ``messages`` in their order, then always 250.

    ``clients`` are the names by which clients introduced themselves, ``senders`` the addresses of the envelopes.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    messages: deque[str] = field(default_factory=deque)
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def company(self) -> str:
        """The lines of a company file that name this server."""
        return f'[smtp]\nhost = "127.0.0.1"\nport = {self.port}\nsecurity = "none"\nsender = "facturas@example.com"\n'

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address."""
        return [mail for mail in self.mails if mail["To"] == address]

    async def handle_EHLO(  # noqa: N802 - named by the library
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Keeps the name of a client; the answer is the library's."""
        session.host_name = hostname
        self.clients.append(hostname)
        return responses

    async def handle_MAIL(  # noqa: N802 - named by the library
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Keeps the sender of an envelope."""
        envelope.mail_from = address
        self.senders.append(address)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - named by the library
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answers to a recipient."""
        envelope.rcpt_tos.append(address)
        return self.recipients.get(address, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps a message and answers to it."""
        content = envelope.content
        assert isinstance(content, bytes)
        parsed: Any = message_from_bytes(content, policy=POLICY)
        self.mails.append(parsed)
        self.arrived.set()
        answer = self.messages.popleft() if self.messages else f"250 queued as {len(self.mails)}"
        if answer == STALLS:
            await asyncio.Event().wait()
        if answer == HANGS_UP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


@contextmanager
def open_mail_server() -> Iterator[MailServer]:
    """A mail server that runs as long as the context lasts."""
    mail_server = MailServer()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    ready = threading.Event()

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        server = await loop.create_server(lambda: SMTP(mail_server, hostname="localhost", loop=loop), "127.0.0.1", 0)
        mail_server.port = server.sockets[0].getsockname()[1]
        loops.append((loop, stop))
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield mail_server
    finally:
        [(loop, stop)] = loops
        loop.call_soon_threadsafe(stop.set)
        thread.join()
