"""``ocote doctor``: checks everything the gateway depends on and gives a remedy for each fault."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

import aiohttp
from rich.table import Table
from rich.text import Text

from ocote import settings
from ocote.cli.console import out
from ocote.cli.doctor.editions import edition_changes
from ocote.cli.doctor.identity_provider import identity_provider_answers
from ocote.cli.doctor.installation import (
    certificate,
    configuration,
    database,
    database_network,
    logo,
    no_database,
    secrets,
)
from ocote.cli.doctor.mail_server import mail_servers
from ocote.cli.doctor.mh_logins import mh_logins
from ocote.cli.doctor.printing import pdfs
from ocote.cli.doctor.private_files import private_files
from ocote.cli.doctor.rate_limit import rate_limit
from ocote.cli.doctor.tax_authority import tax_authority
from ocote.cli.doctor.tls_certificates import served_certificate
from ocote.cli.doctor.work import contingencies
from ocote.clock import Clock, system_clock
from ocote.dte.sale import Environment
from ocote.health.backup import backup_age
from ocote.health.counters import taken_numbers
from ocote.health.disk import disk_space
from ocote.health.finding import Finding, Level, failed
from ocote.health.journal import journal_folder
from ocote.health.numbers import numbers
from ocote.health.sendings import FAILING_AFTER, LATELY, OVERDUE_AFTER, lanes, sendings
from ocote.health.tls_file import certificate_file
from ocote.health.webhooks import webhooks
from ocote.settings import Settings, SettingsError
from ocote.store.companies import CompanyRow, all_companies
from ocote.store.contingency.overview import overview
from ocote.store.copying.recording import backed_up_at
from ocote.store.engine.opening import NewerDatabaseError, OutdatedError, open_store
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.known_numbers import known_numbers
from ocote.store.renumbering import taken_counters
from ocote.store.sendings import trouble
from ocote.store.stuck_lanes import stuck_lanes
from ocote.store.webhooks import all_webhooks

_MARKS: Final[Mapping[Level, tuple[str, str]]] = {
    "well": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failed": ("✗", "red"),
}


def examine(*, offline: bool, tls_cert: Path | None) -> bool:
    """Prints every finding in one table and returns whether nothing failed.

    With ``offline``, no other server than the database and the Redis of the gateway is asked. ``tls_cert`` is the file
    that ``ocote serve`` is given, None when a proxy ends TLS.
    """
    try:
        configured = settings.load()
    except SettingsError as error:
        findings = [failed("Configuración", str(error), "Corrija la variable y repita «ocote doctor».")]
    else:
        findings = [
            configuration(configured, os.environ),
            private_files(configured),
            disk_space(configured),
            journal_folder(configured),
            *database_network(configured, os.environ),
            *([certificate_file(tls_cert, system_clock())] if tls_cert else []),
            *asyncio.run(diagnose(configured, system_clock, offline=offline)),
        ]
    table = Table("", "Revisión", "Resultado", show_lines=True)
    for finding in findings:
        seen_text = Text(finding.seen)
        if finding.remedy:
            seen_text = Text.assemble(seen_text, "\n", (f"→ {finding.remedy}", "yellow"))
        table.add_row(Text(*_MARKS[finding.level]), finding.subject, seen_text)
    out().print(table)
    return all(finding.level != "failed" for finding in findings)


async def diagnose(configured: Settings, clock: Clock, *, offline: bool = False) -> list[Finding]:
    """Checks the database and its content, PDFs, the counting of calls, and what the gateway connects to.

    These are mail servers, the identity provider, its own address by TLS, and MH with its logins and its clock.

    Without a database, the checks of its content are left out; with ``offline``, those of other servers.
    """
    findings: list[Finding] = []
    companies: list[CompanyRow] = []
    async with AsyncExitStack() as stack:
        try:
            store: Store = await stack.enter_async_context(open_store(configured.database_url))
            companies = await store.read(all_companies)
            content = await _content(store, configured, companies, clock())
        except (OutdatedError, NewerDatabaseError, StoreUnavailableError) as error:
            findings.append(no_database(error))
        else:
            findings += content
    findings.append(await pdfs())
    findings += await rate_limit(configured)
    if not offline:
        findings += await mail_servers(configured, companies, clock())
        findings += await identity_provider_answers(configured, clock)
        findings += await served_certificate(configured, clock())
        findings += await _ministry(configured, companies, clock)
    return findings


async def _content(store: Store, configured: Settings, companies: list[CompanyRow], now: datetime) -> list[Finding]:
    """The findings about what the database holds."""
    hooks = await store.read(all_webhooks)
    numbering = await numbers(store, configured, companies, now)
    counters = (await store.read(known_numbers, 0)).counters
    return [
        database(companies),
        numbering,
        *secrets(configured, companies, hooks),
        *(certificate(company, now) for company in companies),
        *edition_changes(companies, counters, now),
        *filter(None, map(logo, companies)),
        *taken_numbers(await store.read(taken_counters)),
        *await _work(store, now),
        *webhooks(hooks, now),
        *([backup_age(await store.read(backed_up_at), now)] if companies else []),
    ]


async def _work(store: Store, now: datetime) -> list[Finding]:
    since, overdue, failing = (moment_text(now - span) for span in (LATELY, OVERDUE_AFTER, FAILING_AFTER))
    found = await store.read(trouble, since, overdue, failing)
    stuck = await store.read(stuck_lanes, failing)
    return [*contingencies(await store.read(overview), now), *sendings(found), *lanes(stuck)]


async def _ministry(configured: Settings, companies: list[CompanyRow], clock: Clock) -> list[Finding]:
    """The findings about MH's hosts and about the companies' logins; a host without an answer gets no login."""
    findings: list[Finding] = []
    silent: set[Environment] = set()
    async with aiohttp.ClientSession() as session:
        for environment in sorted({company.environment for company in companies}) or ["00"]:
            found = await tax_authority(session, configured, environment, clock)
            if found[0].level == "failed":
                silent.add(environment)
            findings += found
    return findings + await mh_logins(configured, companies, silent)
