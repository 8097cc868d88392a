"""Where commands write what a person reads."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@cache
def out() -> "Console":
    """Standard output. Made on first use, for rich takes longer to load than many a command to run.

    Square brackets in names and messages are text, never markup; what has a colour is a ``rich.text.Text``.
    """
    from rich.console import Console

    return Console(highlight=False, markup=False)
