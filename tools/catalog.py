"""Makes the catalog of click's texts in Spanish: ``python -m tools.catalog`` writes ``messages.mo``.

With ``--check`` it only says whether the file is current and every text is translated. ``make docs`` and ``make check``
run it.
"""

import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).parents[1] / "src" / "ocote" / "cli" / "locale" / "es" / "LC_MESSAGES"
SOURCE: Final = FOLDER / "messages.po"
COMPILED: Final = FOLDER / "messages.mo"

SHOWING_MODULES: Final = ("core", "decorators", "exceptions", "formatting", "parser", "types")
"""Click's modules whose texts a command of ours can show: no command prompts, edits or draws."""

NEVER_SHOWN: Final = frozenset(
    {
        # Click's own end of a command, and the options for versions, confirmations and deprecated commands.
        "Aborted!",
        "Error: {message}",
        "Try '{command} {option}' for help.",
        "%(prog)s, version %(version)s",
        "Show the version and exit.",
        "Do you want to continue?",
        "Confirm the action without prompting.",
        "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
        "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
        # Kinds of values that no option has.
        "Choice({choices})",
        "{value!r} is not a valid UUID.",
        "{value!r} does not match the format {format}.",
        "{len_type} values are required, but {len_value} was given.",
        "Value must be an iterable.",
        # Faults in the declaration of a command.
        "Name '{name}' defined twice",
        "Boolean option {decl!r} cannot use the same flag for true/false.",
        "Could not determine name for option with declarations {decls!r}",
        (
            "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you "
            "mean to pass '--{name}'?"
        ),
        "Arguments take exactly one parameter declaration, got {length}: {decls}.",
        "Invalid start character for option ({option})",
    }
)


def translations() -> Catalog:
    """The catalog as it is written."""
    return read_po(BytesIO(SOURCE.read_bytes()), locale="es", abort_invalid=True)


def compiled() -> bytes:
    """The catalog in the form that gettext reads."""
    made = BytesIO()
    write_mo(made, translations())
    return made.getvalue()


def texts_of_click() -> Iterator[str]:
    """Every text that the installed click can show, the singular where there are two forms."""
    for module in SHOWING_MODULES:
        for _, message, *_ in extract_from_file("python", Path(click.__path__[0]) / f"{module}.py"):
            text = _singular(message)
            if text not in NEVER_SHOWN:
                yield text


def faults() -> list[str]:
    """What is wrong with the catalog: texts without translation, and a compiled form that is not current."""
    known = _texts(translations())
    found = [f"not translated: {text}" for text in texts_of_click() if text not in known]
    if _texts(read_mo(BytesIO(COMPILED.read_bytes()))) != known:
        found.append(f"{COMPILED.name} is stale: run python -m tools.catalog")
    return found


def _texts(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The translations by English text, the singular where there are two forms; the header is left out."""
    return {_singular(each.id): _forms(each.string) for each in catalog if each.id and any(_forms(each.string))}


def _forms(string: str | Sequence[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ())


def _singular(message: str | list[str] | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def main(arguments: list[str]) -> int:
    """Exit status 0 when the catalog is current or was written, 1 when ``--check`` finds faults."""
    if arguments != ["--check"]:
        COMPILED.write_bytes(compiled())
    found = faults()
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
