"""Sending to a real mail server that accepts, refuses, stalls or hangs up."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ocote.mail.message import Attached, MailEnvelope, delivery_mail
from ocote.mail.smtp import Accepted, MailServer, NotAccepted, send
from ocote.store.sending_reason import SendingReason
from ocote.tls import TlsFiles, loopback_certificate
from tests.printing.documents import STAMP, sample


class _Mailbox:
    """What the server keeps, and how it answers: an answer of None never comes."""

    def __init__(self, *, mail: str = "250 OK", rcpt: str = "250 OK", data: str | None = "250 queued as 1") -> None:
        self.received: list[Envelope] = []
        self.tls: list[bool] = []
        self._mail = mail
        self._rcpt = rcpt
        self._data = data

    async def handle_MAIL(  # noqa: N802 - named by the library
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._mail.startswith("2"):
            envelope.mail_from = address
        return self._mail

    async def handle_RCPT(  # noqa: N802 - named by the library
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self._rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(envelope)
        self.tls.append(session.ssl is not None)
        if self._data is None:
            await asyncio.Event().wait()
        assert self._data is not None
        return self._data


class _HangsUpAfterData(_Mailbox):
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(envelope)
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        return "250 never heard"


def _may_have_arrived(outcome: NotAccepted) -> bool:
    return isinstance(outcome.why, SendingReason) and outcome.why.code == "may_have_arrived"


@contextlib.asynccontextmanager
async def _serving(
    mailbox: _Mailbox, *, ssl_context: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="localhost", loop=loop, **options), "127.0.0.1", 0, ssl=ssl_context
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def _server(port: int, security: Any = "none", **changes: Any) -> MailServer:
    return MailServer(
        host="localhost",
        port=port,
        security=security,
        helo="facturas.example.com",
        timeout_s=changes.pop("timeout_s", 5.0),
        **changes,
    )


def _message(recipient: str = "cliente@example.com") -> Any:
    return delivery_mail(
        sample("01-v2"),
        MailEnvelope("dte@example.com", recipient, datetime(2026, 12, 14, 16, 30, tzinfo=UTC)),
        Attached(b"%PDF-1.7 sample", b"{}"),
        stamp=STAMP,
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return loopback_certificate(tmp_path_factory.mktemp("tls"), datetime.now(UTC))


def _shown(certificate: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


def _trusting(certificate: TlsFiles) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.authority))


async def test_an_accepted_message_arrives_whole() -> None:
    mailbox = _Mailbox()
    async with _serving(mailbox) as port:
        outcome = await send(_message(), _server(port))

    assert outcome == Accepted("queued as 1")
    (envelope,) = mailbox.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("dte@example.com", ["cliente@example.com"])
    assert envelope.content == _message().as_bytes()


async def test_starttls_encrypts_before_anything_is_said(certificate: TlsFiles) -> None:
    mailbox = _Mailbox()
    async with _serving(mailbox, tls_context=_shown(certificate), require_starttls=True) as port:
        outcome = await send(_message(), _server(port, "starttls"), tls_context=_trusting(certificate))

    assert isinstance(outcome, Accepted)
    assert mailbox.tls == [True]


async def test_tls_from_the_first_byte(certificate: TlsFiles) -> None:
    mailbox = _Mailbox()
    async with _serving(mailbox, ssl_context=_shown(certificate)) as port:
        outcome = await send(_message(), _server(port, "tls"), tls_context=_trusting(certificate))

    assert isinstance(outcome, Accepted)


async def test_a_certificate_of_a_stranger_is_not_trusted(certificate: TlsFiles) -> None:
    mailbox = _Mailbox()
    async with _serving(mailbox, tls_context=_shown(certificate)) as port:
        outcome = await send(_message(), _server(port, "starttls"))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, _may_have_arrived(outcome)) == (False, False)
    assert mailbox.received == []


async def test_a_server_without_starttls_gets_nothing() -> None:
    mailbox = _Mailbox()
    async with _serving(mailbox) as port:
        outcome = await send(_message(), _server(port, "starttls"))

    assert isinstance(outcome, NotAccepted)
    assert not outcome.is_permanent
    assert mailbox.received == []


def _check(user: bytes, password: bytes) -> Any:
    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login, data.password) == (user, password), handled=False)

    return authenticate


async def test_a_login_is_given_over_tls(certificate: TlsFiles) -> None:
    mailbox = _Mailbox()
    options = {
        "tls_context": _shown(certificate),
        "auth_required": True,
        "authenticator": _check(b"caja", "contraseña".encode()),
    }
    async with _serving(mailbox, **options) as port:
        server = _server(port, "starttls", user="caja", password="contraseña")
        outcome = await send(_message(), server, tls_context=_trusting(certificate))

    assert isinstance(outcome, Accepted)


async def test_a_refused_login_may_succeed_later(certificate: TlsFiles) -> None:
    mailbox = _Mailbox()
    options = {"tls_context": _shown(certificate), "auth_required": True, "authenticator": _check(b"caja", b"otra")}
    async with _serving(mailbox, **options) as port:
        server = _server(port, "starttls", user="caja", password="equivocada")
        outcome = await send(_message(), server, tls_context=_trusting(certificate))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, outcome.code, outcome.is_about_the_server) == (False, 535, True)
    assert isinstance(outcome.why, SendingReason)
    assert outcome.why.code == "login_refused"
    assert "equivocada" not in repr(outcome)


def test_a_password_never_travels_in_the_clear() -> None:
    with pytest.raises(ValueError, match="TLS only"):
        _server(25, "none", user="caja", password="secreta")


def test_a_password_is_not_shown() -> None:
    assert "secreta" not in repr(_server(587, "starttls", user="caja", password="secreta"))


@pytest.mark.parametrize("reply", ["550 5.7.1 not your address", "530 5.7.0 authentication required"])
async def test_a_refused_sender_is_for_the_company_to_put_right(reply: str) -> None:
    mailbox = _Mailbox(mail=reply)
    async with _serving(mailbox) as port:
        outcome = await send(_message(), _server(port))

    assert outcome == NotAccepted(is_permanent=False, code=int(reply[:3]), why=reply[4:], is_about_the_server=True)
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("reply", "is_permanent"), [("550 5.1.1 no such user", True), ("451 4.7.1 greylisted, try again", False)]
)
async def test_a_refused_recipient(reply: str, is_permanent: bool) -> None:
    mailbox = _Mailbox(rcpt=reply)
    async with _serving(mailbox) as port:
        outcome = await send(_message(), _server(port))

    assert outcome == NotAccepted(is_permanent=is_permanent, code=int(reply[:3]), why=reply[4:])
    assert mailbox.received == []


@pytest.mark.parametrize(("reply", "is_permanent"), [("552 5.3.4 too big", True), ("452 4.3.1 mailbox full", False)])
async def test_a_refused_message(reply: str, is_permanent: bool) -> None:
    async with _serving(_Mailbox(data=reply)) as port:
        outcome = await send(_message(), _server(port))

    assert outcome == NotAccepted(is_permanent=is_permanent, code=int(reply[:3]), why=reply[4:])


async def test_a_server_that_is_about_to_close_takes_no_other_message_either() -> None:
    async with _serving(_Mailbox(rcpt="421 4.3.2 shutting down")) as port:
        outcome = await send(_message(), _server(port))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, outcome.is_about_the_server) == (False, True)


async def test_a_server_that_stalls_after_the_message_may_have_taken_it() -> None:
    mailbox = _Mailbox(data=None)
    async with _serving(mailbox) as port:
        outcome = await send(_message(), _server(port, timeout_s=0.2))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, outcome.code, _may_have_arrived(outcome)) == (False, None, True)
    assert len(mailbox.received) == 1


async def test_a_server_that_hangs_up_after_the_message_may_have_taken_it() -> None:
    mailbox = _HangsUpAfterData()
    async with _serving(mailbox) as port:
        outcome = await send(_message(), _server(port))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, outcome.code, _may_have_arrived(outcome)) == (False, None, True)


@contextlib.asynccontextmanager
async def _greeting(greeting: bytes) -> AsyncIterator[int]:
    """A server that says one thing, or nothing, and waits until the client leaves."""
    left = asyncio.Event()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await left.wait()


async def test_a_server_that_never_greets_has_not_taken_it() -> None:
    async with _greeting(b"") as port:
        outcome = await send(_message(), _server(port, timeout_s=0.2))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, _may_have_arrived(outcome)) == (False, False)


async def test_a_server_that_greets_with_a_refusal_is_tried_again() -> None:
    async with _greeting(b"554 5.3.2 closed today\r\n") as port:
        outcome = await send(_message(), _server(port))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, outcome.code) == (False, 554)


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    async with _serving(_Mailbox()) as port:
        pass
    outcome = await send(_message(), _server(port))

    assert isinstance(outcome, NotAccepted)
    assert (outcome.is_permanent, _may_have_arrived(outcome)) == (False, False)


async def test_an_address_beyond_ascii_goes_to_a_server_that_takes_it() -> None:
    mailbox = _Mailbox()
    async with _serving(mailbox, enable_SMTPUTF8=True) as port:
        outcome = await send(_message("muñoz@example.com"), _server(port))

    assert isinstance(outcome, Accepted)
    assert mailbox.received[0].rcpt_tos == ["muñoz@example.com"]


async def test_an_address_beyond_ascii_is_never_taken_by_an_old_server() -> None:
    async with _serving(_Mailbox()) as port:
        outcome = await send(_message("muñoz@example.com"), _server(port))

    assert isinstance(outcome, NotAccepted)
    assert outcome.is_permanent


async def test_a_domain_with_accents_goes_to_every_server() -> None:
    mailbox = _Mailbox()
    async with _serving(mailbox) as port:
        outcome = await send(_message("compras@ñandú.example"), _server(port))

    assert isinstance(outcome, Accepted)
    assert mailbox.received[0].rcpt_tos == ["compras@xn--and-6ma2c.example"]
