"""The folder of the journal that a command reads, and the foreseeable faults of reading it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ocote.cli.failures import CommandFailed
from ocote.journal.lines import DamagedLineError, NewerJournalError
from ocote.settings import Settings


def chosen_folder(configured: Settings, folder: Path | None) -> Path:
    """The folder of the journal: the given one, else that of the settings. Raises CommandFailed."""
    chosen = folder or configured.journal_dir
    if chosen is None:
        raise CommandFailed("Falta la carpeta del diario: dé --journal CARPETA o ponga OCOTE_JOURNAL_DIR.")
    if not chosen.is_dir():
        raise CommandFailed(f"No existe la carpeta {chosen}: revise que el disco del diario esté montado.")
    return chosen


@contextmanager
def understood() -> Iterator[None]:
    """Turns what makes a journal unreadable inside the context into CommandFailed."""
    try:
        yield
    except NewerJournalError as error:
        raise CommandFailed(
            f"El diario es de una versión más nueva de ocote ({error.program}): actualice el programa. No se cambió "
            "nada."
        ) from error
    except DamagedLineError as error:
        raise CommandFailed("El diario cambió mientras se leía. Repita la orden cuando nadie escriba en él.") from error
