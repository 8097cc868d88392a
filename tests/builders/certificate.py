"""Composes MH certificate files for tests: fresh keys, the element names and spellings of ``signing.md`` 2."""

import base64
import hashlib
import textwrap
from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PASSWORD = "Prueba#2026"
NIT = "06149999990017"


@cache
def rsa_key(name: str = "company", bits: int = 2048) -> RSAPrivateKey:
    """The test key of this name, generated once per process."""
    return generate_private_key(public_exponent=65537, key_size=bits)


def pkcs8(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def spki(key: RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def wrapped(raw: bytes) -> str:
    """Base64 as MH writes it: lines of 76 characters."""
    return "\n".join(textwrap.wrap(base64.b64encode(raw).decode(), 76))


def clave(password: str) -> str:
    return hashlib.sha512(password.encode()).hexdigest()


def crt(
    *,
    nit: str = NIT,
    password: str = PASSWORD,
    private: str | None = None,
    public: str | None = None,
    active: str = "<activo>true</activo>",
    validity: tuple[str, str] = ("1767225600.000000000", "1924905600.000000000"),
) -> bytes:
    """The file of a company. ``private`` and ``public`` replace the base64 texts of the test key."""
    private = wrapped(pkcs8(rsa_key())) if private is None else private
    public = wrapped(spki(rsa_key().public_key())) if public is None else public
    return (
        f"<CertificadoMH><_id>64b7f0a1c2d3e4f5a6b7c8d9</_id><nit>{nit}</nit>"
        f"<publicKey><keyType>PUBLIC</keyType><algorithm>RSA</algorithm><encodied>{public}</encodied>"
        f"<format>X.509</format><clave>{clave('the public key has its own password')}</clave></publicKey>"
        f"<privateKey><keyType>PRIVATE</keyType><algorithm>RSA</algorithm><encodied>{private}</encodied>"
        f"<format>PKCS#8</format><clave>{clave(password)}</clave></privateKey>"
        f"{active}<verificado>true</verificado><certificado><basicEstructure><issuer><commonName>Ministerio de "
        f"Hacienda de El Salvador – pruebas</commonName></issuer><validity><notBefore>{validity[0]}</notBefore>"
        f"<notAfter>{validity[1]}</notAfter></validity></basicEstructure></certificado><clavePub/><clavePri/>"
        "</CertificadoMH>"
    ).encode()
