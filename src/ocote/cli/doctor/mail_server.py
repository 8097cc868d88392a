"""Checks that the gateway can log in to the companies' mail servers. No message is sent."""

import asyncio
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import aiosmtplib

from ocote.companies.description.value import SmtpAccess
from ocote.companies.mail_server import mail_server_of
from ocote.companies.registry import opened_mail_access
from ocote.documents.reasons import attempt_text, reason
from ocote.health.finding import Finding, failed, warning, well
from ocote.health.tls_file import ENDS_SOON
from ocote.mail.smtp import unconnected_client
from ocote.mail.unsendable import UnsendableError
from ocote.settings import Settings
from ocote.store.companies import CompanyRow
from ocote.trust import system_trust
from ocote.vault import Vault, VaultError
from ocote.wording.environment import ENVIRONMENT_NAMES
from ocote.wording.moments import day_text

_PATIENCE_S: Final = 8.0


async def mail_servers(
    configured: Settings, companies: list[CompanyRow], now: datetime, trust: ssl.SSLContext | None = None
) -> list[Finding]:
    """One finding for each company whose access to a mail server can be opened. All servers are asked at once.

    A certificate of the server that ends soon is a warning, for others renew it. ``trust`` decides which certificates
    are trusted; None means those of the system.
    """
    if configured.secret_key is None:
        return []
    try:
        vault = Vault.from_secret(configured.secret_key)
    except VaultError:
        return []
    asked = [
        _mail_server(company, access, trust or system_trust(), now)
        for company in companies
        if company.active and (access := _open_access(vault, company)) is not None
    ]
    return await asyncio.gather(*asked)


def _open_access(vault: Vault, company: CompanyRow) -> SmtpAccess | None:
    """The company's access to its mail server, or None. An access that does not open is a finding of ``secrets``."""
    with suppress(VaultError):
        return opened_mail_access(vault, company.smtp, company.nit, company.environment)
    return None


async def _mail_server(company: CompanyRow, access: SmtpAccess, trust: ssl.SSLContext, now: datetime) -> Finding:
    subject = f"Correo de {company.name} ({ENVIRONMENT_NAMES[company.environment]})"
    server = f"{access.host}:{access.port}"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            certificate_until = await _log_in(access, trust)
    except aiosmtplib.SMTPAuthenticationError as refusal:
        return failed(
            subject,
            f"{server} no acepta el usuario y la contraseña: {refusal.code} {refusal.message}",
            "Corrija user y password en [smtp] del archivo de la empresa y ejecute «ocote company add».",
        )
    except UnsendableError as error:
        return failed(
            subject,
            f"no se puede enviar desde {access.sender}: {attempt_text(None, error.reason.kept())}",
            "Corrija [smtp] en el archivo de la empresa y ejecute «ocote company add».",
        )
    except (aiosmtplib.SMTPException, OSError) as error:
        return failed(
            subject,
            f"no se pudo hablar con {server}: {reason(error)}",
            "Revise host, port y security en [smtp] del archivo de la empresa, y la salida de esta máquina a ese "
            "puerto. Los correos esperan hasta cinco días.",
        )
    seen = f"{server} {'acepta el usuario' if access.user else 'atiende'}"
    if certificate_until is not None and certificate_until - now <= ENDS_SOON:
        day = day_text(certificate_until)
        remedy = "Avise a quien lo administra: vencido el certificado, ningún correo sale."
        return warning(subject, f"{seen}, pero su certificado TLS vence pronto, el {day}", remedy)
    return well(subject, seen)


async def _log_in(access: SmtpAccess, trust: ssl.SSLContext) -> datetime | None:
    """Connects, sends EHLO, starts TLS and logs in, as configured; the end of the server's certificate, if any."""
    client = unconnected_client(mail_server_of(access, _PATIENCE_S), trust)
    try:
        await client.connect()
        await client.ehlo()
        shown = client.get_transport_info("peercert")
        with suppress(aiosmtplib.SMTPException):
            await client.quit()
    finally:
        client.close()
    end = shown.get("notAfter") if shown else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if end else None
