"""Bounds how often a stranger, a link or a session may send a form that costs the gateway work."""

from datetime import timedelta
from typing import Final

from ocote.documents.view import Refused
from ocote.people.lockout import wait_text
from ocote.web.limiter import RateLimiter

GUEST_BYTES: Final = 256 * 1024
GUEST_FIELDS: Final = 2_000
"""Of a form that somebody without a session sends to a page of people: it waits, as hidden fields, for the login."""

WAITING_BYTES: Final = 2 * GUEST_BYTES
WAITING_FIELDS: Final = GUEST_FIELDS + 20
"""Of a form of the login, with which such a form travels under longer names."""

_LOGINS_PER_MINUTE: Final = 5
_LOGINS_PER_HOUR: Final = 30
"""Of a company at MH, which locks an account after some wrong passwords."""


async def keep_pace(limiter: RateLimiter, who: str, per_minute: int, per_hour: int) -> None:
    """Counts a form. Raises Refused (``panel_too_often``) for one that comes too early after others."""
    allowance = await limiter.admit(f"panel/{who}", per_minute, per_hour)
    if allowance.refused_by is not None:
        raise Refused("panel_too_often", wait=wait_text(timedelta(seconds=allowance.retry_after_s)))


async def keep_login_pace(limiter: RateLimiter, environment: str, nit: str) -> None:
    """Counts a user and a password that a person tries at MH for a company. Raises Refused (``panel_too_often``)."""
    await keep_pace(limiter, f"mh-login/{environment}/{nit}", _LOGINS_PER_MINUTE, _LOGINS_PER_HOUR)
