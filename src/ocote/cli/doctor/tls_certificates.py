"""Looks at the TLS certificates that clients of the gateway see, and at how long they are still valid."""

import asyncio
import ssl
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from ocote.documents.reasons import reason
from ocote.health.finding import Finding, warning
from ocote.health.tls_file import validity_of
from ocote.settings import Settings

_PATIENCE_S: Final = 8.0


async def served_certificate(configured: Settings, now: datetime) -> list[Finding]:
    """One finding about what clients get under ``OCOTE_BASE_URL``; nothing when that is no HTTPS address."""
    parts = urlsplit(configured.base_url or "")
    if parts.scheme != "https" or parts.hostname is None:
        return []
    subject = f"Certificado TLS de {configured.base_url}"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            shown = await _shown_by(parts.hostname, parts.port or 443)
        certificate = x509.load_der_x509_certificate(shown)
    except (OSError, TimeoutError, ValueError) as error:
        return [
            warning(
                subject,
                f"desde esta máquina no se pudo ver: {reason(error)}",
                "Si los clientes tampoco llegan, revise «ocote serve», el proxy y el nombre en el DNS. Si ellos llegan "
                "y esta máquina no, vigile el vencimiento desde afuera.",
            )
        ]
    return [validity_of(subject, certificate, now)]


async def _shown_by(host: str, port: int) -> bytes:
    """The certificate that a server shows, in DER, whether or not it is trusted or still valid."""
    curious = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    curious.check_hostname = False
    curious.verify_mode = ssl.CERT_NONE  # the certificate is looked at, and nothing is said to the server
    _, writer = await asyncio.open_connection(host, port, ssl=curious, server_hostname=host)
    try:
        connection: ssl.SSLObject = writer.get_extra_info("ssl_object")
        return connection.getpeercert(binary_form=True) or b""
    finally:
        writer.transport.abort()
