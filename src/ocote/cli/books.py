"""``ocote books``: the VAT books of a month, ready to check and upload."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from rich.table import Table

from ocote import settings
from ocote.archive.bookkeeping import Annex, Month, Written, write_books
from ocote.books.choices import Choices
from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.cli.writing import private_file
from ocote.companies.registry import find_company
from ocote.store.engine.opening import open_store

_TITLES = {
    Annex.TAXPAYER_SALES: "Anexo 1, ventas a contribuyentes",
    Annex.CONSUMER_SALES: "Anexo 2, ventas a consumidor final",
    Annex.PURCHASES: "Anexo 5, compras a sujetos excluidos",
    Annex.INVALIDATED: "Documentos invalidados",
}

_LISTED_NUMBERS = 5
_SHOWN_EVERY = 100


def read_month(text: str) -> Month:
    """Reads the month of an option. Raises CommandFailed."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise CommandFailed(f"«{text}» no es un mes; escríbalo como 2026-06.") from error


def write_annexes(nit: str, environment: str | None, month: Month, choices: Choices, folder: Path) -> None:
    """Writes one file for each annex, all or none, and prints the number of lines of each. Raises CompanyError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {annex: folder / f"{annex}-{month}.csv" for annex in Annex}
    with ExitStack() as stack:
        opened = {annex: stack.enter_context(private_file(path)) for annex, path in files.items()}
        company, written = asyncio.run(_write(nit, environment, month, choices, opened))
    _show(company, written, files)


async def _write(
    nit: str, environment: str | None, month: Month, choices: Choices, opened: Mapping[Annex, IO[bytes]]
) -> tuple[str, Written]:
    """Fills the files and returns the company's name and the content written."""
    async with open_store(settings.load().database_url) as store:
        company = await find_company(store, nit, environment)
        doing = f"Libros de {month} de {company.name}"
        with out().status(doing) as status:
            read = 0

            def count() -> None:
                nonlocal read
                read += 1
                if read % _SHOWN_EVERY == 0:
                    status.update(f"{doing}: {read} documentos")

            def put(annex: Annex, line: bytes) -> None:
                opened[annex].write(line)

            return company.name, await write_books(store, company.id, month, choices, put, count)


def _show(company: str, written: Written, files: dict[Annex, Path]) -> None:
    table = Table(title=company)
    table.add_column("Libro", no_wrap=True)
    table.add_column("Líneas", justify="right")
    table.add_column("Archivo", overflow="fold")
    for annex, path in files.items():
        table.add_row(_TITLES[annex], str(written.lines[annex]), str(path))
    out().print(table)
    if written.unstamped:
        named, count = ", ".join(written.unstamped[:_LISTED_NUMBERS]), len(written.unstamped)
        more = f" y {count - _LISTED_NUMBERS} más" if count > _LISTED_NUMBERS else ""
        out().print(
            f"Sin sello todavía, y por eso fuera de los libros: {named}{more}. Repita la orden cuando lo tengan.",
            soft_wrap=True,
        )
    out().print(
        "Revise los archivos con su contador antes de presentarlos: la disposición de las columnas y lo que en ella "
        "no es seguro están en docs/books.md.",
        soft_wrap=True,
    )
