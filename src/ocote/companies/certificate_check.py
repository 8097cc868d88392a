"""Looks at a certificate before it is used: whose it is, and how long it lasts. Texts are for people, in Spanish."""

from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from ocote.clock import local
from ocote.companies.registry import CompanyError
from ocote.signing.certificate import CertificateError, read_certificate


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """MH's certificate file with the password of its private key."""

    content: bytes = field(repr=False)
    password: str = field(repr=False)


class CertificateFacts(Struct, frozen=True):
    """The facts that a person checks before a certificate is used; aware moments in UTC."""

    nit: str
    fingerprint: str
    valid_from: datetime | None
    valid_until: datetime | None


def checked_certificate(file: CertificateFile, nit: str, now: datetime) -> CertificateFacts:
    """The facts of a company's certificate.

    Raises CompanyError for a file that is no certificate, a wrong password, another NIT, and one that has ended.
    """
    try:
        certificate = read_certificate(file.content, file.password)
    except CertificateError as error:
        raise CompanyError(error.message) from error
    if certificate.nit != nit:
        raise CompanyError(
            f"Este certificado pertenece al NIT {certificate.nit}, no al {nit}. Use el que Hacienda entregó a esta "
            "empresa para este ambiente."
        )
    if certificate.valid_until is not None and certificate.valid_until <= now:
        raise CompanyError(
            f"Este certificado venció el {local(certificate.valid_until):%d/%m/%Y}. Pida otro en el sitio de Hacienda."
        )
    return CertificateFacts(nit, certificate.fingerprint, certificate.valid_from, certificate.valid_until)
