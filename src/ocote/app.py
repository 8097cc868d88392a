"""Everything put together: database, companies, MH and the HTTP layer of one process."""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import structlog
import uvicorn
from msgspec import Struct

from ocote import __version__, logs, metrics, settings
from ocote.api.app import Asgi, http_app
from ocote.archive.archive import Archive
from ocote.archive.exporting import Exporter
from ocote.archive.verification import PublicDocuments
from ocote.clock import Clock, system_clock
from ocote.companies.registry import Companies
from ocote.contingency.by_hand import ContingencyOperator
from ocote.contingency.deadlines import ContingencyWatch
from ocote.contingency.entering import Contingencies
from ocote.contingency.step import WorkLimits
from ocote.contingency.work import ContingencyWork
from ocote.dte.business_days import read_holidays, shipped_holidays
from ocote.dte.sale import Environment
from ocote.gateway import LocalGateway
from ocote.invalidation.invalidator import Invalidator
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.recovery import Recovery
from ocote.issuing.schema_gate import SchemaGate
from ocote.mh import Breaker, BreakerRules, MhClient, open_session
from ocote.mh.hosts import MhHost, MhHosts
from ocote.outbox.mail import MailCourier
from ocote.outbox.mailbox import Mailbox
from ocote.outbox.webhook import WebhookCourier
from ocote.outbox.worker import Outbox
from ocote.panel.site import site
from ocote.panel.verification.routes import VerificationPages
from ocote.public_links import PublicLinks
from ocote.settings import Settings, SettingsError
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.vault import Vault
from ocote.web.asgi import Scope, Send
from ocote.web.body import Receive
from ocote.web.limiter import RateLimiter
from ocote.web.protocol import JoiningHttpProtocol
from ocote.webhooks import http as webhook_http
from ocote.work.background import Round, work
from ocote.work.leases import Leases

_USER_AGENT = f"ocote/{__version__}"
_NO_WORKER = "OCOTE_SERVE_WITHOUT_WORKER"
"""Set by ``run_server`` alone, to tell the processes it starts; not a setting."""

_log = structlog.get_logger(__name__)


class Tuning(Struct, frozen=True):
    """What no operator has to decide: how much contingency work is done together, and when MH counts as down."""

    limits: WorkLimits
    breaker: BreakerRules


USUAL: Final = Tuning(WorkLimits(), BreakerRules(first_pause_s=2.0, longest_pause_s=10.0))


class Parts(Struct, frozen=True):
    """The parts of a running gateway that others hold on to.

    ``rounds`` are the background work with MH, ``sending`` is that with everybody else: neither waits for the other.
    ``desk`` shows documents to the holders of their public links. ``contingencies`` is what the operator does about
    them, ``watch`` looks after their deadlines.
    """

    store: Store
    hosts: MhHosts
    gateway: LocalGateway
    desk: PublicDocuments
    rounds: tuple[Round, ...]
    sending: Outbox
    contingencies: ContingencyOperator
    watch: ContingencyWatch


@asynccontextmanager
async def open_parts(
    configured: Settings, *, clock: Clock = system_clock, tuning: Tuning = USUAL
) -> AsyncIterator[Parts]:
    """Opens everything that issuing needs and closes it at the end.

    Raises SettingsError, VaultError, OutdatedError, NewerDatabaseError and StoreUnavailableError when it cannot.
    """
    vault = Vault.from_secret(configured.required_secret())
    gate = SchemaGate(configured.mh_schema_dir) if configured.mh_schema_dir is not None else None
    async with (
        open_store(configured.database_url) as store,
        open_session() as session,
        webhook_http.open_session(allow_private=configured.webhook_allow_private) as webhook_session,
    ):

        def host(environment: Environment) -> MhHost:
            url = configured.mh_url(environment)
            client = MhClient(session, url, configured.mh_timeout_s, _USER_AGENT)
            return MhHost(environment, client, Breaker(time.monotonic, tuning.breaker))

        hosts = MhHosts(host("00"), host("01"))
        companies = Companies(store, vault)
        contingencies = Contingencies(store, companies, hosts, clock, configured.probe_host, configured.mh_timeout_s)
        leases = Leases(store, await store.appear(), clock)
        recovery = Recovery(store, companies, hosts, contingencies, leases, clock)
        issuer = DocumentIssuer(store, companies, hosts, recovery, clock, contingencies, leases, gate)
        holidays = _holidays(configured.data_dir / "holidays.csv")
        invalidator = Invalidator(store, companies, hosts, issuer, leases, clock, holidays)
        exporter = Exporter(store, clock)
        links = PublicLinks.from_secret(configured.required_secret(), configured.base_url)
        mailbox = Mailbox(store, companies, clock)
        gateway = LocalGateway(
            store, companies, issuer, invalidator, Archive(store, links), exporter, mailbox, holidays
        )
        contingency_work = ContingencyWork(store, companies, hosts, recovery, leases, clock, tuning.limits)
        contingency_desk = ContingencyOperator(store, companies, contingency_work, leases, clock)
        watch = ContingencyWatch(store, clock)
        webhooks = WebhookCourier(store, vault, webhook_session, clock, _USER_AGENT)
        sending = Outbox(store, {"email": MailCourier(store, companies, links), "webhook": webhooks}, clock)
        desk = PublicDocuments(store, links)
        rounds = (
            companies.refresh,
            leases.free_abandoned,
            recovery.run_once,
            contingency_work.run_once,
            invalidator.run_once,
            watch.run_once,
        )
        try:
            yield Parts(store, hosts, gateway, desk, rounds, sending, contingency_desk, watch)
        finally:
            await sending.close()


def _holidays(edited: Path) -> frozenset[date]:
    """The days on which MH does not work: the operator's own table where there is one, else the shipped one."""
    if not edited.exists():
        return shipped_holidays()
    try:
        return read_holidays(edited.read_text(encoding="utf-8"))
    except (KeyError, ValueError) as error:
        raise SettingsError(
            f"{edited} no se entiende ({error}); use las columnas date,name con fechas como 2026-12-25."
        ) from error


@asynccontextmanager
async def background_work(house: Parts) -> AsyncIterator[None]:
    """Pursues what MH has not answered and sends what is to be sent, as long as the context lasts."""
    async with (
        _until_the_end(partial(work, house.rounds)),
        _until_the_end(partial(work, (house.sending.run_once,))),
    ):
        yield


@asynccontextmanager
async def _until_the_end(task: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Runs a task beside the context, and asks it to end and waits for it afterwards."""
    stop = asyncio.Event()
    running = asyncio.create_task(task(stop))
    try:
        yield
    finally:
        stop.set()
        await running


def build_app(
    configured: Settings, *, with_worker: bool = True, clock: Clock = system_clock, tuning: Tuning = USUAL
) -> Asgi:
    """The gateway as one ASGI application, which opens its parts on start-up and closes them on shutdown."""
    limiter = RateLimiter.from_url(configured.rate_limit_url)
    served: Asgi | None = None

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif served is None:
            raise RuntimeError("a request came before the application had started")
        else:
            await served(scope, receive, send)

    async def lifespan(receive: Receive, send: Send) -> None:
        nonlocal served
        await receive()
        async with AsyncExitStack() as stack:
            try:
                house = await stack.enter_async_context(open_parts(configured, clock=clock, tuning=tuning))
                await stack.enter_async_context(_until_the_end(house.hosts.keep_probing))
                if with_worker:
                    await stack.enter_async_context(background_work(house))
                else:
                    await stack.enter_async_context(_until_the_end(house.watch.keep_measuring))
            except Exception as error:  # noqa: BLE001 - told to the server, which ends the process
                _log.error("start_failed", error=f"{type(error).__name__}: {error}")
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            served = http_app(
                house.gateway,
                limiter,
                allow_http=configured.allow_http,
                base_url=configured.base_url,
                cursor_secret=configured.required_secret().encode(),
                others=site(VerificationPages(house.desk, limiter, allow_http=configured.allow_http)),
            )
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    return app


def app_from_environment() -> Asgi:
    """The application of one of several processes: it reads the settings anew."""
    configured = settings.load()
    logs.configure(configured.log_level)
    return build_app(configured, with_worker=_NO_WORKER not in os.environ)


def run_server(
    configured: Settings,
    host: str,
    port: int,
    workers: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    with_worker: bool,
) -> None:
    """Serves until told to stop (SIGTERM, Ctrl-C), then finishes the requests under way.

    Raises SettingsError when the port of the metrics is taken, SystemExit when the application could not start.
    """
    if configured.metrics_port is not None:
        if workers > 1:
            metrics.share_between_processes(configured.data_dir / "metrics")
        try:
            metrics.serve("127.0.0.1", configured.metrics_port)
        except OSError as error:
            raise SettingsError(
                f"OCOTE_METRICS_PORT: no se puede atender el puerto {configured.metrics_port}: lo ocupa otro "
                "proceso, o este usuario no puede usarlo. Dé a cada «ocote serve» de esta máquina el suyo."
            ) from error
    if not with_worker:
        os.environ[_NO_WORKER] = "1"
    _spare_the_collector()
    uvicorn.run(
        build_app(configured, with_worker=with_worker) if workers == 1 else "ocote.app:app_from_environment",
        factory=workers > 1,
        host=host,
        port=port,
        workers=workers,
        loop="uvloop",
        http=JoiningHttpProtocol,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
        proxy_headers=bool(configured.trusted_proxies),
        forwarded_allow_ips=[str(network) for network in configured.trusted_proxies],
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=40,
    )


def _spare_the_collector() -> None:
    """What was loaded to start lives for ever, and a request leaves few cycles behind: looking seldom is enough."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def work_alone(configured: Settings) -> None:
    """The background work without the API, until cancelled (``ocote worker``)."""
    async with open_parts(configured) as house, background_work(house):
        await asyncio.Event().wait()
