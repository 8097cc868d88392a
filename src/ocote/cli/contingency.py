"""``ocote contingency``: outages of the tax authority, and the little there is to do about them."""

from typing import Annotated

import typer

contingency_commands = typer.Typer(
    help="Las contingencias: documentos emitidos mientras Hacienda no respondía.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Id = Annotated[str, typer.Argument(help="ID o su comienzo, como lo muestra «ocote contingency list».")]


@contingency_commands.command("list")
def _list(
    everything: Annotated[bool, typer.Option("--all", help="También las terminadas.")] = False,
) -> None:
    """Muestra las contingencias: causa, duración, documentos en espera y próximo plazo."""
    from ocote.cli.contingency_report import print_list

    print_list(also_done=everything)


@contingency_commands.command("show")
def _show(contingency: _Id) -> None:
    """Muestra una contingencia: sus eventos, sus lotes y los documentos en espera."""
    from ocote.cli.contingency_report import print_one

    print_one(contingency)


@contingency_commands.command("set")
def _set(
    contingency: _Id,
    kind: Annotated[
        int,
        typer.Option(min=1, max=5, help="CAT-005: 1 Hacienda, 2 sistema propio, 3 Internet, 4 energía, 5 otro."),
    ],
    reason: Annotated[str | None, typer.Option(help="Motivo, de 5 a 150 caracteres; solo con el tipo 5.")] = None,
) -> None:
    """Corrige la causa antes de que se presente el evento. Firma de nuevo los documentos en espera."""
    from ocote.cli.contingency_desk import set_cause

    set_cause(contingency, kind, reason)


@contingency_commands.command("file")
def _file(contingency: _Id) -> None:
    """Hace ahora lo que sigue, sin esperar la próxima pausa: preguntar, presentar el evento, entregar."""
    from ocote.cli.contingency_desk import go_on

    go_on(contingency)


@contingency_commands.command("retry")
def _retry(contingency: _Id) -> None:
    """Presenta ahora un evento nuevo después de que Hacienda rechazó el anterior."""
    from ocote.cli.contingency_desk import report_again

    report_again(contingency)
