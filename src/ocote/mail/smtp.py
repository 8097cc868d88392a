"""Hands a message to a mail server; the outcome is a plain value."""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Final, Literal

import aiosmtplib
from msgspec import Struct

from ocote.mail.unsendable import UnsendableError
from ocote.store.sending_reason import SendingReason
from ocote.trust import system_trust

Security = Literal["starttls", "tls", "none"]
"""``starttls``: a plain connection that must change to TLS (port 587). ``tls``: TLS from the first byte (465)."""

_FIRST_PERMANENT: Final = 500
_CLOSING: Final = 421
_STEPS_OF_A_SESSION: Final = 4


@dataclass(frozen=True, slots=True)
class MailServer:
    """A company's mail server. ``timeout_s`` bounds each step of a delivery; the delivery may take four times as long.

    ``helo`` is the name by which the gateway introduces itself (EHLO, RFC 5321 4.1.1.1). Raises UnsendableError for a
    password that would travel unencrypted.
    """

    host: str
    port: int
    security: Security
    helo: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_s: float = 20.0

    def __post_init__(self) -> None:
        if self.user is not None and self.security == "none":
            raise UnsendableError(SendingReason("login_unencrypted"))


class Accepted(Struct, frozen=True):
    """The server took responsibility for the message; ``reply`` is its answer, often with its queue number."""

    reply: str


class NotAccepted(Struct, frozen=True):
    """The server did not take the message.

    ``is_permanent``: this message to this recipient will never be taken; otherwise a later attempt may succeed. A
    refused login or sender is not permanent: the company can correct the account, and the message has no fault.
    ``code`` is the server's answer code, None without an answer. ``why`` holds the words of the server or of the
    system, or a reason of this program. After the reason ``may_have_arrived`` a later attempt may deliver the message
    twice, under one Message-ID. ``is_about_the_server``: any other message would have failed too, so the next message
    need not be tried.
    """

    is_permanent: bool
    code: int | None
    why: SendingReason | str
    is_about_the_server: bool = False


async def send(
    message: EmailMessage, server: MailServer, *, tls_context: ssl.SSLContext | None = None
) -> Accepted | NotAccepted:
    """Tries once to deliver ``message`` to the one recipient in its ``To``. Never raises an error of the network.

    ``tls_context`` decides which certificates are trusted; None means those of the system. Host names are checked.
    """
    progress = _Progress()
    try:
        async with asyncio.timeout(server.timeout_s * _STEPS_OF_A_SESSION):
            return await _attempt(message, server, tls_context, progress)
    except aiosmtplib.SMTPAuthenticationError as refusal:
        refused = SendingReason("login_refused", refusal.message)
        return NotAccepted(is_permanent=False, code=refusal.code, why=refused, is_about_the_server=True)
    except aiosmtplib.SMTPResponseException as refusal:
        return NotAccepted(
            is_permanent=progress.is_about_the_message and refusal.code >= _FIRST_PERMANENT,
            code=refusal.code,
            why=refusal.message,
            is_about_the_server=not progress.is_about_the_message or refusal.code == _CLOSING,
        )
    except UnsendableError as fault:
        return NotAccepted(is_permanent=True, code=None, why=fault.reason)
    except (aiosmtplib.SMTPException, OSError) as fault:
        words = str(fault) or type(fault).__name__
        why = SendingReason("may_have_arrived", words) if progress.is_sent else words
        return NotAccepted(is_permanent=False, code=None, why=why, is_about_the_server=True)


def unconnected_client(server: MailServer, tls_context: ssl.SSLContext) -> aiosmtplib.SMTP:
    """A client whose ``connect`` opens the connection, starts TLS and logs in, as configured.

    Without ``helo`` the library would ask the machine for its name, which often is ``localhost``: many mail servers
    refuse it, or count it against the message.
    """
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        local_hostname=server.helo,
        timeout=server.timeout_s,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=tls_context,
    )


@dataclass(slots=True)
class _Progress:
    is_about_the_message: bool = False
    is_sent: bool = False


async def _attempt(
    message: EmailMessage, server: MailServer, tls_context: ssl.SSLContext | None, progress: _Progress
) -> Accepted:
    client = unconnected_client(server, tls_context or system_trust())
    try:
        await client.connect()
        sender, recipient = (message[header].addresses[0].addr_spec for header in ("From", "To"))
        is_international = not (sender.isascii() and recipient.isascii())
        if is_international:
            await client.ehlo()
            if not client.supports_extension("smtputf8"):
                raise UnsendableError(SendingReason("ascii_addresses_only"))
        encoding = "utf-8" if is_international else "ascii"
        await client.mail(sender, options=["SMTPUTF8"] if is_international else None, encoding=encoding)
        progress.is_about_the_message = True
        await client.rcpt(recipient, encoding=encoding)
        content = message.as_bytes(policy=SMTPUTF8 if is_international else SMTP)
        progress.is_sent = True
        answer = await client.data(content)
        # The server has accepted the message: an error of QUIT does not matter.
        with contextlib.suppress(aiosmtplib.SMTPException):
            await client.quit()
        return Accepted(answer.message)
    finally:
        client.close()
