"""Checks that the discovery document and the keys of the identity provider can be read, and fit the settings."""

import ssl
from collections.abc import Mapping
from typing import Final

from ocote.clock import Clock
from ocote.health.finding import Finding, failed, well
from ocote.people.claims import ProviderFault, ProviderUnreachableError
from ocote.settings import Settings

_SUBJECT: Final = "Proveedor de identidad"
_SEEN: Final[Mapping[ProviderFault, str]] = {
    "no_answer": "no responde ({})",
    "too_long": "da una respuesta demasiado larga",
    "status": "contesta con el estado {}",
    "no_document": "no publica el documento que se espera ({})",
    "another_issuer": "dice llamarse {}",
    "not_encrypted": "nombra una dirección sin cifrar: {}",
}


async def identity_provider_answers(
    configured: Settings, clock: Clock, trust: ssl.SSLContext | None = None
) -> list[Finding]:
    """One finding about the provider of ``OCOTE_OIDC_ISSUER``; nothing without one.

    ``trust`` decides which certificates are trusted; None means those of the system.
    """
    access = configured.identity_provider
    if access is None:
        return []
    try:
        from ocote.people.provider import OpenIdProvider
    except ModuleNotFoundError as error:
        return [
            failed(
                _SUBJECT,
                f"falta el paquete {error.name}",
                "Instale ocote[oidc], o quite las variables OCOTE_OIDC_…; así no arranca «ocote serve».",
            )
        ]
    provider = OpenIdProvider(access, clock, trust)
    try:
        keys = await provider.keys()
    except ProviderUnreachableError as error:
        return [
            failed(
                _SUBJECT,
                f"{access.issuer} {_SEEN[error.fault].format(error.detail)}",
                "Revise OCOTE_OIDC_ISSUER, letra por letra como lo da el proveedor, y la salida de esta máquina hacia "
                "él. Mientras tanto se entra con la contraseña.",
            )
        ]
    if not keys:
        return [
            failed(
                _SUBJECT,
                f"{access.issuer} no publica ninguna llave con la que se pueda comprobar su firma",
                "Pida a quien administra el proveedor que firme con RS256 o ES256.",
            )
        ]
    return [well(_SUBJECT, f"{access.issuer} responde y publica {len(list(keys))} llaves")]
