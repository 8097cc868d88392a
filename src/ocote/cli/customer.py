"""``ocote customer``: the stored records of the companies' customers and sellers."""

from typing import Final

import click

from ocote.cli.options import company_option, environment_option, limit_option
from ocote.cli.spanish import CommandGroup

CLEARABLE_FIELDS: Final = (
    "nit",
    "dui",
    "nrc",
    "type_contributor",
    "activity_code",
    "district",
    "address",
    "email",
    "phone",
    "trade_name",
    "country",
)
"""The fields that can be emptied, under their names in the API."""

customer_commands = CommandGroup("customer", help="Los clientes que la pasarela recuerda.")


@customer_commands.command("list")
@company_option
@click.option("--number", metavar="NÚMERO", help="NIT, DUI o NRC del cliente; sin él, los últimos.")
@environment_option
@limit_option
def _list(company: str, number: str | None, environment: str | None, limit: int) -> None:
    """Muestra los clientes de una empresa. Su ID es el que usa «ocote customer clear»."""
    from ocote.cli.customer_records import show_customers

    show_customers(company, environment, number, limit)


@customer_commands.command("clear")
@click.argument("customer", type=int, metavar="ID", help="ID, como lo muestra «ocote customer list».")
@click.argument(
    "fields",
    type=click.Choice(CLEARABLE_FIELDS),
    metavar="DATO...",
    nargs=-1,
    required=True,
    help=f"Datos que ya no valen: {', '.join(CLEARABLE_FIELDS)}.",
)
def _clear(customer: int, fields: tuple[str, ...]) -> None:
    """Borra datos de un cliente que ya no valen. Los documentos emitidos no cambian."""
    from ocote.cli.customer_records import empty_fields

    empty_fields(customer, fields)
