"""``ocote journal``: shows the segments of the journal, replays them, and removes those that are not needed."""

from pathlib import Path

import click

from ocote.cli.spanish import CommandGroup

journal_commands = CommandGroup(
    "journal", help="El diario: lo firmado, fuera de la base de datos. Su carpeta es la de OCOTE_JOURNAL_DIR."
)

_folder_option = click.option(
    "--journal",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="CARPETA",
    help="Carpeta del diario; sin ella, la de OCOTE_JOURNAL_DIR.",
)


@journal_commands.command("status")
@_folder_option
def _status(folder: Path | None) -> None:
    """Muestra los segmentos del diario y revisa cada renglón."""
    from ocote.cli.journal_segments_report import print_status

    print_status(folder)


@journal_commands.command("replay")
@_folder_option
def _replay(folder: Path | None) -> None:
    """Devuelve del diario lo que falta en la base de datos. Repetirlo no cambia nada."""
    from ocote.cli.journal_replay import replay_journal

    replay_journal(folder)


@journal_commands.command("prune")
@click.option(
    "--through",
    metavar="RESPALDO",
    required=True,
    help="Un respaldo que ya tiene todo lo de esos segmentos; o el número del último que se borra.",
)
@_folder_option
def _prune(through: str, folder: Path | None) -> None:
    """Borra los segmentos que ya no hacen falta. Un respaldo tiene todo lo que tienen ellos."""
    from ocote.cli.journal_pruning import prune_journal

    prune_journal(through, folder)
