"""The texts of ``ocote number list``, and those of ``ocote company add`` about numbers."""

import asyncio
from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from ocote import settings
from ocote.cli.console import out
from ocote.clock import local
from ocote.companies.numbering import StandingNumber
from ocote.companies.registry import Registered, find_company
from ocote.store.engine.opening import open_store
from ocote.store.engine.values import moment
from ocote.store.numbers import Counter, CounterRow, Series, counters_of


def show_numbers(nit: str, environment: str | None) -> None:
    """Prints the counters of a company, and in red those of which MH refused a number. Raises CompanyError."""
    company, counters = asyncio.run(_read(nit, environment))
    if not counters:
        out().print(
            "La empresa no tiene números todavía: cada serie empieza en 1 con su primer documento, o donde diga "
            "«ocote number set».",
            soft_wrap=True,
        )
        return
    table = Table(show_lines=True)
    for title in ("Punto", "Tipo\naño", "Último", "Documento", "Cuándo"):
        table.add_column(title, no_wrap=title != "Documento", overflow="fold")
    for counter in counters:
        table.add_row(*_cells(counter))
    out().print(table)
    for counter in counters:
        if counter.row.taken:
            out().print(Text(_taken(company, counter.row), "red"), soft_wrap=True)


def described_standing(nit: str, numbers: Iterable[StandingNumber]) -> Iterator[str]:
    """One line for each series that goes on with another number than the company file says, with the remedy."""
    for standing in numbers:
        series, wanted = standing.wanted.series, standing.wanted.next
        where = f"{series.point}, tipo {series.doc_type}"
        if standing.is_past:
            yield (
                f"{where}: el próximo número es {standing.next}; next_number = {wanted} ya se usó y puede quitarse "
                "del archivo."
            )
            continue
        stands = f"en {series.year} empieza en 1" if standing.is_new_year else f"el próximo número es {standing.next}"
        yield (
            f"{where}: {stands} y no {wanted}, que solo vale para una serie nueva. Para cambiarlo: "
            f"{_command(nit, series)} --next {wanted}"
        )


async def _read(nit: str, environment: str | None) -> tuple[Registered, list[Counter]]:
    async with open_store(settings.load().database_url) as store:
        company = await find_company(store, nit, environment)
        return company, await store.read(counters_of, company.id)


def _cells(counter: Counter) -> tuple[str | Text, ...]:
    row, document = counter.row, counter.document
    last = Text(str(row.last), "red" if row.taken else "")
    where = (row.branch_code + row.pos_code, f"{row.doc_type}\n{row.year}", last)
    if document is None:
        return (*where, "", "")
    when = local(moment(document.posted_at))
    return (*where, f"{document.control_number}\n{document.external_ref}", f"{when:%d/%m/%Y\n%H:%M}")


def _taken(company: Registered, row: CounterRow) -> str:
    """The sentence about a counter of which MH refused numbers."""
    series = Series(row.doc_type, row.branch_code, row.pos_code, row.year)
    refused = "un número porque ya lo" if row.taken == 1 else f"{row.taken} números porque ya los"
    when = f" El último, el {local(moment(row.taken_at)):%d/%m/%Y a las %H:%M}." if row.taken_at else ""
    return (
        f"{series.point}, tipo {row.doc_type}, {row.year}: Hacienda rechazó {refused} lleva otro "
        f"documento.{when} Vea en el otro sistema o en el portal de Hacienda el último número emitido y ejecute: "
        f"{_command(company.nit, series)} --year {row.year} --next N"
    )


def _command(nit: str, series: Series) -> str:
    return f"ocote number set --company {nit} --pos {series.point} --type {series.doc_type}"
