"""Makes a certificate for loopback on first use, so that even a trial runs over HTTPS (contract 2)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from msgspec import Struct

_VALID_FOR: Final = timedelta(days=397)
_RENEW_BEFORE: Final = timedelta(days=30)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class TlsFiles(Struct, frozen=True):
    """The paths of the files: the ``authority`` that a client trusts, and the server's certificate with its key."""

    authority: Path
    certificate: Path
    key: Path


def loopback_certificate(folder: Path, now: datetime) -> TlsFiles:
    """A certificate for ``localhost``, 127.0.0.1 and ::1 in the folder; made when absent, damaged or near its end.

    The authority's own key is never written down: it signs this one certificate and is dropped. Raises OSError when
    the folder cannot be written.
    """
    files = TlsFiles(folder / "ca.pem", folder / "server.pem", folder / "server-key.pem")
    if not _still_good(files, now):
        folder.mkdir(parents=True, exist_ok=True)
        _make(files, now)
    return files


def _still_good(files: TlsFiles, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(files.authority.read_bytes()))
        key = serialization.load_pem_private_key(files.key.read_bytes(), password=None)
    except (FileNotFoundError, ValueError, TypeError):
        return False
    return key.public_key() == certificate.public_key() and certificate.not_valid_after_utc - _RENEW_BEFORE > now


def _make(files: TlsFiles, now: datetime) -> None:
    authority = trustme.CA(path_length=0, organization_name="Ocote", organization_unit_name="Loopback authority")
    made = authority.issue_cert(
        *_LOOPBACK,
        common_name="localhost",
        organization_name="Ocote",
        organization_unit_name="Loopback",
        not_before=now - timedelta(hours=1),
        not_after=now + _VALID_FOR,
    )
    files.key.unlink(missing_ok=True)
    files.key.touch(mode=0o600)
    files.key.write_bytes(made.private_key_pem.bytes())
    files.certificate.write_bytes(made.cert_chain_pems[0].bytes())
    files.authority.write_bytes(authority.cert_pem.bytes())
