"""The signature check of a received document (signing.md 4.3)."""

import base64

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA512

_PADDING = PKCS1v15()
_HASH = SHA512()


class _Header(msgspec.Struct):
    alg: str


def verified_payload(jws: str, key: RSAPublicKey) -> bytes | None:
    """The signed bytes of a compact JWS; None when the JWS is malformed, not RS512, or signed by another key."""
    parts = jws.split(".")
    if len(parts) != 3 or not all(parts):
        return None
    try:
        header = msgspec.json.decode(_decoded(parts[0]), type=_Header)
        payload, signature = _decoded(parts[1]), _decoded(parts[2])
        if header.alg != "RS512":
            return None
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode(), _PADDING, _HASH)
    except (InvalidSignature, msgspec.MsgspecError, ValueError):
        return None
    return payload


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def payload_of(jws: str) -> bytes:
    """The payload of a JWS that was verified at its reception."""
    return _decoded(jws.split(".")[1])
