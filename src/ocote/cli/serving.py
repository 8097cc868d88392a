"""The commands that run until a signal: the gateway, its background work alone, and the emulator of MH."""

import asyncio
import signal
import ssl
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

from ocote import logs, settings
from ocote.cli.failures import CommandFailed
from ocote.documents.reasons import reason
from ocote.settings import Settings
from ocote.settings.values import is_this_machine

_TLS_PORT = 8443
_PLAIN_PORT = 8000


def serve_api(
    host: str, port: int | None, workers: int, tls_cert: Path | None, tls_key: Path | None, *, with_worker: bool
) -> None:
    """Serves the API until a signal arrives.

    Raises CommandFailed when no client could reach the API. The API refuses plain HTTP (contract 2), so without a
    certificate the settings must name a trusted proxy that ends TLS, or allow plain HTTP on loopback.
    """
    configured = settings.load()
    if (tls_cert is None) != (tls_key is None):
        raise CommandFailed("--tls-cert y --tls-key van juntos: falta uno de los dos.")
    for file in filter(None, (tls_cert, tls_key)):
        if not file.is_file():
            raise CommandFailed(f"No existe el archivo {file}.")
    if tls_cert is not None and tls_key is not None:
        _check_key_pair(tls_cert, tls_key)
    if tls_cert is None and not configured.trusted_proxies and not configured.allow_http:
        raise CommandFailed(
            "Sin HTTPS nadie podría usar la API. Dé --tls-cert y --tls-key; o nombre en OCOTE_TRUSTED_PROXIES el proxy "
            "que termina TLS; o, solo para desarrollar en esta máquina, ponga OCOTE_ALLOW_HTTP=on."
        )
    if configured.allow_http and not is_this_machine(host):
        raise CommandFailed(
            f"OCOTE_ALLOW_HTTP=on es solo para esta máquina y --host es {host}. Quite la variable o use 127.0.0.1."
        )
    if workers > 1 and configured.rate_limit_url == "memory://":
        raise CommandFailed(
            "Con varios procesos, cada uno contaría por su cuenta las solicitudes de una clave. "
            "Ponga OCOTE_RATE_LIMIT_URL=redis://… o use --workers 1."
        )
    logs.configure(configured.log_level)
    asyncio.run(_can_open(configured))
    from ocote.app import Listening, run_server
    from ocote.web.limiter import RateLimiter

    # Otherwise each process would fail with this fault and start again.
    RateLimiter.from_url(configured.rate_limit_url)
    chosen = port if port is not None else (_TLS_PORT if tls_cert else _PLAIN_PORT)
    _require_free(host, chosen)
    run_server(configured, Listening(host, chosen, workers, tls_cert, tls_key), with_worker=with_worker)


def work_in_background() -> None:
    """Does the background work until a signal arrives, then finishes or gives up the work under way."""
    configured = settings.load()
    logs.configure(configured.log_level)
    asyncio.run(_can_open(configured))
    asyncio.run(_work_until_stopped(configured))


def emulate(host: str, port: int, companies: Path | None, folder: Path | None) -> None:
    """Serves the emulated MH until a signal arrives. Raises CommandFailed when the companies cannot be read."""
    from ocote.emulator.certificate import UnreadableCertificateError
    from ocote.emulator.companies import InvalidCompanyError
    from ocote.emulator.serve import run

    _require_free(host, port)
    known = f"{companies}" if companies else "ninguno; agréguelos por /_control/companies"
    sys.stderr.write(f"Hacienda de prueba en http://{host}:{port}. Contribuyentes: {known}. Termina con Ctrl-C.\n")
    try:
        run(host, port, companies, folder)
    except UnicodeDecodeError as error:
        raise CommandFailed(f"No se puede usar {companies}: el archivo no está en UTF-8.") from error
    except (InvalidCompanyError, UnreadableCertificateError, tomllib.TOMLDecodeError) as error:
        raise CommandFailed(f"No se puede usar {companies}: {error}") from error


def _require_free(host: str, port: int) -> None:
    """Raises CommandFailed when nothing can listen at an address."""
    from ocote.web.server.door import listening_sockets

    try:
        for taken in listening_sockets(host, port, 1):
            taken.close()
    except OSError as error:
        raise CommandFailed(
            f"No se puede atender en {host}, puerto {port}: {reason(error)}. Detenga el otro proceso o dé otro --port."
        ) from error


async def _work_until_stopped(configured: Settings) -> None:
    from ocote.parts import work_alone

    working = asyncio.ensure_future(work_alone(configured))
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, working.cancel)
    with suppress(asyncio.CancelledError):
        await working


async def _can_open(configured: Settings) -> None:
    """Opens the database and the vault once, and loads what an identity provider needs: faults appear at the start.

    Writes a warning on standard error when the numbers of the database are unconfirmed.
    """
    from ocote.clock import system_clock
    from ocote.continuity.watch import NumbersWatch
    from ocote.continuity.words import unconfirmed_text
    from ocote.panel_parts import identity_provider
    from ocote.store.engine.opening import open_store
    from ocote.store.installation import installation
    from ocote.vault import Vault

    Vault.from_secret(configured.required_secret())
    identity_provider(configured, system_clock)
    async with open_store(configured.database_url) as store:
        await NumbersWatch(store, system_clock, configured.data_dir).look()
        reason = unconfirmed_text(await store.read(installation))
    if reason is not None:
        sys.stderr.write(
            f"Atención: no se emite nada, porque {reason}. Fije los números de las cajas («ocote number set») y "
            "confirme con «ocote restore --confirm».\n"
        )


def _check_key_pair(certificate: Path, key: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        raise CommandFailed(
            f"No se puede usar {certificate} con {key}. Deben ser, en PEM, el certificado con su cadena y la llave "
            "privada de ese mismo certificado, sin contraseña."
        ) from error
