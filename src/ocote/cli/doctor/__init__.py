"""``ocote doctor``: checks everything the gateway depends on and gives a remedy for each fault."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Final

import aiohttp
from rich.table import Table
from rich.text import Text

from ocote import settings
from ocote.cli.console import out
from ocote.cli.doctor.backup import backup_age
from ocote.cli.doctor.counters import taken_numbers
from ocote.cli.doctor.disk import disk_space
from ocote.cli.doctor.finding import Finding, Level, failed
from ocote.cli.doctor.installation import (
    certificate,
    configuration,
    database,
    database_network,
    logo,
    no_database,
    secrets,
)
from ocote.cli.doctor.journal import journal_folder
from ocote.cli.doctor.mail_server import mail_servers
from ocote.cli.doctor.numbers import numbers
from ocote.cli.doctor.printing import pdfs
from ocote.cli.doctor.private_files import private_files
from ocote.cli.doctor.tax_authority import tax_authority
from ocote.cli.doctor.work import FAILING_AFTER, LATELY, OVERDUE_AFTER, contingencies, sendings
from ocote.clock import Clock, system_clock
from ocote.settings import Settings, SettingsError
from ocote.store.companies import CompanyRow, all_companies
from ocote.store.contingency.overview import overview
from ocote.store.copying.recording import backed_up_at
from ocote.store.engine.opening import NewerDatabaseError, OutdatedError, open_store
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.store.renumbering import taken_counters
from ocote.store.sendings import trouble
from ocote.store.webhooks import all_webhooks

_MARKS: Final[Mapping[Level, tuple[str, str]]] = {
    "well": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failed": ("✗", "red"),
}


def examine() -> bool:
    """Prints every finding in one table and returns whether nothing failed."""
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
            *asyncio.run(diagnose(configured, system_clock)),
        ]
    table = Table("", "Revisión", "Resultado", show_lines=True)
    for finding in findings:
        seen_text = Text(finding.seen)
        if finding.remedy:
            seen_text = Text.assemble(seen_text, "\n", (f"→ {finding.remedy}", "yellow"))
        table.add_row(Text(*_MARKS[finding.level]), finding.subject, seen_text)
    out().print(table)
    return all(finding.level != "failed" for finding in findings)


async def diagnose(configured: Settings, clock: Clock) -> list[Finding]:
    """Checks the database, secrets, certificates, waiting work, PDFs, mail servers, MH and the clock.

    Without a database, the checks of its content are left out.
    """
    findings: list[Finding] = []
    companies: list[CompanyRow] = []
    async with AsyncExitStack() as stack:
        try:
            store: Store = await stack.enter_async_context(open_store(configured.database_url))
            companies = await store.read(all_companies)
            webhooks = await store.read(all_webhooks)
            numbering = await numbers(store, configured, companies, clock())
            taken = await store.read(taken_counters)
            waiting = await _work(store, clock())
            last_backup = await store.read(backed_up_at)
        except (OutdatedError, NewerDatabaseError, StoreUnavailableError) as error:
            findings.append(no_database(error))
        else:
            findings.append(database(companies))
            findings.append(numbering)
            findings += secrets(configured, companies, webhooks)
            findings += [certificate(company, clock()) for company in companies]
            findings += filter(None, map(logo, companies))
            findings += taken_numbers(taken)
            findings += waiting
            if companies:
                findings.append(backup_age(last_backup, clock()))
    findings.append(await pdfs())
    findings += await mail_servers(configured, companies)
    environments = sorted({company.environment for company in companies}) or ["00"]
    async with aiohttp.ClientSession() as session:
        for environment in environments:
            findings += await tax_authority(session, configured, environment, clock)
    return findings


async def _work(store: Store, now: datetime) -> list[Finding]:
    since, overdue, failing = (moment_text(now - span) for span in (LATELY, OVERDUE_AFTER, FAILING_AFTER))
    found = await store.read(trouble, since, overdue, failing)
    return [*contingencies(await store.read(overview), now), *sendings(found)]
