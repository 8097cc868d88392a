"""MH's certificate file: makes the file for a company, and reads its public key (signing.md 2)."""

import base64
import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)

KEY_BITS = 2048
VALID_DAYS = 1825
_PUBLIC_KEY = re.compile(r"<publicKey>.*?<encodied>(.*?)</encodied>.*?</publicKey>", re.DOTALL)


class UnreadableCertificateError(ValueError):
    """A certificate file without a usable public key."""


def make_certificate(
    nit: str,
    name: str,
    password: str,
    *,
    public_password: str | None = None,
    email: str = "dte@example.com",
    valid_from: datetime | None = None,
    valid_days: int = VALID_DAYS,
) -> bytes:
    """A new certificate file for a company, with a new key pair.

    ``password`` is the password of the private key; the file holds only its SHA-512, and the key itself is not
    encrypted. ``valid_from`` is an aware instant, now by default.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    start = valid_from or datetime.now(UTC)
    end = start + timedelta(days=valid_days)
    body = "".join(
        (
            _element("_id", secrets.token_hex(12)),
            _element("nit", nit),
            _key("publicKey", "PUBLIC", public, "X.509", public_password or password),
            _key("privateKey", "PRIVATE", private, "PKCS#8", password),
            _element("activo", "true"),
            _element("verificado", "true"),
            # The pattern of the original format has a literal Y between date and hour.
            _element("fechaVerificacion", start.strftime("%Y-%m-%dY%H:%M:%S.000Z")),
            _section("certificado", _structure(nit, name, public, start, end), _extensions(public, email)),
            "<fechaDebaja/><clavePub/><clavePri/>",
        )
    )
    return _section("CertificadoMH", body).encode()


def public_key_of(certificate: bytes) -> RSAPublicKey:
    """The public key that verifies the signatures of the owner of this certificate file.

    Raises UnreadableCertificateError when the file has no RSA public key.
    """
    found = _PUBLIC_KEY.search(certificate.decode("utf-8", errors="replace"))
    if found is None:
        raise UnreadableCertificateError("the certificate file has no publicKey/encodied")
    try:
        key = load_der_public_key(base64.b64decode("".join(found[1].split()), validate=True))
    except ValueError as fault:
        raise UnreadableCertificateError("publicKey/encodied is not a public key") from fault
    if not isinstance(key, RSAPublicKey):
        raise UnreadableCertificateError("the public key is not an RSA key")
    return key


def _key(tag: str, kind: str, der: bytes, form: str, password: str) -> str:
    return _section(
        tag,
        _element("keyType", kind),
        _element("algorithm", "RSA"),
        _element("encodied", _wrapped(der)),
        _element("format", form),
        _element("clave", hashlib.sha512(password.encode()).hexdigest()),
    )


def _structure(nit: str, name: str, public: bytes, start: datetime, end: datetime) -> str:
    return _section(
        "basicEstructure",
        _element("version", "2"),
        _element("serial", str(secrets.randbits(64))),
        _section("signatureAlgorithm", _element("algorithm", "Sha256WithRSAEncryption")),
        _section(
            "issuer",
            _element("countryName", "SV"),
            _element("localilyName", "San Salvador"),
            _element("organizationalUnit", "DGII"),
            _element("organizationalName", "Ministerio de Hacienda"),
            _element("commonName", "Emulador del Ministerio de Hacienda"),
            _element("organizationIdentifier", "VATSV-0000-000000-000-0"),
        ),
        _section("validity", _element("notBefore", _instant(start)), _element("notAfter", _instant(end))),
        _section(
            "subject",
            _element("countryName", "SV"),
            _element("organizationName", name),
            _element("organizationUnitName", name),
            _element("organizationIdentifier", f"VATSV-{nit}"),
            _element("surname", name),
            _element("givenName", name),
            _element("commonName", name),
            _element("description", "Certificado de prueba"),
        ),
        _section(
            "subjectPublicKeyInfo",
            _section("algorithmIdenitifier", _element("algorithm", "RSA")),
            _element("subjectPublicKey", _wrapped(public)),
        ),
    )


def _extensions(public: bytes, email: str) -> str:
    identifier = hashlib.sha256(public).hexdigest()[:40]
    return _section(
        "extensions",
        _section("authorityKeyIdentifier", _element("keyIdentifier", secrets.token_hex(20))),
        _section("subjectKeyIdentifier", _element("keyIdentifier", identifier)),
        _section("keyUsage", _element("digitalSignature", "1"), _element("contentCommintment", "1")),
        _section("subjectAlternativeNames", _element("rfc822Name", email)),
        _section("basicConstraints", _element("ca", "false")),
    )


def _instant(moment: datetime) -> str:
    return f"{int(moment.timestamp())}.000000000"


def _wrapped(data: bytes) -> str:
    """Base64 in lines of 76 characters, as MIME writes it."""
    return base64.encodebytes(data).decode().rstrip("\n")


def _element(tag: str, content: str) -> str:
    return f"<{tag}>{escape(content)}</{tag}>"


def _section(tag: str, *parts: str) -> str:
    return f"<{tag}>{''.join(parts)}</{tag}>"
