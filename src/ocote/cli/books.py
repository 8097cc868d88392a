"""``ocote books``: the VAT books of a month, ready to check, upload and print."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack, aclosing
from pathlib import Path

from msgspec import Struct
from rich.table import Table

from ocote import audit, logs, settings
from ocote.archive.book_exporting import BookExporter, BooksRequest, annex_file, notes_file, notes_text, told
from ocote.archive.bookkeeping import FIRST_YEAR, LAST_YEAR, Month, Written
from ocote.archive.legal_books import BookFile, FirstFolios
from ocote.books.choices import Choices
from ocote.books.layout import LAYOUTS, Annex
from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.cli.writing import private_file
from ocote.clock import system_clock
from ocote.companies.registry import Registered, find_company
from ocote.printing.press.press import open_press
from ocote.settings.holidays import holidays_of
from ocote.store.engine.opening import open_store
from ocote.wording.counted import counted


class BookOptions(Struct, frozen=True):
    """The options of the command as they were written; ``folios`` are those of ``FirstFolios``, in its order."""

    month: str
    codes: Mapping[str, str]
    folios: tuple[int, int, int]

    def request(self) -> BooksRequest:
        """The books that the options describe. Raises CommandFailed."""
        try:
            month = Month.parse(self.month)
        except ValueError as error:
            raise CommandFailed(
                f"«{self.month}» no es un mes de {FIRST_YEAR} a {LAST_YEAR}; escríbalo como 2026-06."
            ) from error
        try:
            return BooksRequest(month, Choices(**self.codes), FirstFolios(*self.folios))
        except ValueError as error:
            raise CommandFailed(str(error)) from error


def write_month(nit: str, environment: str | None, options: BookOptions, folder: Path) -> None:
    """Writes every file of the month, all or none, and prints what each holds. Raises CompanyError, CommandFailed."""
    wanted = options.request()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(_write(nit, environment, wanted, folder))


async def _write(nit: str, environment: str | None, wanted: BooksRequest, folder: Path) -> None:
    configured = settings.load()
    logs.configure("error")
    holidays = holidays_of(configured.data_dir)
    async with open_store(configured.database_url) as store, open_press() as press:
        company = await find_company(store, nit, environment)
        audit.record("books_made", nit=company.nit, month=str(wanted.month))
        books = BookExporter(store, system_clock, press, holidays)
        with ExitStack() as stack:
            files = {annex: folder / annex_file(annex, wanted.month) for annex in Annex}
            opened = {annex: stack.enter_context(private_file(path)) for annex, path in files.items()}
            doing = f"Libros de {wanted.month} de {company.name}"
            with out().status(doing) as status:
                read = 0

                def count(more: int) -> None:
                    nonlocal read
                    read += more
                    status.update(f"{doing}: {counted(read, 'documento', 'documentos')}")

                def put(annex: Annex, line: bytes) -> None:
                    opened[annex].write(line)

                written = await books.write(company.id, wanted, put, count)
                said = books.notes(wanted, written)
                async with aclosing(books.printed(company.id, wanted, written)) as made:
                    async for file in made:
                        said.append(told(file))
                        if isinstance(file, BookFile):
                            stack.enter_context(private_file(folder / file.name)).write(file.pdf)
            stack.enter_context(private_file(folder / notes_file(wanted.month))).write(notes_text(said))
        _show(company, written, folder, wanted.month, said)


def _show(company: Registered, written: Written, folder: Path, month: Month, said: list[str]) -> None:
    table = Table(title=company.name)
    table.add_column("Anexo", no_wrap=True)
    table.add_column("Líneas", justify="right")
    table.add_column("Archivo", no_wrap=True)
    for annex in Annex:
        table.add_row(LAYOUTS[annex].title, str(written.lines[annex]), annex_file(annex, month))
    out().print(table)
    out().print(f"Los archivos están en {folder}.", soft_wrap=True)
    for note in said:
        out().print(note, soft_wrap=True)
    out().print(
        "Revise los archivos con su contador antes de presentarlos: lo que en ellos es seguro y lo que no lo es está "
        "en docs/books.md.",
        soft_wrap=True,
    )
