"""``ocote number``: the numbers with which the documents of a company go on."""

import click

from ocote.cli.options import CorrelativeParameter, company_option, environment_option
from ocote.cli.spanish import CommandGroup

number_commands = CommandGroup("number", help="Los números de control: el último de cada serie y el próximo.")


@number_commands.command("list")
@company_option
@environment_option
def _list(company: str, environment: str | None) -> None:
    """Muestra el último número de cada tipo, punto de venta y año."""
    from ocote.cli.number_report import show_numbers

    show_numbers(company.replace("-", ""), environment)


@number_commands.command("set")
@company_option
@click.option("--pos", metavar="PUNTO", required=True, help="Sucursal y punto de venta, por ejemplo M001P001.")
@click.option("--type", "doc_type", metavar="TIPO", required=True, help="Tipo de documento (CAT-002), por ejemplo 01.")
@click.option(
    "--next",
    "next_number",
    type=CorrelativeParameter(),
    metavar="N",
    required=True,
    help="Número que llevará el próximo documento.",
)
@click.option("--year", type=int, metavar="AÑO", help="Este año o el anterior; sin él, este.")
@environment_option
def _set(company: str, pos: str, doc_type: str, next_number: int, year: int | None, environment: str | None) -> None:
    """Pone el próximo número de una serie. Nunca uno que ya se emitió; queda registrado quién lo puso."""
    import asyncio

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.cli.console import out
    from ocote.clock import system_clock
    from ocote.companies.number_words import described_change
    from ocote.companies.numbering import NumberOrder, SetSeries, set_number
    from ocote.companies.registry import find_company
    from ocote.store.engine.opening import open_store

    order = NumberOrder(pos, doc_type, next_number, year)

    async def change() -> SetSeries:
        async with open_store(settings.load().database_url) as store:
            holder = await find_company(store, company.replace("-", ""), environment)
            return await set_number(store, system_clock, holder, order, at_terminal())

    for line in described_change(asyncio.run(change())):
        out().print(line, soft_wrap=True)
