"""Tries the companies' user and password at MH, once each and within a bounded time."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final, Literal

import aiohttp
from msgspec import Struct

from ocote.documents.reasons import spanish
from ocote.dte.sale import Environment
from ocote.mh import Credentials, LoggedIn, MhClient, UndeterminedKind, open_session
from ocote.settings import Settings

ALL_WITHIN_S: Final = 45.0
"""Seconds for the logins of all companies: an MH that answers slowly must not hold up a command for ever."""

_AT_ONCE: Final = 8


class Access(Struct, frozen=True):
    """The user and password of one company in one environment."""

    environment: Environment
    credentials: Credentials


class LoginTried(Struct, frozen=True):
    """The outcome of a login; ``why`` is Spanish: MH's own words, or the reason why there is no answer of MH.

    ``not_tried``: the time for all logins was over before.
    """

    verdict: Literal["accepted", "refused", "unanswered", "not_tried"]
    why: str = ""


async def try_logins(configured: Settings, accesses: Sequence[Access]) -> list[LoginTried]:
    """The outcomes of one login for each access, in their order.

    No login is repeated: MH may lock an account after some wrong passwords. The tokens are thrown away. Should MH end
    the token of a running gateway with it, of which no source speaks, the gateway logs in again (protocol.md 3.5).
    """
    places = asyncio.Semaphore(_AT_ONCE)
    until = time.monotonic() + ALL_WITHIN_S
    async with open_session() as session:

        async def attempt(access: Access) -> LoginTried:
            async with places:
                return await _attempt(session, configured, access, until)

        return await asyncio.gather(*map(attempt, accesses))


async def _attempt(session: aiohttp.ClientSession, configured: Settings, access: Access, until: float) -> LoginTried:
    left_s = until - time.monotonic()
    if left_s <= 0:
        return LoginTried("not_tried")
    client = MhClient(session, configured.mh_url(access.environment), configured.mh_timeout_s)
    outcome = await client.log_in(access.credentials, left_s)
    if isinstance(outcome, LoggedIn):
        return LoginTried("accepted")
    if outcome.kind is UndeterminedKind.LOGIN_REFUSED:
        return LoginTried("refused", f"«{outcome.said}»" if outcome.said else "no dice por qué")
    why = spanish(outcome.reason) or f"«{outcome.reason}»"
    return LoginTried("unanswered", f"{why}; dice «{outcome.said}»" if outcome.said else why)
