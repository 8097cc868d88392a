"""The gateway as one Starlette application, and the HTTP server that serves it."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog
from msgspec import Struct
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from ocote import logs, metrics, settings
from ocote.api.app import api_routes
from ocote.api.gate import Exposure
from ocote.clock import Clock, system_clock
from ocote.panel.gate import PanelGate
from ocote.panel.site import panel_routes, site_routes
from ocote.panel.verification.routes import VerificationPages
from ocote.parts import USUAL, Parts, Tuning, background_work, numbers_watched, open_parts
from ocote.requests.cursor import Cursors
from ocote.settings import Settings, SettingsError
from ocote.web.application import application
from ocote.web.limiter import RateLimiter
from ocote.web.server.config import BoundedConfig, serve_until_stopped
from ocote.web.server.descriptors import left_for_clients, raise_descriptor_limit
from ocote.web.server.seats import Seating
from ocote.web.server.supervised import end_with_supervisor
from ocote.work.background import until_the_end

_NO_WORKER = "OCOTE_SERVE_WITHOUT_WORKER"
"""Set by ``run_server`` for the processes it starts; not a setting."""
_TLS_CERT = "OCOTE_SERVE_TLS_CERT"
"""The file of the certificate that is served, likewise; the operator's page says when it ends."""

_STRANGERS = 200_000
"""Counters of addresses kept in memory, two for each address: some 50 MiB, however many addresses ask."""

_log = structlog.get_logger(__name__)


def build_app(
    configured: Settings, *, with_worker: bool = True, clock: Clock = system_clock, tuning: Tuning = USUAL
) -> Starlette:
    """The application, which opens its parts and adds its routes on start-up, and closes its parts on shutdown."""
    limiter = RateLimiter.from_url(configured.rate_limit_url)
    tls_cert = Path(os.environ[_TLS_CERT]) if _TLS_CERT in os.environ else None
    strangers = RateLimiter.from_url(configured.rate_limit_url, _STRANGERS)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                parts = await stack.enter_async_context(
                    open_parts(configured, clock=clock, tuning=tuning, tls_cert=tls_cert)
                )
                await stack.enter_async_context(numbers_watched(parts))
                await stack.enter_async_context(until_the_end(parts.hosts.keep_probing))
                await stack.enter_async_context(until_the_end(parts.key_uses.keep_writing))
                await stack.enter_async_context(until_the_end(parts.services.requests.keep_writing))
                await stack.enter_async_context(until_the_end(parts.heartbeat.of("serve")))
                if with_worker:
                    await stack.enter_async_context(background_work(parts))
                else:
                    await stack.enter_async_context(until_the_end(parts.watch.keep_measuring))
            except Exception as error:
                _log.error("start_failed", error=f"{type(error).__name__}: {error}")
                raise
            app.router.routes[:] = _routes(configured, parts, limiter, strangers)
            yield

    return application(lifespan=lifespan)


def _routes(configured: Settings, parts: Parts, limiter: RateLimiter, strangers: RateLimiter) -> list[BaseRoute]:
    """The routes of API and probes, then the pages, which answer every other path."""
    exposure = Exposure(configured.allow_http, configured.base_url)
    cursors = Cursors(configured.required_secret().encode())
    panel = PanelGate(panel_routes(), parts.panel, configured.required_secret(), allow_http=configured.allow_http)
    verification = VerificationPages(parts.public_documents, strangers, allow_http=configured.allow_http)
    return [*api_routes(parts.services, limiter, exposure, cursors), *site_routes(verification, panel)]


def app_from_environment() -> Starlette:
    """The application of one of several processes, from the present settings."""
    end_with_supervisor()
    configured = settings.load()
    logs.configure(configured.log_level)
    return build_app(configured, with_worker=_NO_WORKER not in os.environ)


class Listening(Struct, frozen=True):
    """The server's address and number of processes, and the certificate with its key when the server uses HTTPS."""

    host: str
    port: int
    workers: int = 1
    tls_cert: Path | None = None
    tls_key: Path | None = None


def run_server(configured: Settings, listening: Listening, *, with_worker: bool) -> None:
    """Serves until a signal ends it (SIGTERM, Ctrl-C), then finishes the requests under way.

    Raises SettingsError when the port of the metrics is taken, SystemExit when the application could not start.
    """
    workers = listening.workers
    if configured.metrics_port is not None:
        _serve_metrics(configured, configured.metrics_port, workers)
    if not with_worker:
        os.environ[_NO_WORKER] = "1"
    if listening.tls_cert is not None:
        os.environ[_TLS_CERT] = str(listening.tls_cert.absolute())
    _collect_garbage_rarely()
    config = BoundedConfig(
        build_app(configured, with_worker=with_worker) if workers == 1 else "ocote.app:app_from_environment",
        _seating(configured),
        factory=workers > 1,
        host=listening.host,
        port=listening.port,
        workers=workers,
        ssl_certfile=listening.tls_cert,
        ssl_keyfile=listening.tls_key,
        proxy_headers=bool(configured.trusted_proxies),
        forwarded_allow_ips=[str(network) for network in configured.trusted_proxies],
        timeout_keep_alive=configured.keep_alive_s,
        timeout_graceful_shutdown=40,
    )
    serve_until_stopped(config)


def _seating(configured: Settings) -> Seating:
    """The bounds for connections, after the limit of descriptors was raised as far as it goes."""
    affordable = left_for_clients(raise_descriptor_limit())
    seating = Seating(
        min(configured.max_connections, affordable), configured.max_connections_per_address, configured.trusted_proxies
    )
    _log.info("connections_bounded", in_all=seating.in_all, per_address=seating.per_address)
    return seating


def _serve_metrics(configured: Settings, port: int, workers: int) -> None:
    if workers > 1:
        metrics.share_between_processes(configured.data_dir / "metrics")
    try:
        metrics.serve("127.0.0.1", port)
    except OSError as error:
        raise SettingsError(
            f"OCOTE_METRICS_PORT: no se puede atender el puerto {port}: lo ocupa otro "
            "proceso, o este usuario no puede usarlo. Dé a cada «ocote serve» de esta máquina el suyo."
        ) from error


def _collect_garbage_rarely() -> None:
    """Makes garbage collection rare: the loaded program stays in memory, and a request leaves few cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
