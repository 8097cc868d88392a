"""A certificate for loopback, made on first use, so that even a trial runs over HTTPS (contract 2)."""

import ipaddress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

_VALID_FOR: Final = timedelta(days=397)
_RENEW_BEFORE: Final = timedelta(days=30)
_LOOPBACK: Final = ("127.0.0.1", "::1")


class TlsFiles(Struct, frozen=True):
    """Where the parts lie: what a client trusts (``authority``), what the server shows and the key it keeps."""

    authority: Path
    certificate: Path
    key: Path


def loopback_certificate(folder: Path, now: datetime) -> TlsFiles:
    """A certificate for ``localhost``, 127.0.0.1 and ::1 in the folder; made anew when absent or near its end.

    The authority's own key is never written down: it signs this one certificate and is forgotten. Raises OSError when
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
    authority_key = ec.generate_private_key(ec.SECP256R1())
    server_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("Ocote loopback authority")
    authority = (
        _draft(authority_name, authority_name, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in _LOOPBACK]
    certificate = (
        _draft(_name("localhost"), authority_name, server_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *addresses]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(server_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    files.key.unlink(missing_ok=True)
    files.key.touch(mode=0o600)
    files.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _draft(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID_FOR)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
