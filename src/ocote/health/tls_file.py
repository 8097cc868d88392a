"""Judges how long a TLS certificate is still valid."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from ocote.documents.reasons import reason
from ocote.health.finding import Finding, failed, well
from ocote.wording.moments import day_text

ENDS_SOON: Final = timedelta(days=21)
"""What renews certificates by itself does so earlier: from this day on, it has failed."""

_RENEW: Final = "Renuévelo. Un certificado nuevo se usa cuando «ocote serve» arranca de nuevo, o el proxy lo lee."


def certificate_file(path: Path, now: datetime) -> Finding:
    """The finding about the file that ``ocote serve`` is given as ``--tls-cert``."""
    subject = f"Certificado TLS de {path}"
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "no es un certificado en PEM"
        return failed(subject, f"no se puede leer: {why}", "Dé a --tls-cert el archivo que usa «ocote serve».")
    return validity_of(subject, certificate, now)


def validity_of(subject: str, certificate: x509.Certificate, now: datetime) -> Finding:
    """The finding about the end of a certificate."""
    end = certificate.not_valid_after_utc
    day = day_text(end)
    if end <= now:
        return failed(subject, f"venció el {day}: ningún cliente se conecta", _RENEW)
    if end - now <= ENDS_SOON:
        return failed(subject, f"vence pronto, el {day}", _RENEW)
    return well(subject, f"vale hasta el {day}")
