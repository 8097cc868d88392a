"""The second factor: codes of an authenticator application (TOTP, RFC 6238), and recovery codes for its loss."""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp

from ocote.vault import Vault

RECOVERY_CODES: Final = 10
_STEP_S: Final = 30
_TOLERANCE: Final = (-1, 0, 1)
"""Steps of time that a clock may be off."""

_DIGITS: Final = 6
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF: Final = 6


def new_totp_secret() -> str:
    """A new secret of an authenticator, in base 32."""
    return pyotp.random_base32()


def totp_uri(secret: str, email: str) -> str:
    """The address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Ocote")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step of time to which a code belongs, at most one away from now; None for a wrong code."""
    typed = plain_code(code)
    if len(typed) != _DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    current = int(now.timestamp()) // _STEP_S
    totp = pyotp.TOTP(secret)
    matching = [step for step in (current + each for each in _TOLERANCE) if _is_same(totp.generate_otp(step), typed)]
    return matching[-1] if matching else None


def new_recovery_codes() -> tuple[str, ...]:
    """New recovery codes of nearly 60 random bits each, such as ``k7m2qx-9dfatb``."""
    return tuple(f"{_letters()}-{_letters()}" for _ in range(RECOVERY_CODES))


def recovery_hash(code: str) -> str:
    """The SHA-256 (hex) under which a recovery code is kept, however it is typed."""
    return sha256(plain_code(code).encode()).hexdigest()


def plain_code(code: str) -> str:
    """A code without the blanks and hyphens with which people type it.

    >>> plain_code(" K7M2QX-9dfatb "), plain_code("123 456")
    ('k7m2qx9dfatb', '123456')
    """
    return "".join(code.replace("-", "").split()).lower()


def seal_totp(vault: Vault, person_id: int, secret: str) -> bytes:
    """The secret of a person's authenticator as it is kept."""
    return vault.seal(secret.encode(), totp_owner(person_id))


def open_totp(vault: Vault, person_id: int, sealed: bytes) -> str:
    """The secret of a person's authenticator. Raises VaultError."""
    return vault.open(sealed, totp_owner(person_id)).decode()


def totp_owner(person_id: int) -> str:
    """The owner to whom the secret of a person's authenticator is sealed."""
    return f"person:{person_id}:totp"


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
