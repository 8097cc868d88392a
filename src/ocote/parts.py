"""The parts of one process, put together: database, companies, MH, the services and the background work."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from ocote import __version__
from ocote.api.health import database_problems
from ocote.api.request_keeper import RequestKeeper
from ocote.api.services import Services
from ocote.archive.archive import Archive
from ocote.archive.book_exporting import BookExporter
from ocote.archive.exporting import Exporter
from ocote.archive.name_search import NameSearch
from ocote.archive.reviewing import MonthReviews
from ocote.archive.verification import PublicDocuments
from ocote.clock import Clock, system_clock
from ocote.companies.key_holders import KeyHolders
from ocote.companies.key_use import KeyUses
from ocote.companies.registry import Companies
from ocote.companies.request_retention import RequestRetention
from ocote.companies.watching import RegistrationWatch
from ocote.contingency.by_hand import ContingencyOperator
from ocote.contingency.deadlines import ContingencyWatch
from ocote.contingency.entering import Contingencies
from ocote.contingency.piece import WorkLimits
from ocote.contingency.stamped_text import StampedTexts
from ocote.contingency.work import ContingencyWork
from ocote.continuity.segments import JournalSegments
from ocote.continuity.watch import NumbersWatch
from ocote.documents.linking import LinkRenewal
from ocote.documents.renumbering import Renumbering
from ocote.documents.settling import Settling
from ocote.dte.sale import Environment
from ocote.invalidation.invalidator import Invalidator
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.orders import Orders
from ocote.issuing.recovery import Recovery
from ocote.issuing.schema_gate import SchemaGate
from ocote.items.catalog import ItemCatalog
from ocote.journal.journal import FolderJournal
from ocote.mh import BreakerRules, Breakers, MhClient, open_session
from ocote.mh.hosts import MhHost, MhHosts
from ocote.outbox.mail import MailCourier
from ocote.outbox.mailbox import Mailbox
from ocote.outbox.webhook import WebhookCourier
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.outbox.webhook_watch import WebhookWatch
from ocote.outbox.worker import Outbox
from ocote.panel.services import PanelServices
from ocote.panel_parts import PanelParts, panel_services
from ocote.people.forgetting import Forgetting
from ocote.people.proving import Proofs
from ocote.printing.press.press import open_press
from ocote.public_links import PublicLinks
from ocote.settings import Settings
from ocote.settings.holidays import holidays_of
from ocote.store.engine.opening import open_store
from ocote.store.engine.searches import LONGEST_SEARCH_S
from ocote.store.engine.store import Store
from ocote.vault import Vault
from ocote.web.limiter import RateLimiter
from ocote.webhooks import http as webhook_http
from ocote.work.background import Round, keep_working, until_the_end
from ocote.work.heartbeat import Heartbeat
from ocote.work.leases import Leases
from ocote.work.work import Work

_USER_AGENT = f"ocote/{__version__}"
_ADDRESSES: Final = 20_000
"""Counters of addresses from which people log in, kept in memory."""


class Tuning(Struct, frozen=True):
    """The limits of contingency work and of searches, and when MH is down.

    They are no settings, because no operator has to decide them.
    """

    limits: WorkLimits
    breaker: BreakerRules
    longest_search_s: float = LONGEST_SEARCH_S


USUAL: Final = Tuning(WorkLimits(), BreakerRules(first_pause_s=2.0, longest_pause_s=10.0))


class Parts(Struct, frozen=True):
    """The parts of a running gateway: everything below HTTP.

    ``services`` are behind API Connect, ``panel`` behind the panel, ``public_documents`` behind the public links.
    ``rounds`` are the background work with MH, ``sending`` is the work with mail servers and webhooks: a slow MH delays
    no mail, a slow mail server no document. ``webhook_watch`` tells of webhooks that fail. ``contingencies`` is for the
    operator's commands, ``watch`` measures deadlines, ``key_uses`` writes when keys were used, ``numbers`` notices a
    database that has gone back. ``heartbeat`` writes that the process is alive.
    """

    store: Store
    hosts: MhHosts
    companies: Companies
    services: Services
    panel: PanelServices
    public_documents: PublicDocuments
    rounds: tuple[Round, ...]
    sending: Outbox
    webhook_watch: WebhookWatch
    contingencies: ContingencyOperator
    watch: ContingencyWatch
    key_uses: KeyUses
    numbers: NumbersWatch
    heartbeat: Heartbeat


@asynccontextmanager
async def open_parts(
    configured: Settings, *, clock: Clock = system_clock, tuning: Tuning = USUAL, tls_cert: Path | None = None
) -> AsyncIterator[Parts]:
    """Opens every part that issuing needs, and closes all parts at the end.

    ``tls_cert`` is the file of the certificate with which this process answers, if it ends TLS itself.

    Raises SettingsError, VaultError, OutdatedError, NewerDatabaseError and StoreUnavailableError.
    """
    vault = Vault.from_secret(configured.required_secret())
    gate = SchemaGate(configured.mh_schema_dir) if configured.mh_schema_dir is not None else None
    journal = FolderJournal(configured.journal_dir) if configured.journal_dir is not None else None
    async with (
        open_store(configured.database_url, longest_search_s=tuning.longest_search_s, journal=journal) as store,
        _segments_of(journal, store, clock),
        open_hosts(configured, tuning.breaker) as hosts,
        webhook_http.open_webhook_session(allow_private=configured.webhook_allow_private) as webhook_session,
        open_press() as press,
    ):
        companies = Companies(store, vault)
        process_id = await store.appear()
        leases = Leases(store, process_id, clock)
        work = Work(store, companies, hosts, leases, clock)
        settling = Settling(store, clock)
        contingencies = Contingencies(work, configured.probe_host, configured.mh_timeout_s)
        renumbering = Renumbering(store, clock)
        texts = StampedTexts(store, settling, configured.mh_timeout_s)
        recovery = Recovery(work, settling, renumbering, contingencies, texts)
        issuer = DocumentIssuer(work, recovery, contingencies, gate)
        holidays = holidays_of(configured.data_dir)
        invalidator = Invalidator(work, issuer, holidays)
        links = PublicLinks.from_secret(configured.required_secret(), configured.base_url)
        key_uses = KeyUses(store, clock)
        services = Services(
            keys=KeyHolders(store, companies, key_uses),
            orders=Orders(store, holidays),
            issuer=issuer,
            invalidator=invalidator,
            archive=Archive(store, links, press, NameSearch(store, clock)),
            exporter=Exporter(store, clock, press),
            books=BookExporter(store, clock, press, holidays),
            mailbox=Mailbox(store, companies, clock),
            links=LinkRenewal(store, links, clock),
            items=ItemCatalog(store, clock),
            requests=RequestKeeper(store, clock, is_on=configured.request_log > 0),
            problems=partial(database_problems, store),
        )
        contingency_work = ContingencyWork(work, settling, renumbering, texts, tuning.limits)
        reviews = MonthReviews(services.books)
        operator = ContingencyOperator(work, contingency_work)
        watch = ContingencyWatch(store, clock)
        webhooks = WebhookCourier(store, SigningSecrets(store, vault, clock), links, webhook_session, clock)
        sending = Outbox(store, {"email": MailCourier(store, companies, links, press), "webhook": webhooks}, clock)
        rounds = (
            companies.refresh,
            RegistrationWatch(store, clock).run_once,
            leases.free_abandoned,
            recovery.run_once,
            contingency_work.run_once,
            invalidator.run_once,
            watch.run_once,
            Forgetting(store, clock).run_once,
            RequestRetention(store, clock, configured.request_log).run_once,
        )
        try:
            public = PublicDocuments(store, links, press)
            doors = RateLimiter.from_url(configured.rate_limit_url, _ADDRESSES)
            proofs = Proofs(store, vault, clock, doors)
            numbers = NumbersWatch(store, clock, configured.data_dir)
            yield Parts(
                store=store,
                hosts=hosts,
                companies=companies,
                services=services,
                panel=panel_services(
                    PanelParts(
                        services=services,
                        work=work,
                        configured=configured,
                        vault=vault,
                        proofs=proofs,
                        doors=doors,
                        press=press,
                        reviews=reviews,
                        contingencies=operator,
                        holidays=holidays,
                        seen_from=(process_id, tls_cert),
                    )
                ),
                public_documents=public,
                rounds=rounds,
                sending=sending,
                webhook_watch=WebhookWatch(store, companies, clock),
                contingencies=operator,
                watch=watch,
                key_uses=key_uses,
                numbers=numbers,
                heartbeat=Heartbeat(store, process_id, clock),
            )
        finally:
            await reviews.close()
            # E-mails that wait for their PDF are given back for the next process.
            await press.close()
            await sending.close()


@asynccontextmanager
async def open_hosts(configured: Settings, rules: BreakerRules = USUAL.breaker) -> AsyncIterator[MhHosts]:
    """MH's hosts as they are configured, each with its breakers."""
    async with open_session() as session:

        def host(environment: Environment) -> MhHost:
            client = MhClient(session, configured.mh_url(environment), configured.mh_timeout_s, _USER_AGENT)
            return MhHost(environment, client, Breakers(time.monotonic, rules))

        yield MhHosts(host("00"), host("01"))


@asynccontextmanager
async def _segments_of(journal: FolderJournal | None, store: Store, clock: Clock) -> AsyncIterator[None]:
    """Keeps a segment open for the journal, if there is one, and closes it at the end."""
    if journal is None:
        yield
        return
    segments = JournalSegments(journal, store, clock)
    await segments.open_if_needed()
    try:
        async with until_the_end(segments.keep):
            yield
    finally:
        await segments.close()


@asynccontextmanager
async def background_work(parts: Parts) -> AsyncIterator[None]:
    """Runs the background work until the context ends: work on documents without MH's answer, mail and webhooks."""
    async with (
        until_the_end(partial(keep_working, parts.rounds)),
        until_the_end(partial(keep_working, (parts.sending.run_once,))),
        until_the_end(partial(keep_working, (parts.webhook_watch.run_once,))),
    ):
        yield


@asynccontextmanager
async def numbers_watched(parts: Parts) -> AsyncIterator[None]:
    """Compares the database with what this machine has seen of it: now, then again and again, and at the end."""
    await parts.numbers.look()
    async with until_the_end(parts.numbers.keep_looking):
        yield


async def work_alone(configured: Settings) -> None:
    """Runs the background work without the API, until cancelled (``ocote worker``)."""
    async with (
        open_parts(configured) as parts,
        numbers_watched(parts),
        background_work(parts),
        until_the_end(parts.heartbeat.of("worker")),
    ):
        await asyncio.Event().wait()
