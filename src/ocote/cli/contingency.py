"""``ocote contingency``: shows outages of the tax authority and corrects their cause or their next step."""

import click

from ocote.cli.spanish import CommandGroup

contingency_commands = CommandGroup("contingency", help="Las contingencias: lo emitido sin respuesta de Hacienda.")

_contingency_argument = click.argument(
    "contingency", metavar="ID", help="ID o su comienzo, como lo muestra «ocote contingency list»."
)


@contingency_commands.command("list")
@click.option("--all", "everything", is_flag=True, help="También las terminadas.")
def _list(everything: bool) -> None:
    """Muestra las contingencias. Causa, duración, documentos en espera y próximo plazo."""
    from ocote.cli.contingency_report import print_list

    print_list(also_done=everything)


@contingency_commands.command("show")
@_contingency_argument
def _show(contingency: str) -> None:
    """Muestra una contingencia. Sus eventos, sus lotes y los documentos en espera."""
    from ocote.cli.contingency_report import print_one

    print_one(contingency)


@contingency_commands.command("set")
@_contingency_argument
@click.option(
    "--kind",
    type=click.IntRange(1, 5),
    metavar="N",
    required=True,
    help="CAT-005: 1 Hacienda, 2 sistema propio, 3 Internet, 4 energía, 5 otro.",
)
@click.option("--reason", metavar="TEXTO", help="Motivo, de 5 a 150 caracteres; solo con el tipo 5.")
def _set(contingency: str, kind: int, reason: str | None) -> None:
    """Corrige la causa antes de que se presente el evento. Firma de nuevo los documentos en espera."""
    from ocote.cli.contingency_operator import set_cause

    set_cause(contingency, kind, reason)


@contingency_commands.command("file")
@_contingency_argument
def _file(contingency: str) -> None:
    """Hace ahora lo que sigue, sin esperar la próxima pausa. Preguntar, presentar el evento, entregar."""
    from ocote.cli.contingency_operator import go_on

    go_on(contingency)


@contingency_commands.command("retry")
@_contingency_argument
def _retry(contingency: str) -> None:
    """Presenta ahora un evento nuevo. Después de que Hacienda rechazó el anterior."""
    from ocote.cli.contingency_operator import report_again

    report_again(contingency)
