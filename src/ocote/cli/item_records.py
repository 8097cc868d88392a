"""Brings the items of a company in from a file, shows them, and writes them into a file."""

import asyncio
from pathlib import Path

from rich.table import Table

from ocote import settings
from ocote.audit import at_terminal
from ocote.cli.console import out
from ocote.cli.writing import private_file
from ocote.clock import system_clock
from ocote.companies.registry import Registered, find_company
from ocote.items.catalog import ItemCatalog
from ocote.items.item import KeptItem
from ocote.requests.item_file import MOST_ITEMS, ReadItems, item_file, read_item_file
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.items import ItemFilter
from ocote.wording.counted import counted
from ocote.wording.moments import local_day_text


def import_items(path: Path, nit: str, environment: str | None, *, is_dry_run: bool) -> None:
    """Keeps the items of a file, all or none; with ``is_dry_run`` only reads the file.

    Raises TableFileError, CompanyError, and OSError when the file cannot be read.
    """
    asyncio.run(_import(path, nit, environment, is_dry_run=is_dry_run))


async def _import(path: Path, nit: str, environment: str | None, *, is_dry_run: bool) -> None:
    async with open_store(settings.load().database_url) as store:
        company = await _company(store, nit, environment)
        read = _read(path)
        for note in read.notes:
            out().print(note, soft_wrap=True)
        items = counted(len(read.items), "artículo", "artículos")
        if is_dry_run:
            out().print(f"El archivo está bien: {items}. No se guardó nada.")
            return
        done = await ItemCatalog(store, system_clock).bring_in(company.id, at_terminal(), read.items)
        news = counted(len(done.changed), "es nuevo o cambia", "son nuevos o cambian")
        out().print(f"{items} de {company.name}: {news}.", soft_wrap=True)


def _read(path: Path) -> ReadItems:
    return read_item_file(path.read_bytes())


def show_items(nit: str, environment: str | None, search: str | None, limit: int) -> None:
    """Prints the first items of a company, or those with a text in code or description. Raises CompanyError."""
    items = asyncio.run(_found(nit, environment, search, limit))
    if not items:
        out().print("No hay artículos así. Guárdelos con «ocote item import» o PUT /items.")
        return
    table = Table()
    table.add_column("Código", overflow="fold")
    table.add_column("Descripción", overflow="fold")
    table.add_column("Precio", justify="right", no_wrap=True)
    table.add_column("IVA", no_wrap=True)
    table.add_column("Cambió", no_wrap=True)
    for kept in items:
        changed = local_day_text(moment_text(kept.updated_at))
        table.add_row(kept.code, kept.item.description, f"{kept.item.unit_price:,f}", _vat_of(kept), changed)
    out().print(table)


async def _found(nit: str, environment: str | None, search: str | None, limit: int) -> tuple[KeptItem, ...]:
    async with open_store(settings.load().database_url) as store:
        company = await _company(store, nit, environment)
        catalog = ItemCatalog(store, system_clock)
        return (await catalog.page(company.id, ItemFilter(limit, search=search))).items


def _vat_of(kept: KeptItem) -> str:
    match kept.item.sale_kind:
        case "exempt":
            return "exento"
        case "not_subject":
            return "no sujeto"
        case _:
            return "incluido" if kept.item.prices_include_vat else "aparte"


def export_items(nit: str, environment: str | None, output: Path) -> None:
    """Writes all items of a company into a file, which appears only when it is complete. Raises CompanyError."""
    asyncio.run(_export(nit, environment, output))


async def _export(nit: str, environment: str | None, output: Path) -> None:
    async with open_store(settings.load().database_url) as store:
        company = await _company(store, nit, environment)
        items = await ItemCatalog(store, system_clock).everything(company.id)
    with private_file(output) as file:
        file.writelines(line.encode() for line in item_file(items))
    written = counted(len(items), "artículo", "artículos")
    out().print(f"{written} de {company.name} en {output}.", soft_wrap=True)
    if len(items) > MOST_ITEMS:
        limit = f"«ocote item import» lee como máximo {MOST_ITEMS} artículos de un archivo"
        out().print(f"{limit}: para leer este, repártalo en varios, cada uno con el encabezado.", soft_wrap=True)


def take_item_out(nit: str, environment: str | None, code: str) -> None:
    """Removes one item of a company. Raises CompanyError, and Refused when the company has none."""
    kept = asyncio.run(_remove(nit, environment, code))
    out().print(f"El artículo {kept.code} ({kept.item.description}) ya no está en el catálogo.", soft_wrap=True)


async def _remove(nit: str, environment: str | None, code: str) -> KeptItem:
    async with open_store(settings.load().database_url) as store:
        company = await _company(store, nit, environment)
        return await ItemCatalog(store, system_clock).remove(company.id, at_terminal(), code)


async def _company(store: Store, nit: str, environment: str | None) -> Registered:
    return await find_company(store, nit.replace("-", ""), environment)
