"""An authenticator in software: it keeps passkeys with keys of P-256, and answers as a browser passes it on."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT: Final = 0x01
_VERIFIED: Final = 0x04
_NEW: Final = 0x40
_ES256: Final = -7


@dataclass
class SoftPasskey:
    """One passkey, and what may be wrong about the next answer that it signs.

    ``owner`` is the handle of the person for whom it was made; ``counter`` stays 0 when ``is_counting`` is off.
    """

    origin: str
    owner: str = ""
    counter: int = 0
    is_counting: bool = True
    is_user_verified: bool = True
    rp_id: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = b""

    def __post_init__(self) -> None:
        point = self.key.public_key().public_numbers()
        self.credential = sha256(point.x.to_bytes(32, "big")).digest()
        self.rp_id = self.rp_id or str(urlsplit(self.origin).hostname)

    def made(self, options: Any, **changes: Any) -> str:
        """The answer to the options for a new passkey, as JSON; ``changes`` are of the client's data."""
        self.owner = options["user"]["id"]
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self._public_key()
        data = self._data(_NEW) + attested
        client = self._client("webauthn.create", options, changes)
        response = {
            "clientDataJSON": _base64url(client),
            "attestationObject": _base64url(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "hybrid"],
        }
        return self._answer(response)

    def used(self, options: Any, **changes: Any) -> str:
        """The answer to the options for a login, as JSON; ``changes`` are of the client's data."""
        self.counter += self.is_counting
        data = self._data(0)
        client = self._client("webauthn.get", options, changes)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": _base64url(client),
            "authenticatorData": _base64url(data),
            "signature": _base64url(signature),
            "userHandle": self.owner,
        }
        return self._answer(response)

    def _answer(self, response: Any) -> str:
        name = _base64url(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client(self, kind: str, options: Any, changes: Any) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps({**told, **changes}).encode()

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.is_user_verified else 0)
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        """The public key as COSE: a key on an elliptic curve (1: 2, 3: ES256, -1: P-256, -2 and -3: the point)."""
        point = self.key.public_key().public_numbers()
        place = {-2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return cbor2.dumps({1: 2, 3: _ES256, -1: 1, **place})


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def spoiled_signature(answer: str) -> str:
    """The answer with one bit of the signature changed."""
    told = json.loads(answer)
    signature = bytearray(urlsafe_b64decode(told["response"]["signature"] + "=="))
    signature[-1] ^= 1
    told["response"]["signature"] = _base64url(bytes(signature))
    return json.dumps(told)
