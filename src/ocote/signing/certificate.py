"""MH's certificate file ``<NIT>.crt``: XML with an unencrypted key pair and the digest of its password."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from ocote.signing.elements import (
    BrokenXmlError,
    Elements,
    TooManyElementsError,
    UnsafeXmlError,
    read_elements,
)

CertificateCode = Literal[
    "certificate_too_large",
    "certificate_not_xml",
    "certificate_unsafe_xml",
    "certificate_too_many_elements",
    "certificate_not_from_mh",
    "certificate_missing_element",
    "certificate_damaged",
    "certificate_wrong_password",
    "certificate_not_rsa_2048",
    "certificate_keys_mismatch",
]

CERTIFICATE_MESSAGES: Final[Mapping[CertificateCode, str]] = MappingProxyType(
    {
        "certificate_too_large": "El archivo es demasiado grande para ser un certificado de Hacienda.",
        "certificate_not_xml": (
            "El archivo no es un certificado de Hacienda: no es XML. "
            "Cargue el archivo .crt tal como se descarga del sitio de Hacienda."
        ),
        "certificate_unsafe_xml": (
            "El archivo declara un DTD o entidades, algo que un certificado de Hacienda nunca trae; no se acepta."
        ),
        "certificate_too_many_elements": (
            "El archivo tiene más elementos, o más anidados, que un certificado de Hacienda. "
            "Cargue el archivo .crt tal como se descarga del sitio de Hacienda."
        ),
        "certificate_not_from_mh": (
            "El archivo es XML, pero no es un certificado de Hacienda: su raíz no es «CertificadoMH»."
        ),
        "certificate_missing_element": (
            "Al certificado le falta el elemento «{element}». Descárguelo de nuevo del sitio de Hacienda."
        ),
        "certificate_damaged": (
            "El certificado está dañado: no se puede leer «{element}». Descárguelo de nuevo del sitio de Hacienda."
        ),
        "certificate_wrong_password": "La contraseña no corresponde a la llave privada de este certificado.",
        "certificate_not_rsa_2048": "La llave del certificado no es RSA de 2048 bits, la única que Hacienda entrega.",
        "certificate_keys_mismatch": "La llave pública del certificado no es la pareja de su llave privada.",
    }
)
"""The text for each code; ``{element}`` is the name of an element in the file, never its content."""

_LARGEST_FILE: Final = 256 * 1024  # real files weigh below 10 kB
_LARGEST_KEY: Final = 2048
"""Bytes of a key in DER. A pair of 2048 bits takes 1,220 bytes; the cost of checking a key grows with its cube."""
_NIT: Final = re.compile(r"[0-9]{14}|[0-9]{9}")
_EPOCH_SECONDS: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))?")


class CertificateError(Exception):
    """The file cannot be used to sign. ``code`` is stable, ``message`` is for a person and holds no key material."""

    def __init__(self, code: CertificateCode, element: str = "") -> None:
        self.code = code
        self.element = element
        self.message = CERTIFICATE_MESSAGES[code].format(element=element)
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A company's signing certificate, checked and loaded.

    ``fingerprint`` is the SHA-256 of the public key (hex), which names the key in a cache and in a log. ``active`` and
    the validity come from the file; MH's own signer ignores them: they are only shown to the operator (``signing.md``
    2). Moments are aware instants in UTC.
    """

    nit: str
    active: bool
    valid_from: datetime | None
    valid_until: datetime | None
    fingerprint: str
    private_key: RSAPrivateKey = field(repr=False)


def read_certificate(xml: bytes, password: str) -> Certificate:
    """Reads MH's certificate file and proves that ``password`` is the password of its private key.

    Loading checks the RSA numbers themselves, which costs some 30 ms: keep the key (``keys.KeyCache``), do not
    call this per document. Raises CertificateError. Source: ``signing.md`` 2 and 3.
    """
    elements = _elements(xml)
    _check_password(_required(elements, "privateKey/clave"), password)
    private_key = load_private_key(_base64(elements, "privateKey/encodied"))
    public_key = _public_key(_base64(elements, "publicKey/encodied"))
    if private_key.public_key().public_numbers() != public_key.public_numbers():
        raise CertificateError("certificate_keys_mismatch")
    return Certificate(
        nit=_nit(elements),
        active=elements.texts.get("activo", "").strip().lower() != "false",
        valid_from=_instant(elements, "certificado/basicEstructure/validity/notBefore"),
        valid_until=_instant(elements, "certificado/basicEstructure/validity/notAfter"),
        fingerprint=key_fingerprint(public_key),
        private_key=private_key,
    )


def read_public_key(xml: bytes) -> tuple[str, RSAPublicKey]:
    """The NIT of MH's certificate file and its public key, for which no password is needed. Raises CertificateError."""
    elements = _elements(xml)
    return _nit(elements), _public_key(_base64(elements, "publicKey/encodied"))


def key_fingerprint(key: RSAPublicKey) -> str:
    """The SHA-256 (hex) of a public key, which names the certificate."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def load_private_key(pkcs8: bytes) -> RSAPrivateKey:
    """Loads a private key stored without its file; checks its numbers again (some 30 ms). Raises CertificateError."""
    if len(pkcs8) > _LARGEST_KEY:
        raise CertificateError("certificate_not_rsa_2048")
    try:
        key = load_der_private_key(pkcs8, password=None)
    except UnsupportedAlgorithm:
        raise CertificateError("certificate_not_rsa_2048") from None
    except (ValueError, TypeError):
        raise CertificateError("certificate_damaged", "privateKey/encodied") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size != 2048:
        raise CertificateError("certificate_not_rsa_2048")
    return key


def _elements(xml: bytes) -> Elements:
    if len(xml) > _LARGEST_FILE:
        raise CertificateError("certificate_too_large")
    try:
        elements = read_elements(xml)
    except UnsafeXmlError:
        raise CertificateError("certificate_unsafe_xml") from None
    except TooManyElementsError:
        raise CertificateError("certificate_too_many_elements") from None
    except BrokenXmlError as broken:
        if broken.root == "CertificadoMH":
            raise CertificateError("certificate_damaged", "CertificadoMH") from None
        raise CertificateError("certificate_not_xml") from None
    if elements.root != "CertificadoMH":
        raise CertificateError("certificate_not_from_mh")
    return elements


def _required(elements: Elements, path: str) -> str:
    text = elements.texts.get(path, "").strip()
    if not text:
        raise CertificateError("certificate_missing_element", path)
    return text


def _check_password(clave: str, password: str) -> None:
    digest = hashlib.sha512(password.encode("utf-8", "surrogatepass")).hexdigest()
    if not hmac.compare_digest(digest.encode(), clave.lower().encode()):
        raise CertificateError("certificate_wrong_password")


def _base64(elements: Elements, path: str) -> bytes:
    unwrapped = "".join(_required(elements, path).split())
    try:
        return base64.b64decode(unwrapped, validate=True)
    except (binascii.Error, ValueError):
        raise CertificateError("certificate_damaged", path) from None


def _public_key(spki: bytes) -> RSAPublicKey:
    if len(spki) > _LARGEST_KEY:
        raise CertificateError("certificate_not_rsa_2048")
    try:
        key = load_der_public_key(spki)
    except UnsupportedAlgorithm:
        raise CertificateError("certificate_not_rsa_2048") from None
    except ValueError:
        raise CertificateError("certificate_damaged", "publicKey/encodied") from None
    if not isinstance(key, RSAPublicKey) or key.key_size != 2048:
        raise CertificateError("certificate_not_rsa_2048")
    return key


def _nit(elements: Elements) -> str:
    nit = _required(elements, "nit")
    if not _NIT.fullmatch(nit):
        raise CertificateError("certificate_damaged", "nit")
    return nit


def _instant(elements: Elements, path: str) -> datetime | None:
    text = elements.texts.get(path, "").strip()
    if not text:
        return None
    written = _EPOCH_SECONDS.fullmatch(text)
    if written is None:
        raise CertificateError("certificate_damaged", path)
    microseconds = int((written[2] or "0").ljust(9, "0")[:6])
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(written[1]), microseconds=microseconds)
    except OverflowError:
        raise CertificateError("certificate_damaged", path) from None
