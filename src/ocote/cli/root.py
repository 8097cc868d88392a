"""The commands and their options. The code of a command is loaded only when the command runs."""

from datetime import date
from pathlib import Path
from typing import Literal

import click

from ocote.cli.audit import audit_commands
from ocote.cli.company import company_commands
from ocote.cli.contingency import contingency_commands
from ocote.cli.customer import customer_commands
from ocote.cli.email import email_commands
from ocote.cli.emulator import emulator_commands
from ocote.cli.item import item_commands
from ocote.cli.journal import journal_commands
from ocote.cli.key import key_commands
from ocote.cli.number import number_commands
from ocote.cli.options import DayParameter, any_company_option, company_option, environment_option
from ocote.cli.panel import panel_commands
from ocote.cli.spanish import CommandGroup
from ocote.cli.webhook import webhook_commands

ocote_commands = CommandGroup(
    "ocote",
    help="Ocote: facturación electrónica (DTE) de El Salvador, alojada por usted.",
    context_settings={"show_default": True},
)

_host_option = click.option("--host", metavar="DIRECCIÓN", default="127.0.0.1", help="Dirección en la que escucha.")


@ocote_commands.command("serve")
@_host_option
@click.option("--port", type=int, metavar="PUERTO", help="Puerto; sin él, 8443 con certificado y 8000 sin él.")
@click.option("--workers", type=click.IntRange(1), metavar="N", default=1, help="Procesos que atienden solicitudes.")
@click.option(
    "--tls-cert",
    type=click.Path(path_type=Path),
    metavar="ARCHIVO",
    help="Certificado TLS en PEM, con su cadena.",
)
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="ARCHIVO", help="Llave del certificado TLS en PEM.")
@click.option("--worker/--no-worker", default=True, help="Hacer también el trabajo de fondo (contingencias, reenvíos).")
def _serve(
    host: str, port: int | None, workers: int, tls_cert: Path | None, tls_key: Path | None, worker: bool
) -> None:
    """Atiende la API. Recibe, firma, envía a Hacienda y responde."""
    from ocote.cli.serving import serve_api

    serve_api(host, port, workers, tls_cert, tls_key, with_worker=worker)


@ocote_commands.command("worker")
def _worker() -> None:
    """Hace solo el trabajo de fondo. Corre al lado de uno o varios «ocote serve --no-worker»."""
    from ocote.cli.serving import work_in_background

    work_in_background()


@ocote_commands.command("migrate")
def _migrate() -> None:
    """Crea o actualiza las tablas. Repetirlo no cambia nada."""
    from ocote import settings
    from ocote.cli.console import out
    from ocote.store.engine.migrate import migrate

    migrate(settings.load().database_url)
    out().print("La base de datos está al día.")


@ocote_commands.command("export")
@company_option
@click.option("--from", "first", type=DayParameter(), metavar="DÍA", required=True, help="Primer día, 2026-06-01.")
@click.option("--to", "last", type=DayParameter(), metavar="DÍA", required=True, help="Último día, incluido.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="ARCHIVO",
    required=True,
    help="Archivo que se escribe.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("zip", "csv", "xlsx")),
    default="zip",
    help="zip: índice, JSON y PDF; csv y xlsx: índice.",
)
@environment_option
def _export(
    company: str, first: date, last: date, output: Path, form: Literal["zip", "csv", "xlsx"], environment: str | None
) -> None:
    """Escribe los documentos de esos días en un archivo."""
    import asyncio

    from ocote.cli.export import write_export

    asyncio.run(write_export(company.replace("-", ""), environment, first, last, form, output))


_FOLIO = click.IntRange(1, 9_999_999)


@ocote_commands.command("books")
@company_option
@click.option("--month", metavar="MES", required=True, help="Mes, por ejemplo 2026-06.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="CARPETA",
    required=True,
    help="Carpeta en que se escriben.",
)
@click.option("--income-type", metavar="N", default="3", help="Tipo de ingreso (renta) de las ventas locales.")
@click.option("--purchase-operation", metavar="N", default="1", help="Sujetos excluidos: tipo de operación (renta).")
@click.option("--purchase-class", metavar="N", default="2", help="Sujetos excluidos: 1 costo, 2 gasto.")
@click.option("--purchase-sector", metavar="N", default="2", help="Sujetos excluidos: sector.")
@click.option("--purchase-kind", metavar="N", default="2", help="Sujetos excluidos: tipo de costo o gasto.")
@click.option("--consumers-folio", type=_FOLIO, metavar="N", default=1, help="Primer folio: ventas a consumidores.")
@click.option("--taxpayers-folio", type=_FOLIO, metavar="N", default=1, help="Primer folio: ventas a contribuyentes.")
@click.option("--purchases-folio", type=_FOLIO, metavar="N", default=1, help="Primer folio: compras.")
@environment_option
def _books(
    company: str,
    month: str,
    output: Path,
    environment: str | None,
    consumers_folio: int,
    taxpayers_folio: int,
    purchases_folio: int,
    **codes: str,
) -> None:
    """Escribe los libros de IVA de un mes. Anexos del F-07 y del F-14 en CSV, y libros impresos en PDF."""
    from ocote.cli.books import BookOptions, write_month

    folios = (consumers_folio, taxpayers_folio, purchases_folio)
    write_month(company.replace("-", ""), environment, BookOptions(month, codes, folios), output)


@ocote_commands.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="ARCHIVO", help="Archivo nuevo.")
def _backup(file: Path) -> None:
    """Guarda toda la base de datos en un archivo, sin detener nada. La clave OCOTE_SECRET_KEY no va en él."""
    from ocote.cli.backup import write_backup

    write_backup(file)


@ocote_commands.command("restore")
@click.argument(
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="[ARCHIVO]",
    required=False,
    help="Archivo de «ocote backup».",
)
@click.option("--check", is_flag=True, help="Solo comprobar el archivo; no toca ninguna base de datos.")
@click.option(
    "--journal",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="CARPETA",
    help="Diario de la instalación respaldada; sin ella, OCOTE_JOURNAL_DIR.",
)
@click.option("--lost-key", is_flag=True, help="Restaurar aunque OCOTE_SECRET_KEY se haya perdido para siempre.")
@click.option(
    "--confirm",
    is_flag=True,
    help="Sin ARCHIVO: confirmar los números de una base restaurada, o que retrocedió; hasta entonces no se emite.",
)
def _restore(file: Path | None, check: bool, journal: Path | None, lost_key: bool, confirm: bool) -> None:
    """Restaura un respaldo en una base de datos vacía. Antes comprueba todo el archivo y la clave."""
    from ocote.cli.confirm import confirm_restored
    from ocote.cli.restore import check_backup_file, restore_file

    if confirm:
        if file is not None or check or journal is not None or lost_key:
            raise click.UsageError("--confirm va solo: primero restaure, fije los números y después confirme.")
        confirm_restored()
        return
    if file is None:
        raise click.UsageError("Falta el argumento 'ARCHIVO'.")
    if check:
        check_backup_file(file)
    else:
        restore_file(file, journal, lost_key=lost_key)


@ocote_commands.command("verify")
@any_company_option
@environment_option
@click.option(
    "--certificate",
    "certificates",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="ARCHIVO",
    multiple=True,
    help="Certificado anterior de la empresa (.crt), para lo que firmó; se puede repetir.",
)
@click.option("--restart", is_flag=True, help="Empezar de nuevo en vez de continuar una revisión interrumpida.")
@click.pass_context
def _verify(
    context: click.Context,
    company: str | None,
    environment: str | None,
    certificates: tuple[Path, ...],
    restart: bool,
) -> None:
    """Revisa el archivo: firmas, sellos, números y datos. No cambia nada; estado 1 si algo no concuerda."""
    import asyncio

    from ocote.cli.verify import verify_archive

    nit = company.replace("-", "") if company else None
    context.exit(0 if asyncio.run(verify_archive(nit, environment, certificates, restart=restart)) else 1)


@ocote_commands.command("secret")
def _secret() -> None:
    """Escribe una clave nueva para OCOTE_SECRET_KEY."""
    from ocote.vault import new_secret

    click.echo(new_secret())


@ocote_commands.command("demo")
@click.option("--once", is_flag=True, help="Terminar después de emitir; estado 0 si todo se selló.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="CARPETA",
    default=Path("demo"),
    help="Carpeta de la demostración; se usa de nuevo la próxima vez.",
)
@click.pass_context
def _demo(context: click.Context, once: bool, folder: Path) -> None:
    """Emulador, pasarela y un documento de cada tipo. Todo en esta máquina, como lo haría un cliente."""
    from ocote.cli.demo import run_demo

    context.exit(run_demo(folder, once=once))


@ocote_commands.command("doctor")
@click.option(
    "--offline", is_flag=True, help="No preguntar a Hacienda, a los servidores de correo ni a OCOTE_BASE_URL."
)
@click.option(
    "--tls-cert",
    type=click.Path(path_type=Path),
    metavar="ARCHIVO",
    help="El que se da a «ocote serve», para ver hasta cuándo vale.",
)
@click.pass_context
def _doctor(context: click.Context, offline: bool, tls_cert: Path | None) -> None:
    """Revisa todo lo que hace falta. Dice qué hacer con lo que falla; estado 1 si algo falla."""
    from ocote.cli.doctor import examine

    context.exit(0 if examine(offline=offline, tls_cert=tls_cert) else 1)


for _group in (
    company_commands,
    journal_commands,
    key_commands,
    panel_commands,
    number_commands,
    customer_commands,
    item_commands,
    webhook_commands,
    contingency_commands,
    email_commands,
    audit_commands,
    emulator_commands,
):
    ocote_commands.add_command(_group)
