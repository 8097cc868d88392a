"""Judges what the ID token of an identity provider says about a person, without any input or output.

The rules are those of OpenID Connect Core 1.0, section 3.1.3.7. The signature is judged before, by
``ocote.people.provider``.
"""

import hmac
from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol

from msgspec import Struct

LEEWAY_S: Final = 60
"""Seconds by which the clocks of gateway and provider may differ."""

_LONGEST_SUBJECT: Final = 255

TokenFault = Literal[
    "issuer", "subject", "audience", "authorized_party", "expired", "issued_at", "not_before", "nonce", "stale"
]
"""Why a token is not taken; ``stale``: the person did not log in anew at the provider, as was asked."""


class ExpectedToken(Struct, frozen=True):
    """The values that a token must have. ``asked_at`` is the second (Unix time) at which the person set out.

    ``must_be_fresh``: the person has to have logged in at the provider since then.
    """

    issuer: str
    client_id: str
    nonce: str
    asked_at: int
    must_be_fresh: bool


class ProvenIdentity(Struct, frozen=True):
    """Who somebody is to a provider. ``email`` is in lower case, and empty unless the provider has verified it."""

    issuer: str
    subject: str
    email: str
    name: str


class AuthorizationRequest(Struct, frozen=True):
    """The question to a provider when a person sets out; ``verifier`` is the secret of PKCE (RFC 7636)."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    must_be_fresh: bool


class Redeemed(Struct, frozen=True):
    """The claims of an ID token whose signature is right."""

    claims: Mapping[str, Any]


ProviderFault = Literal["no_answer", "too_long", "status", "no_document", "another_issuer", "not_encrypted"]
"""How a provider does not answer as one: ``status`` is another status than 200, ``no_document`` not the right JSON."""


class ProviderUnreachableError(Exception):
    """The provider did not answer, or not as a provider does; the text is for the log, ``detail`` what was seen."""

    def __init__(self, fault: ProviderFault, detail: str = "") -> None:
        super().__init__(f"{fault} {detail}".rstrip())
        self.fault = fault
        self.detail = detail


class TokenRefusedError(Exception):
    """The provider's answer about a person is not taken; the text is for the log."""


class IdentityProvider(Protocol):
    """An identity provider, as the service of logins needs it. Each call may raise ProviderUnreachableError."""

    @property
    def issuer(self) -> str:
        """The issuer of the provider's tokens."""

    @property
    def client_id(self) -> str:
        """The name of the gateway at the provider."""

    @property
    def name(self) -> str:
        """The provider as people know it."""

    async def authorization_url(self, request: AuthorizationRequest) -> str:
        """The address at the provider to which a person goes."""

    async def names_itself(self) -> bool:
        """Whether the provider says on the way back who it is (RFC 9207)."""

    async def redeem(self, code: str, verifier: str, return_to: str) -> Redeemed:
        """The claims behind a code. Raises TokenRefusedError."""


def judged(claims: Mapping[str, Any], expected: ExpectedToken, now: float) -> ProvenIdentity | TokenFault:
    """Who the claims of a token prove somebody to be at a moment (Unix time), or why they prove nothing."""
    fault = _fault(claims, expected, now)
    if fault is not None:
        return fault
    email = claims.get("email")
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    name = claims.get("name")
    return ProvenIdentity(
        issuer=expected.issuer,
        subject=str(claims["sub"]),
        email=str(email).strip().lower() if is_verified else "",
        name=name if isinstance(name, str) else "",
    )


def _fault(claims: Mapping[str, Any], expected: ExpectedToken, now: float) -> TokenFault | None:
    issued, not_before = _number(claims.get("iat")), _number(claims.get("nbf"))
    authenticated, nonce = _number(claims.get("auth_time")), claims.get("nonce")
    earliest = expected.asked_at - LEEWAY_S
    checks: tuple[tuple[TokenFault, bool], ...] = (
        ("issuer", claims.get("iss") == expected.issuer),
        ("subject", _is_subject(claims.get("sub"))),
        ("audience", expected.client_id in _audience(claims.get("aud"))),
        ("authorized_party", _is_for(claims, expected.client_id)),
        ("expired", now < (_number(claims.get("exp")) or 0) + LEEWAY_S),
        ("issued_at", issued is not None and earliest <= issued <= now + LEEWAY_S),
        ("not_before", "nbf" not in claims or (not_before is not None and not_before <= now + LEEWAY_S)),
        ("nonce", isinstance(nonce, str) and hmac.compare_digest(nonce.encode(), expected.nonce.encode())),
        (
            "stale",
            not expected.must_be_fresh or (authenticated is not None and earliest <= authenticated <= now + LEEWAY_S),
        ),
    )
    return next((fault for fault, is_right in checks if not is_right), None)


def _audience(said: object) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,)
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()


def _is_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """Whether the token was made for this client alone: one for several names the party that asked for it."""
    said = claims.get("aud")
    is_for_several = isinstance(said, list) and len(said) > 1
    party = claims.get("azp")
    return party == client_id if is_for_several or party is not None else True


def _is_subject(said: object) -> bool:
    return isinstance(said, str) and 0 < len(said) <= _LONGEST_SUBJECT and said.isprintable()


def _number(said: object) -> float | None:
    """A moment of a token (Unix time, which may have a fraction); None for what is no number."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not abs(said) < 2**53:
        return None
    return float(said)
