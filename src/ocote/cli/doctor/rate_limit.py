"""Checks the Redis in which several processes count the calls of a key together."""

from typing import Final

from limits.errors import StorageError

from ocote.documents.reasons import reason
from ocote.health.finding import Finding, failed, well
from ocote.settings import Settings, SettingsError
from ocote.web.limiter import RateLimiter

_SUBJECT: Final = "Límite de solicitudes"


async def rate_limit(configured: Settings) -> list[Finding]:
    """One finding about the shared store of ``OCOTE_RATE_LIMIT_URL``; nothing when each process counts by itself."""
    if configured.rate_limit_url == "memory://":
        return []
    try:
        limiter = RateLimiter.from_url(configured.rate_limit_url)
    except SettingsError as error:
        return [failed(_SUBJECT, str(error), "Corrija OCOTE_RATE_LIMIT_URL; así no arranca «ocote serve».")]
    try:
        await limiter.try_store()
    except (StorageError, TimeoutError) as error:
        why = reason(error.storage_error if isinstance(error, StorageError) else error)
        return [
            failed(
                _SUBJECT,
                f"el Redis de OCOTE_RATE_LIMIT_URL no cuenta: {why}",
                "Póngalo en marcha, o corrija OCOTE_RATE_LIMIT_URL. Mientras tanto se atiende toda solicitud, sin "
                "límite por clave ni por dirección.",
            )
        ]
    finally:
        await limiter.close()
    return [well(_SUBJECT, "el Redis de OCOTE_RATE_LIMIT_URL cuenta")]
