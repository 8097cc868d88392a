"""``ocote export``: the documents of a company as one file, without the API and its limits."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from ocote import audit, logs, settings
from ocote.archive.exporting import Exporter, ExportFormat, ExportRequest
from ocote.cli.console import counting, out
from ocote.cli.failures import CommandFailed
from ocote.cli.writing import private_file
from ocote.clock import EL_SALVADOR, system_clock
from ocote.companies.registry import find_company
from ocote.printing.press.press import open_press
from ocote.store.engine.opening import open_store
from ocote.wording.counted import counted


async def write_export(
    nit: str, environment: str | None, first: date, last: date, form: ExportFormat, output: Path
) -> None:
    """Writes the file, which appears only when it is complete. Raises CompanyError and CommandFailed."""
    if first > last:
        raise CommandFailed(f"--from {first} es posterior a --to {last}.")
    wanted = ExportRequest(_midnight(first), _midnight(last + timedelta(days=1)), form)
    logs.configure("error")
    async with open_store(settings.load().database_url) as store, open_press() as press:
        company = await find_company(store, nit, environment)
        exporter = Exporter(store, system_clock, press)
        total = await exporter.count(company.id, wanted)
        audit.record("documents_exported", nit=company.nit, first=str(first), last=str(last), form=form)
        with counting() as progress:
            task = progress.add_task(f"Exportando {company.name}", total=total)
            pieces = exporter.export(company.id, wanted, lambda more: progress.advance(task, more))
            with private_file(output) as file:
                await _fill(file, pieces)
    documents = counted(total, "documento", "documentos")
    out().print(f"{documents} de {company.name} en {output}.", soft_wrap=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), EL_SALVADOR)


async def _fill(file: IO[bytes], pieces: AsyncGenerator[bytes, None]) -> None:
    async with aclosing(pieces):
        async for piece in pieces:
            file.write(piece)
