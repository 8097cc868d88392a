"""``ocote item``: the items that a company sells, as files and on the screen."""

from pathlib import Path

import click

from ocote.cli.options import company_option, environment_option
from ocote.cli.spanish import CommandGroup

item_commands = CommandGroup("item", help="Los artículos que una empresa vende, por su código.")


@item_commands.command("import")
@click.argument(
    "file", type=click.Path(path_type=Path), metavar="ARCHIVO.csv", help="CSV en UTF-8, con los nombres de la API."
)
@company_option
@environment_option
@click.option("--dry-run", is_flag=True, help="Solo revisar el archivo, sin guardar nada.")
def _import(file: Path, company: str, environment: str | None, *, dry_run: bool) -> None:
    """Guarda los artículos de un archivo: los nuevos y los que cambian. Los demás quedan como están.

    Si una línea tiene una falta no se guarda ninguna. Las columnas son los datos de PUT /items: code, description y
    unit_price; las otras pueden faltar.
    """
    from ocote.cli.item_records import import_items

    import_items(file, company, environment, is_dry_run=dry_run)


@item_commands.command("list")
@company_option
@click.option("--search", metavar="TEXTO", help="Parte del código o de la descripción; sin él, todos.")
@environment_option
@click.option("--limit", type=click.IntRange(1, 1000), metavar="N", default=50, help="Cuántos, por orden de código.")
def _list(company: str, search: str | None, environment: str | None, limit: int) -> None:
    """Muestra los artículos de una empresa, por código."""
    from ocote.cli.item_records import show_items

    show_items(company, environment, search, limit)


@item_commands.command("export")
@company_option
@environment_option
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="ARCHIVO.csv",
    required=True,
    help="El archivo que se escribe; si existe, se reemplaza.",
)
def _export(company: str, environment: str | None, output: Path) -> None:
    """Escribe todos los artículos en un archivo. Lo lee «ocote item import».

    Si son más de 20000, reparta el archivo en varios antes de leerlo, cada uno con el encabezado.
    """
    from ocote.cli.item_records import export_items

    export_items(company, environment, output)


@item_commands.command("remove")
@click.argument("code", metavar="CÓDIGO", help="El código, con sus mayúsculas y tildes.")
@company_option
@environment_option
def _remove(code: str, company: str, environment: str | None) -> None:
    """Quita un artículo del catálogo. Los documentos emitidos no cambian."""
    from ocote.cli.item_records import take_item_out

    take_item_out(company, environment, code)
