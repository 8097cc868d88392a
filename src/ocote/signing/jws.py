"""The electronic signature that MH accepts: JWS in compact form, RS512 (``signing.md`` 4)."""

import base64
import binascii
import re
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA512

_HEADER: Final = b"eyJhbGciOiJSUzUxMiJ9"  # {"alg":"RS512"}, exactly, as MH's own signer writes it
_PADDING: Final = PKCS1v15()
_SHA512: Final = SHA512()
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")


class JwsError(Exception):
    """The text is not a JWS of the form that MH uses."""


def sign(payload: bytes, key: RSAPrivateKey) -> str:
    """Signs the bytes of a document or event. Equal bytes and keys give equal texts.

    Costs one 2048-bit RSA signature, during which the interpreter lock is released.
    """
    signing_input = _HEADER + b"." + _encoded(payload)
    signature = key.sign(signing_input, _PADDING, _SHA512)
    return (signing_input + b"." + _encoded(signature)).decode("ascii")


def payload_of(jws: str) -> bytes:
    """The bytes that were signed, exactly. The signature is not checked. Raises JwsError."""
    _, payload, _ = _parts(jws)
    return _decoded(payload)


def is_signed_by(jws: str, key: RSAPublicKey) -> bool:
    """Whether a JWS is exactly what ``sign`` makes with the private half of a key. Raises JwsError.

    A text with another header, or with a signature that only decodes to the right bytes, is not.
    """
    header, payload, signature = (part.encode("ascii") for part in _parts(jws))
    raw = _decoded(signature.decode("ascii"))
    if header != _HEADER or _encoded(raw) != signature:
        return False
    try:
        key.verify(raw, header + b"." + payload, _PADDING, _SHA512)
    except InvalidSignature:
        return False
    return True


def _parts(jws: str) -> tuple[str, str, str]:
    parts = jws.split(".")
    if len(parts) != 3 or not all(_BASE64URL.fullmatch(part) for part in parts):
        raise JwsError("not three base64url parts without padding")
    return parts[0], parts[1], parts[2]


def _encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise JwsError("a part has an impossible length for base64url") from None
