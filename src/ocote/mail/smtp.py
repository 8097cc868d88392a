"""Hands a message to a mail server and says in plain values how it went."""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Final, Literal

import aiosmtplib
from msgspec import Struct

from ocote.trust import system_trust

Security = Literal["starttls", "tls", "none"]
"""``starttls``: plain connection that must turn into TLS (port 587); ``tls``: TLS from the first byte (465)."""

_FIRST_PERMANENT: Final = 500
_CLOSING: Final = 421
_SESSION_IN_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class MailServer:
    """A company's mail server. ``timeout_s`` bounds each step of a delivery; the whole may take four times as long.

    Raises ValueError for a password that would travel unencrypted.
    """

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_s: float = 20.0

    def __post_init__(self) -> None:
        if self.user is not None and self.security == "none":
            raise ValueError("a user and password are sent over TLS only")


class Accepted(Struct, frozen=True):
    """The server took responsibility for the message; ``reply`` is what it said, often its queue number."""

    reply: str


class NotAccepted(Struct, frozen=True):
    """The server did not take the message.

    ``is_permanent``: the same message to the same recipient will never be taken; otherwise a later attempt may
    succeed. A refused login or sender is not permanent: the account can be put right and the message is sound.
    ``code`` is the server's, None when there was no answer. ``may_have_arrived``: the connection was lost after the
    message had been sent, so that a later attempt may deliver it twice, under the same Message-ID.
    ``is_about_the_server``: any other message would have failed alike, so there is no point in trying the next one.
    """

    is_permanent: bool
    code: int | None
    reason: str
    may_have_arrived: bool = False
    is_about_the_server: bool = False


async def send(
    message: EmailMessage, server: MailServer, *, tls_context: ssl.SSLContext | None = None
) -> Accepted | NotAccepted:
    """Deliver ``message`` to the one recipient of its ``To``. Makes one attempt and raises nothing of the network.

    ``tls_context`` decides which certificates are trusted; None means those of the system, names checked.
    """
    progress = _Progress()
    try:
        async with asyncio.timeout(server.timeout_s * _SESSION_IN_STEPS):
            return await _attempt(message, server, tls_context, progress)
    except aiosmtplib.SMTPAuthenticationError as refusal:
        reason = f"login refused: {refusal.message}"
        return NotAccepted(is_permanent=False, code=refusal.code, reason=reason, is_about_the_server=True)
    except aiosmtplib.SMTPResponseException as refusal:
        return NotAccepted(
            is_permanent=progress.is_about_the_message and refusal.code >= _FIRST_PERMANENT,
            code=refusal.code,
            reason=refusal.message,
            is_about_the_server=not progress.is_about_the_message or refusal.code == _CLOSING,
        )
    except _Unsupported as fault:
        return NotAccepted(is_permanent=True, code=None, reason=str(fault))
    except (aiosmtplib.SMTPException, OSError) as fault:
        reason = str(fault) or type(fault).__name__
        return NotAccepted(
            is_permanent=False,
            code=None,
            reason=reason,
            may_have_arrived=progress.is_sent,
            is_about_the_server=True,
        )


class _Unsupported(Exception):  # noqa: N818 - an answer of this module to itself, not a fault of the program
    """The server lacks what the recipient's address needs."""


@dataclass(slots=True)
class _Progress:
    is_about_the_message: bool = False
    is_sent: bool = False


async def _attempt(
    message: EmailMessage, server: MailServer, tls_context: ssl.SSLContext | None, progress: _Progress
) -> Accepted:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        timeout=server.timeout_s,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=tls_context or system_trust(),
    )
    try:
        await client.connect()
        sender, recipient = (message[header].addresses[0].addr_spec for header in ("From", "To"))
        is_international = not (sender.isascii() and recipient.isascii())
        if is_international:
            await client.ehlo()
            if not client.supports_extension("smtputf8"):
                raise _Unsupported("the mail server does not take addresses with letters beyond ASCII")
        encoding = "utf-8" if is_international else "ascii"
        await client.mail(sender, options=["SMTPUTF8"] if is_international else None, encoding=encoding)
        progress.is_about_the_message = True
        await client.rcpt(recipient, encoding=encoding)
        content = message.as_bytes(policy=SMTPUTF8 if is_international else SMTP)
        progress.is_sent = True
        answer = await client.data(content)
        # The message is the server's now: whatever goes wrong with the farewell changes nothing.
        with contextlib.suppress(aiosmtplib.SMTPException):
            await client.quit()
        return Accepted(answer.message)
    finally:
        client.close()
