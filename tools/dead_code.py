"""Checks that no function, class, method or property of the gateway is used by tests alone.

Run it with ``python -m tools.dead_code``; ``make check`` does.
"""

import re
import sys
from pathlib import Path
from typing import Final

from vulture import Vulture

ROOT: Final = Path(__file__).parents[1]

ENTRANCES: Final = (
    # Python itself calls these.
    "__*__",
    # uvicorn's protocol, asyncio's transports and aiohttp call these by name.
    "connection_made",
    "connection_lost",
    "data_received",
    "on_*",
    "pause_writing",
    "resume_writing",
    "send_400_response",
    "get_loop_factory",
    # The reader of XML calls these.
    "startElement",
    "endElement",
    "characters",
    # The protocol of a row that a statement without a row type returns.
    "__getitem__",
    # The library of logs calls this.
    "handleError",
    # A form calls these of its fields and of itself, and a field of the texts of its form.
    "pre_validate",
    "process_formdata",
    "get_translations",
    "ngettext",
    "validate_*",
    # Click asks a group for its commands.
    "list_commands",
    # One of several processes imports the application by name.
    "app_from_environment",
    # A program that embeds the emulator starts and controls it with these.
    "RunningEmulator",
    "behave",
    "move_clock",
    "set_clock",
    "freeze_clock",
    "numbers_elsewhere",
)
"""Names that code outside the source calls."""

DECORATORS: Final = ("@*.command*", "@*.callback*", "@*.listens_for*")
"""Decorators that pass a function to a framework."""

_ATTRIBUTE: Final = re.compile(r"\.([a-z_]+)\b")

KINDS: Final = ("function", "class", "method", "property")


def unused(paths: list[Path]) -> list[str]:
    """A line for each definition in ``paths`` that no code in ``paths`` uses."""
    known = [*ENTRANCES, *names_in_templates(paths)]
    finder = Vulture(ignore_names=known, ignore_decorators=list(DECORATORS))
    finder.scavenge([str(path) for path in paths])
    return [
        f"{_shown(Path(item.filename))}:{item.first_lineno}: {item.typ} {item.name}"
        for item in finder.get_unused_code()
        if item.typ in KINDS
    ]


def names_in_templates(paths: list[Path]) -> set[str]:
    """The names of attributes and methods that the templates of pages use."""
    texts = (each.read_text(encoding="utf-8") for path in paths for each in path.rglob("templates/*.html"))
    return {name for text in texts for name in _ATTRIBUTE.findall(text)}


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def main() -> int:
    """Prints the definitions that only tests use; the exit status is 1 when there are any."""
    found = unused([ROOT / "src", ROOT / "bench"])
    for line in found:
        print(line, "is used by nothing but tests")  # noqa: T201 - the report of a command
    if not found:
        print("Nothing is dead: every definition is used by the gateway itself.")  # noqa: T201 - the report of a command
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
