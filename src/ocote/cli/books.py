"""``ocote books``: the VAT books of a month, ready to be looked through and uploaded."""

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
from ocote.companies.registry import find_company
from ocote.store.engine.opening import open_store

_TITLES = {
    Annex.TAXPAYER_SALES: "Anexo 1, ventas a contribuyentes",
    Annex.CONSUMER_SALES: "Anexo 2, ventas a consumidor final",
    Annex.PURCHASES: "Anexo 5, compras a sujetos excluidos",
    Annex.INVALIDATED: "Documentos invalidados",
}

_MOST_NAMED = 5
_SHOWN_EVERY = 100


def read_month(text: str) -> Month:
    """The month of an option. Raises CommandFailed."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise CommandFailed(f"«{text}» no es un mes; escríbalo como 2026-06.") from error


def write_annexes(nit: str, environment: str | None, month: Month, choices: Choices, folder: Path) -> None:
    """Writes a file for each annex, all of them or none, and prints how many lines each has. Raises CompanyError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {annex: folder / f"{annex}-{month}.csv" for annex in Annex}
    unfinished = {annex: path.with_name(path.name + ".part") for annex, path in files.items()}
    try:
        with ExitStack() as stack:
            opened = {annex: stack.enter_context(path.open("wb")) for annex, path in unfinished.items()}
            company, written = asyncio.run(_write(nit, environment, month, choices, opened))
        for annex, path in files.items():
            unfinished[annex].replace(path)
    finally:
        for path in unfinished.values():
            path.unlink(missing_ok=True)
    _show(company, written, files)


async def _write(
    nit: str, environment: str | None, month: Month, choices: Choices, opened: Mapping[Annex, IO[bytes]]
) -> tuple[str, Written]:
    """Fills the files; returns the company's name and what went into them."""
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
        named, count = ", ".join(written.unstamped[:_MOST_NAMED]), len(written.unstamped)
        more = f" y {count - _MOST_NAMED} más" if count > _MOST_NAMED else ""
        out().print(
            f"Sin sello todavía, y por eso fuera de los libros: {named}{more}. Repita la orden cuando lo tengan.",
            soft_wrap=True,
        )
    out().print(
        "Revise los archivos con su contador antes de presentarlos: la disposición de las columnas y lo que en ella "
        "no es seguro están en docs/books.md.",
        soft_wrap=True,
    )
