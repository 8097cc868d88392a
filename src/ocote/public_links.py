"""Public links, at which the receiver of a document can see its state without a key and without an account.

A token is the document's identity and a MAC over the identity, with a key derived from ``OCOTE_SECRET_KEY``: a token
cannot be forged, and reveals nothing about another token.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hmac import compare_digest, digest
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PATH: Final = "/v/"
TOKEN_LENGTH: Final = 48

_COMPANY_BYTES: Final = 4
_ID_BYTES: Final = 16
_MAC_BYTES: Final = 16
_BYTES: Final = _COMPANY_BYTES + _ID_BYTES + _MAC_BYTES


class PublicLinks:
    """Makes and reads tokens; the first key of the secret makes a token, and every key reads it."""

    __slots__ = ("_base_url", "_keys")

    def __init__(self, keys: tuple[bytes, ...], base_url: str | None) -> None:
        self._keys = keys
        self._base_url = base_url

    @classmethod
    def from_secret(cls, secret: str, base_url: str | None) -> "PublicLinks":
        """The links of a secret that :class:`ocote.vault.Vault` accepts; ``base_url`` is ``OCOTE_BASE_URL``."""
        return cls(tuple(_derived(part.strip()) for part in secret.split(",") if part.strip()), base_url)

    def token(self, company_id: int, document_id: str) -> str:
        """The one permanent token of a document: 48 characters that need no escaping in a URL."""
        identity = company_id.to_bytes(_COMPANY_BYTES) + UUID(document_id).bytes
        return urlsafe_b64encode(identity + _mac(self._keys[0], identity)).decode("ascii")

    def read(self, token: str) -> tuple[int, str] | None:
        """Company and id of a token's document; None for a token that was not made with our keys."""
        try:
            sealed = urlsafe_b64decode(token.encode("ascii"))
        except (NotBase64, UnicodeEncodeError):
            return None
        identity, mac = sealed[:-_MAC_BYTES], sealed[-_MAC_BYTES:]
        # Base64 can spell these bytes in other ways, but only the canonical text is a token.
        if len(sealed) != _BYTES or urlsafe_b64encode(sealed).decode("ascii") != token:
            return None
        made = [compare_digest(mac, _mac(key, identity)) for key in self._keys]
        if not any(made):
            return None
        return int.from_bytes(identity[:_COMPANY_BYTES]), str(UUID(bytes=identity[_COMPANY_BYTES:]))

    def url(self, company_id: int, document_id: str) -> str | None:
        """The URL at which the receiver of a document can see it; None when ``OCOTE_BASE_URL`` is not set."""
        if self._base_url is None:
            return None
        return f"{self._base_url}{PATH}{self.token(company_id, document_id)}"

    def __repr__(self) -> str:
        return f"<PublicLinks with {len(self._keys)} keys>"


def _derived(secret: str) -> bytes:
    """The key for links of one secret, which is independent of the vault's key."""
    return HKDF(SHA256(), length=32, salt=None, info=b"ocote public document links").derive(secret.encode())


def _mac(key: bytes, identity: bytes) -> bytes:
    return digest(key, identity, "sha256")[:_MAC_BYTES]
