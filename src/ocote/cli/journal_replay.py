"""The replay of the journal for a person: progress bars, and a report of what came back and of what is missing."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from ocote import logs, settings
from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.cli.journal_folder import chosen_folder, understood
from ocote.cli.journal_replay_report import report_lines, shortfall_lines
from ocote.clock import system_clock
from ocote.companies.registry import Companies
from ocote.continuity.catching_up import CatchingUp
from ocote.continuity.replay_report import Moved, ReplayReport, Stage
from ocote.continuity.replaying import Replaying
from ocote.parts import open_hosts, open_parts
from ocote.settings import Settings
from ocote.store.engine.opening import open_store
from ocote.store.resuming import Unasked
from ocote.vault import Vault

_STAGES: dict[Stage, str] = {
    "reading": "Leyendo el diario",
    "customers": "Clientes",
    "documents": "Documentos",
    "verdicts": "Respuestas de Hacienda",
}


def replay_journal(folder: Path | None) -> None:
    """Replays the journal and prints the report. Raises CommandFailed when the journal does not reach to the end."""
    configured = settings.load()
    logs.configure("critical")  # the terminal shows the progress
    report = replay_and_tell(configured, chosen_folder(configured, folder))
    if not report.reaches:
        raise CommandFailed(
            "El diario no demuestra que llegue hasta el último documento. Resuelva lo que dice el informe y repita "
            "«ocote journal replay»; si no se puede, confirme los números con «ocote restore --confirm»."
        )


def replay_and_tell(configured: Settings, folder: Path) -> ReplayReport:
    """Replays the journal in a folder, has MH asked about what is open, and prints what came of it.

    Raises CommandFailed while another process works with the database, and the errors of an unusable database or disk.
    """
    with understood(), _progress() as progress:
        report = asyncio.run(_replay(configured, folder, progress))
        left = asyncio.run(_ask_mh(configured, progress))
    for line in report_lines(report, left):
        out().print(line, soft_wrap=True)
    for line in shortfall_lines(report):
        out().print(f"✗ {line}", soft_wrap=True)
    return report


async def _replay(configured: Settings, folder: Path, progress: Progress) -> ReplayReport:
    """Writes what the database lacks, without a journal: nothing is signed."""
    vault = Vault.from_secret(configured.required_secret())
    bars: dict[Stage, TaskID] = {}

    def moved(to: Moved) -> None:
        if to.stage not in bars:
            bars[to.stage] = progress.add_task(_STAGES[to.stage], total=to.total)
        progress.update(bars[to.stage], completed=to.done, total=to.total)

    async with open_store(configured.database_url) as store, open_hosts(configured) as hosts:
        if await store.others_live():
            raise CommandFailed(
                "La base de datos está en uso: detenga «ocote serve» y «ocote worker» y repita la orden."
            )
        await store.appear()
        return await Replaying(store, Companies(store, vault), hosts, system_clock).replay(folder, moved)


async def _ask_mh(configured: Settings, progress: Progress) -> Unasked:
    """Asks MH about everything without a verdict, with the ordinary work, whose signatures go into the journal."""
    async with open_parts(configured) as parts:
        bar = progress.add_task("Preguntando a Hacienda", total=None)
        catching_up = CatchingUp(parts.store, parts.companies, parts.hosts, parts.rounds)
        return await catching_up.run(lambda done, total: progress.update(bar, completed=done, total=total))


def _progress() -> Progress:
    """Shows the progress on standard error, and only in a terminal."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
