"""The cookies of the panel: signed, for the panel alone, and unreadable for scripts."""

from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, Signer
from starlette.requests import cookie_parser

from ocote.web.response import Header

_SECURE_NAME: Final = "__Host-ocote-"
_LOOPBACK_NAME: Final = "ocote-"
"""Browsers refuse the prefix over plain HTTP, which the panel speaks on the machine itself only."""

_THEME: Final = "ocote-theme"

SESSION: Final = "session"
GUEST: Final = "guest"
NOTICE: Final = "notice"
HALF_WAY: Final = "half-way"
"""Of a person who has shown the password, and has to take the second step."""

PASSKEY: Final = "passkey"
"""The challenge that a passkey has to sign."""

JOURNEY: Final = "journey"
"""Of a person who went to the identity provider, from whose site they come back: browsers do not send a strict one."""

_LAX_FOR_S: Final = {JOURNEY: 600}
"""The cookies that also come with a link of another site, and how long each is kept, in seconds."""


class Cookies:
    """Signs cookies and reads those that it signed, with keys derived from ``OCOTE_SECRET_KEY``."""

    def __init__(self, secret: str) -> None:
        # The last key signs, and each key reads.
        self._keys = [_derived(part.strip()) for part in reversed(secret.split(",")) if part.strip()]

    def read(self, header: str, kind: str, *, is_secure: bool) -> str | None:
        """The value of a cookie; None when it is absent or was not signed here."""
        signed = cookie_parser(header).get(_name(kind, is_secure=is_secure))
        if signed is None:
            return None
        try:
            return self._signer(kind).unsign(signed).decode()
        except (BadSignature, UnicodeDecodeError):
            return None

    def written(self, kind: str, value: str, *, is_secure: bool) -> Header:
        """The header that sets a cookie, for its time or until the browser is closed."""
        signed = self._signer(kind).sign(value).decode("ascii")
        kept = f"; Max-Age={_LAX_FOR_S[kind]}" if kind in _LAX_FOR_S else ""
        cookie = f"{_name(kind, is_secure=is_secure)}={signed}{kept}; {_attributes(kind, is_secure=is_secure)}"
        return b"set-cookie", cookie.encode("ascii")

    def removed(self, kind: str, *, is_secure: bool) -> Header:
        """The header that removes a cookie."""
        name = _name(kind, is_secure=is_secure)
        return b"set-cookie", f"{name}=; Max-Age=0; {_attributes(kind, is_secure=is_secure)}".encode("ascii")

    def _signer(self, kind: str) -> Signer:
        return Signer(self._keys, salt=f"ocote panel {kind}")


def theme_in(header: str) -> str:
    """The theme that the person has chosen, ``light`` or ``dark``; empty for that of their system.

    A script writes this cookie, which is not signed: nothing but the look of the page follows from it.
    """
    chosen = cookie_parser(header).get(_THEME, "")
    return chosen if chosen in ("light", "dark") else ""


def _name(kind: str, *, is_secure: bool) -> str:
    return (_SECURE_NAME if is_secure else _LOOPBACK_NAME) + kind


def _attributes(kind: str, *, is_secure: bool) -> str:
    same_site = "SameSite=Lax" if kind in _LAX_FOR_S else "SameSite=Strict"
    return f"Path=/; HttpOnly; {same_site}{'; Secure' if is_secure else ''}"


def _derived(secret: str) -> bytes:
    """The key for cookies of one secret, which is independent of the keys of vault and links."""
    return HKDF(SHA256(), length=32, salt=None, info=b"ocote panel cookies").derive(secret.encode())
