"""The console on which commands write for people."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


@cache
def out() -> "Console":
    """The console on standard output, made on first use: rich takes longer to load than many commands take to run.

    Square brackets in names and messages are text, never markup; coloured text is a ``rich.text.Text``.
    """
    from rich.console import Console

    return Console(highlight=False, markup=False)


def counting() -> "Progress":
    """A progress bar that counts, on standard error and only in a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
