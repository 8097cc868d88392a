"""Access tokens: a JWT signed with HS512, like the tokens of MH's authentication service (protocol.md 2)."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ocote.emulator.companies import Company

_REMEMBERED = 1_000
_HEADER = base64.urlsafe_b64encode(b'{"alg":"HS512"}').rstrip(b"=")


@dataclass(frozen=True, slots=True)
class Bearer:
    """The holder of a token: a taxpayer, and the environments in which its credentials were valid."""

    nit: str
    environments: tuple[str, ...]


class _Claims(msgspec.Struct, rename={"environments": "ambientes"}):
    sub: str
    authorities: str
    environments: tuple[str, ...]
    iat: int
    exp: int


class Tokens:
    """Issues and reads tokens with one secret; tokens stay valid after a restart with this secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._verified: dict[bytes, tuple[Bearer, int]] = {}

    def issue(self, companies: Sequence[Company], now: datetime, lifetime_s: int) -> str:
        """The text for the ``Authorization`` header, ``Bearer `` included.

        MH has one host per environment; the emulator serves both environments, therefore the token names its own.
        """
        issued = int(now.timestamp())
        environments = tuple(sorted(company.environment for company in companies))
        claims = _Claims(companies[0].nit, "ROLE_USER", environments, issued, issued + lifetime_s)
        signed = _HEADER + b"." + base64.urlsafe_b64encode(msgspec.json.encode(claims)).rstrip(b"=")
        return f"Bearer {(signed + b'.' + self._signature(signed)).decode()}"

    def read(self, header: bytes | None, now: datetime) -> Bearer | None:
        """The holder of a valid token; None when the token is missing, malformed, forged or expired."""
        if header is None:
            return None
        known = self._verified.get(header) or self._verify(header)
        if known is None or known[1] <= now.timestamp():
            return None
        return known[0]

    def _verify(self, header: bytes) -> tuple[Bearer, int] | None:
        """Holder and expiry of a genuine token, kept because the token comes with every request."""
        if not header.startswith(b"Bearer "):
            return None
        signed, _, signature = header[7:].rpartition(b".")
        if not hmac.compare_digest(self._signature(signed), signature):
            return None
        payload = signed.partition(b".")[2]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)), type=_Claims)
        if len(self._verified) >= _REMEMBERED:
            self._verified.clear()
        self._verified[header] = (Bearer(claims.sub, claims.environments), claims.exp)
        return self._verified[header]

    def _signature(self, signed: bytes) -> bytes:
        return base64.urlsafe_b64encode(hmac.digest(self._secret, signed, "sha512")).rstrip(b"=")
