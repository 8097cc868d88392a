"""Encryption of stored certificates and passwords, with a secret that is kept outside the database.

A sealed value is ``format byte | key id (8) | nonce (12) | AES-256-GCM ciphertext and tag``. The first nine bytes and
the owner are bound to the ciphertext, so that a value copied to another row or owner cannot be opened.
"""

import os
import secrets
from itertools import pairwise
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT: Final = b"\x01"
_KEY_ID_LENGTH: Final = 8
_PREFIX_LENGTH: Final = len(_FORMAT) + _KEY_ID_LENGTH
_NONCE_LENGTH: Final = 12
_TAG_LENGTH: Final = 16
_SHORTEST_SECRET: Final = 32
_FEWEST_CHARACTERS: Final = 8
_PLACEHOLDERS: Final = (
    "changeme",
    "change-me",
    "change_me",
    "cambiame",
    "cambieme",
    "contraseña",
    "contrasena",
    "ejemplo",
    "example",
    "password",
    "secret-key",
    "secret_key",
)
"""Words of examples, all long enough that no random secret contains one."""


class VaultError(Exception):
    """The secret cannot be used, or a sealed value cannot be opened; the Spanish text never holds a secret."""


def new_secret() -> str:
    """A new secret of 256 random bits for ``OCOTE_SECRET_KEY``, printable and without commas."""
    return secrets.token_urlsafe(32)


def weakness(secret: str) -> str | None:
    """The reason, in Spanish, why a secret could be guessed; None for every secret that ``new_secret`` ever made.

    A weak secret still opens what it sealed, but it should not seal the data of a company that is new. Three
    neighbours of four make a series, not two: those, one of some tens of thousands of random secrets has by chance.
    """
    if len(set(secret)) < _FEWEST_CHARACTERS:
        return "repite muy pocos caracteres distintos"
    if any(secret.startswith(secret[period:]) for period in range(1, len(secret) // 2 + 1)):
        return "repite siempre lo mismo"
    steps = [abs(ord(following) - ord(one)) for one, following in pairwise(secret)]
    if sum(step <= 1 for step in steps) * 4 > len(steps) * 3:
        return "es una serie, como abcd o 1234"
    if any(word in secret.casefold() for word in _PLACEHOLDERS):
        return "es el texto de un ejemplo"
    return None


class Vault:
    """Seals and opens values for named owners; the first key of the secret seals, and every key opens.

    ``weakness`` says why the first key could be guessed, None when it could not.
    """

    __slots__ = ("_current", "_keys", "weakness")

    def __init__(self, keys: dict[bytes, AESGCM], weakness: str | None = None) -> None:
        self._keys = keys
        self.weakness = weakness
        self._current = next(iter(keys))

    @classmethod
    def from_secret(cls, secret: str) -> "Vault":
        """The vault of one secret, or of several separated by commas: first the newest, then older ones still in use.

        Raises VaultError for no secret, or for a secret shorter than 32 characters.
        """
        parts = [part for part in (part.strip() for part in secret.split(",")) if part]
        if not parts:
            raise VaultError("OCOTE_SECRET_KEY está vacía: necesita un secreto aleatorio de 32 caracteres o más")
        for position, part in enumerate(parts, start=1):
            if len(part) < _SHORTEST_SECRET:
                raise VaultError(
                    f"el secreto número {position} de OCOTE_SECRET_KEY tiene {len(part)} caracteres "
                    f"y necesita {_SHORTEST_SECRET} o más"
                )
        return cls(dict(map(_derived, parts)), weakness(parts[0]))

    def seal(self, plain: bytes, owner: str) -> bytes:
        """Encrypt ``plain`` so that only ``owner`` (such as ``company:7:certificate``) can open it."""
        prefix = _FORMAT + self._current
        nonce = os.urandom(_NONCE_LENGTH)
        return prefix + nonce + self._keys[self._current].encrypt(nonce, plain, prefix + owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Decrypt a value of ``owner``.

        Raises VaultError if ``sealed`` is not a sealed value, if its key is not in the secret, or if the value was
        altered or belongs to another owner.
        """
        if len(sealed) < _PREFIX_LENGTH + _NONCE_LENGTH + _TAG_LENGTH or not sealed.startswith(_FORMAT):
            raise VaultError("el valor no tiene la forma de un valor cifrado")
        prefix = sealed[:_PREFIX_LENGTH]
        key = self._keys.get(prefix[len(_FORMAT) :])
        if key is None:
            raise VaultError(
                "el valor se cifró con un secreto que OCOTE_SECRET_KEY no contiene; agregue el anterior tras una coma"
            )
        nonce = sealed[_PREFIX_LENGTH : _PREFIX_LENGTH + _NONCE_LENGTH]
        try:
            return key.decrypt(nonce, sealed[_PREFIX_LENGTH + _NONCE_LENGTH :], prefix + owner.encode())
        except InvalidTag:
            raise VaultError("el valor cifrado fue alterado o pertenece a otro dueño") from None

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The public names of the keys of the secret, as ``key_fingerprint_of`` gives them; the newest first."""
        return tuple(key_id.hex() for key_id in self._keys)

    def is_current(self, sealed: bytes) -> bool:
        """Whether the value is sealed with the newest key; a rotation opens and seals again every other value."""
        return sealed[:_PREFIX_LENGTH] == _FORMAT + self._current

    def __repr__(self) -> str:
        return f"<Vault with {len(self._keys)} keys>"


def key_fingerprint_of(sealed: bytes) -> str | None:
    """The public name, 16 hexadecimal digits, of the key that sealed a value; the name reveals nothing about the key.

    None for a value that is not sealed.
    """
    if len(sealed) < _PREFIX_LENGTH or not sealed.startswith(_FORMAT):
        return None
    return sealed[len(_FORMAT) : _PREFIX_LENGTH].hex()


def _derived(secret: str) -> tuple[bytes, AESGCM]:
    """The public name and the cipher of one secret; the name reveals nothing about the key."""
    material = secret.encode()
    key = HKDF(SHA256(), length=32, salt=None, info=b"ocote vault aes-256-gcm key").derive(material)
    key_id = HKDF(SHA256(), length=_KEY_ID_LENGTH, salt=None, info=b"ocote vault key id").derive(material)
    return key_id, AESGCM(key)
