"""``ocote customer``: what the gateway keeps of the customers and sellers of the companies."""

from enum import StrEnum
from typing import Annotated

import typer

from ocote.cli.environment import EnvironmentOption

app = typer.Typer(help="Los clientes que la pasarela recuerda.", no_args_is_help=True, rich_markup_mode=None)


class Field(StrEnum):
    """What can be emptied, by the names of the API."""

    NIT = "nit"
    DUI = "dui"
    NRC = "nrc"
    TYPE_CONTRIBUTOR = "type_contributor"
    ACTIVITY_CODE = "activity_code"
    DISTRICT = "district"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"


@app.command("list")
def list_(
    company: Annotated[str, typer.Option(help="NIT de la empresa.")],
    number: Annotated[str | None, typer.Option(help="NIT, DUI o NRC del cliente; sin él, los últimos.")] = None,
    environment: EnvironmentOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Cuántos, empezando por el último.")] = 50,
) -> None:
    """Muestra los clientes de una empresa, con el ID que usa «ocote customer clear»."""
    from ocote.cli.customer_records import show

    show(company, environment, number, limit)


@app.command()
def clear(
    customer: Annotated[int, typer.Argument(help="ID, como lo muestra «ocote customer list».")],
    fields: Annotated[list[Field], typer.Argument(help="Datos que ya no valen, por ejemplo nrc.")],
) -> None:
    """Borra datos de un cliente que ya no valen. Los documentos emitidos no cambian."""
    from ocote.cli.customer_records import empty

    empty(customer, fields)
