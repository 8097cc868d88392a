"""The console on which commands write for people."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@cache
def out() -> "Console":
    """The console on standard output, made on first use: rich takes longer to load than many commands take to run.

    Square brackets in names and messages are text, never markup; coloured text is a ``rich.text.Text``.
    """
    from rich.console import Console

    return Console(highlight=False, markup=False)
