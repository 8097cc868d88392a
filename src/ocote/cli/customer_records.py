"""Shows the records of customers and empties fields that are no longer true."""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec
from rich.table import Table

from ocote import settings
from ocote.audit import at_terminal
from ocote.cli.console import out
from ocote.clock import system_clock
from ocote.companies.registry import find_company
from ocote.issuing.customers import clear_customer
from ocote.issuing.request import CustomerData
from ocote.store.customers import RememberedRow, latest_customers
from ocote.store.engine.opening import open_store
from ocote.wording.moments import local_day_text

_KEPT_AS: Final = {"type_contributor": "contributor_type", "district": "place"}
"""Fields of the API that have another name in a record."""


def show_customers(nit: str, environment: str | None, number: str | None, limit: int) -> None:
    """Prints the customers of a company, or only the customers with one number. Raises CompanyError."""
    rows = asyncio.run(_read(nit, environment, number, limit))
    if not rows:
        out().print("No hay clientes así. Se recuerdan los que tienen NIT, DUI o NRC.")
        return
    table = Table(show_lines=True)
    table.add_column("ID", justify="right", no_wrap=True)
    table.add_column("Cliente", overflow="fold")
    table.add_column("Identificación", no_wrap=True)
    table.add_column("Cambió", no_wrap=True)
    for row in rows:
        record = msgspec.json.decode(row.record, type=CustomerData)
        changed = local_day_text(row.updated_at)
        table.add_row(str(row.id), record.name, "\n".join(_numbers(record)), changed)
    out().print(table)


def empty_fields(customer_id: int, names: Sequence[str]) -> None:
    """Empties fields of one record, by their names in the API, and shows what still identifies the record.

    Raises CustomerError.
    """
    record = asyncio.run(_clear(customer_id, [_KEPT_AS.get(name, name) for name in names]))
    out().print(f"De {record.name} ya no se recuerda: {', '.join(names)}. Queda: {', '.join(_numbers(record))}.")


async def _read(nit: str, environment: str | None, number: str | None, limit: int) -> list[RememberedRow]:
    async with open_store(settings.load().database_url) as store:
        company = await find_company(store, nit.replace("-", ""), environment)
        digits = None if number is None else number.replace("-", "")
        return await store.read(latest_customers, company.id, digits, limit)


async def _clear(customer_id: int, names: Sequence[str]) -> CustomerData:
    async with open_store(settings.load().database_url) as store:
        return await clear_customer(store, system_clock, at_terminal(), customer_id, names)


def _numbers(record: CustomerData) -> list[str]:
    named = (("NIT", record.nit), ("DUI", record.dui), ("NRC", record.nrc))
    return [f"{name} {number}" for name, number in named if number]
