"""``ocote email``: what was mailed to customers and how it went."""

from typing import Annotated

import typer

from ocote.cli.environment import EnvironmentOption

app = typer.Typer(help="Los correos a los clientes.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keeps ``list`` a command of its own although it is the only one."""


@app.command("list")
def list_(
    company: Annotated[str | None, typer.Option(help="NIT de la empresa; sin él, de todas.")] = None,
    environment: EnvironmentOption = None,
    unsent: Annotated[bool, typer.Option("--unsent", help="Solo los que no se han entregado.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Cuántos, empezando por el último.")] = 50,
) -> None:
    """Muestra los correos y qué respondió el servidor de correo."""
    from ocote.cli.sendings import show

    show("email", company, environment, limit, only_unsent=unsent)
