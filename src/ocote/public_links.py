"""Public links, at which the receiver of a document can see its state without a key and without an account.

A token is the document's identity and a MAC over the identity, with a key derived from ``OCOTE_SECRET_KEY``: a token
cannot be forged, and reveals nothing about another token. The identity holds the version of the link, which is in the
document's row too: a new link is a new version, and ends the links before it. The first link has no version in its
token, as in the links of the gateways from before.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hmac import compare_digest, digest
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

PATH: Final = "/v/"
TOKEN_LENGTHS: Final = (48, 56)
"""The length of the token of a document's first link, and of its later ones."""

_COMPANY_BYTES: Final = 4
_ID_BYTES: Final = 16
_VERSION_BYTES: Final = 6
_MAC_BYTES: Final = 16
_FIRST_BYTES: Final = _COMPANY_BYTES + _ID_BYTES + _MAC_BYTES
_LATER_BYTES: Final = _FIRST_BYTES + _VERSION_BYTES


class Linked(Struct, frozen=True):
    """A document and the version of one of its links; 0 is the first link."""

    company_id: int
    document_id: str
    version: int = 0


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

    def token(self, linked: Linked) -> str:
        """The token of a link: 48 or 56 characters that need no escaping in a URL."""
        identity = linked.company_id.to_bytes(_COMPANY_BYTES) + UUID(linked.document_id).bytes
        if linked.version:
            identity += linked.version.to_bytes(_VERSION_BYTES)
        return urlsafe_b64encode(identity + _mac(self._keys[0], identity)).decode("ascii")

    def read(self, token: str) -> Linked | None:
        """The link of a token; None for a token that was not made with our keys.

        The link may have ended: the caller compares its version with that of the document.
        """
        try:
            sealed = urlsafe_b64decode(token.encode("ascii"))
        except (NotBase64, UnicodeEncodeError):
            return None
        identity, mac = sealed[:-_MAC_BYTES], sealed[-_MAC_BYTES:]
        # Base64 can spell these bytes in other ways, but only the canonical text is a token.
        if len(sealed) not in (_FIRST_BYTES, _LATER_BYTES) or urlsafe_b64encode(sealed).decode("ascii") != token:
            return None
        made = [compare_digest(mac, _mac(key, identity)) for key in self._keys]
        if not any(made):
            return None
        after_id = _COMPANY_BYTES + _ID_BYTES
        return Linked(
            int.from_bytes(identity[:_COMPANY_BYTES]),
            str(UUID(bytes=identity[_COMPANY_BYTES:after_id])),
            int.from_bytes(identity[after_id:]),
        )

    def path(self, linked: Linked) -> str:
        """The path of a link below the address of the gateway."""
        return f"{PATH}{self.token(linked)}"

    def url(self, linked: Linked) -> str | None:
        """The URL at which the receiver of a document can see it; None when ``OCOTE_BASE_URL`` is not set."""
        return None if self._base_url is None else f"{self._base_url}{self.path(linked)}"

    def __repr__(self) -> str:
        return f"<PublicLinks with {len(self._keys)} keys>"


def _derived(secret: str) -> bytes:
    """The key for links of one secret, which is independent of the vault's key."""
    return HKDF(SHA256(), length=32, salt=None, info=b"ocote public document links").derive(secret.encode())


def _mac(key: bytes, identity: bytes) -> bytes:
    return digest(key, identity, "sha256")[:_MAC_BYTES]
