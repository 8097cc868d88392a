"""Whether the companies' mail servers let us in. No message is sent."""

import asyncio
import ssl
from contextlib import suppress
from typing import Final

import aiosmtplib
import msgspec

from ocote.cli.doctor.finding import Finding, failed, well
from ocote.cli.environment import ENVIRONMENT_NAMES
from ocote.cli.reasons import reason
from ocote.companies.description.value import SmtpAccess
from ocote.companies.registry import owner
from ocote.settings import Settings
from ocote.store.companies import CompanyRow
from ocote.trust import system_trust
from ocote.vault import Vault, VaultError

_PATIENCE_S: Final = 8.0


async def mail_servers(
    configured: Settings, companies: list[CompanyRow], trust: ssl.SSLContext | None = None
) -> list[Finding]:
    """One finding for each company with a mail server whose access can be opened; all are asked at once.

    ``trust`` decides which certificates are trusted; None means those of the system.
    """
    if configured.secret_key is None:
        return []
    try:
        vault = Vault.from_secret(configured.secret_key)
    except VaultError:
        return []
    asked = [
        _mail_server(company, access, trust or system_trust())
        for company in companies
        if company.active and (access := _access(vault, company)) is not None
    ]
    return await asyncio.gather(*asked)


def _access(vault: Vault, company: CompanyRow) -> SmtpAccess | None:
    """None also for what the key does not open: that is a finding about the key."""
    if company.smtp is None:
        return None
    with suppress(VaultError):
        opened = vault.open(company.smtp, owner(company.nit, company.environment, "smtp"))
        return msgspec.json.decode(opened, type=SmtpAccess)
    return None


async def _mail_server(company: CompanyRow, access: SmtpAccess, trust: ssl.SSLContext) -> Finding:
    subject = f"Correo de {company.name} ({ENVIRONMENT_NAMES[company.environment]})"
    server = f"{access.host}:{access.port}"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await _greet(access, trust)
    except aiosmtplib.SMTPAuthenticationError as refusal:
        return failed(
            subject,
            f"{server} no acepta el usuario y la contraseña: {refusal.code} {refusal.message}",
            "Corrija user y password en [smtp] del archivo de la empresa y ejecute «ocote company add».",
        )
    except (aiosmtplib.SMTPException, OSError) as error:
        return failed(
            subject,
            f"no se pudo hablar con {server}: {reason(error)}",
            "Revise host, port y security en [smtp] del archivo de la empresa, y la salida de esta máquina a ese "
            "puerto. Los correos esperan hasta cinco días.",
        )
    return well(subject, f"{server} {'acepta el usuario' if access.user else 'atiende'}")


async def _greet(access: SmtpAccess, trust: ssl.SSLContext) -> None:
    """Connects, says EHLO, turns to TLS and logs in, as configured."""
    client = aiosmtplib.SMTP(
        hostname=access.host,
        port=access.port,
        username=access.user,
        password=access.password,
        timeout=_PATIENCE_S,
        use_tls=access.security == "tls",
        start_tls=access.security == "starttls",
        tls_context=trust,
    )
    try:
        await client.connect()
        await client.ehlo()
        with suppress(aiosmtplib.SMTPException):
            await client.quit()
    finally:
        client.close()
