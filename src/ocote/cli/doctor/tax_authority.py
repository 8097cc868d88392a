"""Checks that MH's hosts answer, and compares this machine's clock with theirs."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from ocote.clock import Clock
from ocote.documents.reasons import reason
from ocote.dte.sale import Environment
from ocote.health.finding import Finding, failed, well
from ocote.settings import Settings
from ocote.wording.environment import ENVIRONMENT_NAMES

_CLOCK_TOLERANCE: Final = timedelta(seconds=60)
_PATIENCE_S: Final = 8.0
_BROKEN: Final = 500


async def tax_authority(
    session: aiohttp.ClientSession, configured: Settings, environment: Environment, clock: Clock
) -> list[Finding]:
    """Checks MH's host for an environment. An error of the host (5xx) counts as silence: it would take no documents."""
    url = configured.mh_url(environment)
    subject = f"Hacienda, {ENVIRONMENT_NAMES[environment]}"
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=_PATIENCE_S)) as answer:
            status, date = answer.status, answer.headers.get("Date")
            now = clock()
    except (aiohttp.ClientError, TimeoutError) as error:
        variable = "OCOTE_MH_TEST_URL" if environment == "00" else "OCOTE_MH_PRODUCTION_URL"
        return [
            failed(
                subject,
                f"{url} no responde: {reason(error)}",
                f"Revise la salida a Internet de esta máquina y {variable}. Mientras tanto se emite en contingencia.",
            )
        ]
    if status >= _BROKEN:
        remedy = "La falla es de Hacienda: espere. Mientras tanto se emite en contingencia («ocote contingency list»)."
        return [failed(subject, f"{url} responde con un error suyo, HTTP {status}", remedy)]
    return [well(subject, f"{url} responde"), *_clock_difference(date, now)]


def _clock_difference(date: str | None, now: datetime) -> list[Finding]:
    if date is None:
        return []
    try:
        difference = abs(parsedate_to_datetime(date) - now)
    except (ValueError, TypeError):
        return []
    seconds = f"{difference.total_seconds():.0f} s de diferencia con Hacienda"
    if difference > _CLOCK_TOLERANCE:
        return [failed("Reloj", seconds, "Sincronice el reloj: sudo timedatectl set-ntp true.")]
    return [well("Reloj", seconds)]
