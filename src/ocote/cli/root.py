"""The commands and their options; what they do is loaded when one of them runs."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ocote.cli import company, contingency, customer, email, key, webhook
from ocote.cli.environment import EnvironmentOption

app = typer.Typer(
    help="Ocote: facturación electrónica (DTE) de El Salvador, alojada por usted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help in rich's frames takes four times as long to appear
)
app.add_typer(company.company_commands, name="company")
app.add_typer(key.key_commands, name="key")
app.add_typer(customer.app, name="customer")
app.add_typer(webhook.app, name="webhook")
app.add_typer(contingency.app, name="contingency")
app.add_typer(email.app, name="email")


class ExportForm(StrEnum):
    """What ``ocote export`` can write."""

    ZIP = "zip"
    CSV = "csv"
    XLSX = "xlsx"


Host = Annotated[str, typer.Option(help="Dirección en la que escucha.")]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Puerto; sin él, 8443 con certificado y 8000 sin él.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Procesos que atienden solicitudes.")] = 1,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificado TLS en PEM, con su cadena.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Llave del certificado TLS en PEM.")] = None,
    worker: Annotated[bool, typer.Option(help="Hacer también el trabajo de fondo (contingencias, reenvíos).")] = True,
) -> None:
    """Atiende la API. Recibe, firma, envía a Hacienda y responde."""
    from ocote.cli import serving

    serving.serve(host, port, workers, tls_cert, tls_key, with_worker=worker)


@app.command()
def worker() -> None:
    """Hace solo el trabajo de fondo. Corre al lado de uno o varios «ocote serve --no-worker»."""
    from ocote.cli import serving

    serving.work()


@app.command()
def migrate() -> None:
    """Crea o actualiza las tablas. Repetirlo no cambia nada."""
    from ocote import settings
    from ocote.cli.console import out
    from ocote.store.engine.migrate import migrate as bring_up_to_date

    bring_up_to_date(settings.load().database_url)
    out().print("La base de datos está al día.")


@app.command()
def export(
    company: Annotated[str, typer.Option(help="NIT de la empresa.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="Primer día, 2026-06-01.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Último día, incluido.")],
    output: Annotated[Path, typer.Option(help="Archivo que se escribe.", dir_okay=False)],
    form: Annotated[ExportForm, typer.Option("--format", help="zip: índice, JSON y PDF; csv y xlsx: índice.")] = (
        ExportForm.ZIP
    ),
    environment: EnvironmentOption = None,
) -> None:
    """Escribe los documentos de esos días en un archivo."""
    import asyncio

    from ocote.cli.export import export as write

    chosen = environment.value if environment else None
    asyncio.run(write(company.replace("-", ""), chosen, first.date(), last.date(), form.value, output))


@app.command()
def books(
    company: Annotated[str, typer.Option(help="NIT de la empresa.")],
    month: Annotated[str, typer.Option(help="Mes, por ejemplo 2026-06.")],
    output: Annotated[Path, typer.Option(help="Carpeta en que se escriben.", file_okay=False)],
    income_type: Annotated[str, typer.Option(help="Tipo de ingreso (renta) de las ventas locales.")] = "3",
    purchase_operation: Annotated[str, typer.Option(help="Sujetos excluidos: tipo de operación (renta).")] = "1",
    purchase_class: Annotated[str, typer.Option(help="Sujetos excluidos: 1 costo, 2 gasto.")] = "2",
    purchase_sector: Annotated[str, typer.Option(help="Sujetos excluidos: sector.")] = "2",
    purchase_kind: Annotated[str, typer.Option(help="Sujetos excluidos: tipo de costo o gasto.")] = "2",
    environment: EnvironmentOption = None,
) -> None:
    """Escribe los libros de IVA de un mes como anexos del F-07, en CSV."""
    from ocote.books.choices import Choices
    from ocote.cli import books as command
    from ocote.cli.failures import CommandFailed

    try:
        choices = Choices(income_type, purchase_operation, purchase_class, purchase_sector, purchase_kind)
    except ValueError as error:
        raise CommandFailed(str(error)) from error
    chosen = environment.value if environment else None
    command.books(company.replace("-", ""), chosen, command.read_month(month), choices, output)


@app.command()
def secret() -> None:
    """Escribe una clave nueva para OCOTE_SECRET_KEY."""
    from ocote.vault import new_secret

    typer.echo(new_secret())


@app.command()
def emulator(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Puerto en el que escucha.")] = 8090,
    companies: Annotated[
        Path | None, typer.Option(help="Contribuyentes que el emulador conoce, en TOML.", exists=True, dir_okay=False)
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Carpeta en la que recuerda lo que selló; sin ella, empieza de cero.")
    ] = None,
) -> None:
    """Un Hacienda de prueba, sin conexión. Sus sellos no tienen validez fiscal."""
    from ocote.cli import serving

    serving.emulate(host, port, companies, folder)


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Terminar después de emitir; estado 0 si todo se selló.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Carpeta de la demostración; se usa de nuevo la próxima vez.")] = Path(
        "demo"
    ),
) -> None:
    """Emulador, pasarela y un documento de cada tipo. Todo en esta máquina, como lo haría un cliente."""
    from ocote.cli.demo import run

    raise typer.Exit(run(folder, once=once))


@app.command()
def doctor() -> None:
    """Revisa todo lo que hace falta. Dice qué hacer con lo que falla; estado 1 si algo falla."""
    from ocote.cli.doctor import examine

    raise typer.Exit(0 if examine() else 1)
