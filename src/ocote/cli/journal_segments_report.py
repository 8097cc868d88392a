"""``ocote journal status``: every segment of the journal, read line by line, beside what the database knows of it."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ocote import settings
from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.cli.journal_folder import chosen_folder, understood
from ocote.continuity.replay_reach import LostTime, doubled_numbers, missing_segments
from ocote.journal.reading import ReadSegment, bytes_to_read, read_journal
from ocote.journal.segment_lines import is_being_written, is_packed
from ocote.settings import Settings
from ocote.store.engine.opening import open_store
from ocote.store.installation import InstallationRow, installation
from ocote.store.journal_segments import JournalSegmentRow, journal_segments
from ocote.wording.counted import counted
from ocote.wording.moments import local_moment_text


def print_status(folder: Path | None) -> None:
    """Prints the segments. Raises CommandFailed when any is missing or damaged."""
    configured = settings.load()
    chosen = chosen_folder(configured, folder)
    row, in_database = asyncio.run(_known(configured))
    with understood(), _progress() as progress:
        bar = progress.add_task("Revisando el diario", total=bytes_to_read(chosen, row.id, ()))
        reading = read_journal(chosen, row.id, (), lambda *_: None, lambda count: progress.advance(bar, count))
    reading.close()
    closed = {one.id for one in in_database if one.closed_at is not None}
    table = Table("Segmento", "Abierto", "Líneas", "MiB", "Estado", "En la base")
    for segment in sorted(reading.segments, key=lambda one: one.number):
        table.add_row(
            str(segment.number),
            local_moment_text(segment.opened_at) if segment.opened_at else "",
            str(segment.lines),
            f"{segment.path.stat().st_size / 2**20:.1f}",
            _state(segment),
            "completo" if segment.id in closed else "no se sabe",
        )
    out().print(table)
    if reading.foreign:
        foreign = counted(len(reading.foreign), "archivo es", "archivos son")
        out().print(f"{foreign} de otra instalación.", soft_wrap=True)
    everything = LostTime.before(None, reading.segments, in_database)
    missing, doubled = missing_segments(everything), doubled_numbers(everything)
    damaged = [segment.number for segment in reading.segments if segment.damaged]
    if missing or damaged or doubled:
        raise CommandFailed(
            f"El diario no está completo. Faltan: {_listed(missing)}; dañados: {_listed(damaged)}; "
            f"con número repetido: {_listed(doubled)}. Devuelva esos segmentos desde donde se guardan sus copias."
        )


async def _known(configured: Settings) -> tuple[InstallationRow, list[JournalSegmentRow]]:
    async with open_store(configured.database_url) as store:
        return await store.read(installation), await store.read(journal_segments)


def _state(segment: ReadSegment) -> str:
    if segment.damaged:
        return f"dañado ({counted(len(segment.damaged), 'línea', 'líneas')})"
    if is_packed(segment.path):
        return "comprimido" if segment.is_ended else "comprimido antes de terminar"
    if segment.is_ended:
        return "terminado"
    return "en uso" if is_being_written(segment.path) else "su proceso murió"


def _listed(numbers: "list[int] | tuple[int, ...]") -> str:
    return ", ".join(map(str, numbers)) or "ninguno"


def _progress() -> Progress:
    """Shows the progress on standard error, and only in a terminal."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
