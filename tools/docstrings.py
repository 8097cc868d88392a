"""Checks that the first sentence of a docstring stands alone, because a tool-tip shows only this sentence.

A first sentence begins with a capital letter or a name in code, not with a word that refers to another place, and ends
with a full stop. Run the check with ``python -m tools.docstrings``; ``make check`` does.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parent.parent / "src" / "ocote"

_BACKWARD: Final = re.compile(r"(?:The same|As above|So|What|Whoever|Whose|Whom|None|Nothing|Nobody)\b")
_BEGIN: Final = re.compile(r"[A-Z0-9]|``")
_END: Final = re.compile(r"[.:?](?:\s|$)")


def faults_in(text: str) -> Iterator[str]:
    """The faults of one docstring."""
    sentence = " ".join(text.strip().partition("\n\n")[0].split())
    if not _BEGIN.match(sentence):
        yield "begins without a capital letter"
    if _BACKWARD.match(sentence):
        yield "begins with a word that refers to another place"
    if not _END.search(sentence):
        yield "has no full stop"


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """The line and the text of every docstring in a module, in no particular order."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "lineno", 1), text


def faults(source: Path) -> list[str]:
    """A line for each fault of a docstring under ``source``."""
    return [
        f"{path.relative_to(source)}:{line}: the first sentence {fault}: {text.splitlines()[0]}"
        for path in sorted(source.rglob("*.py"))
        for line, text in docstrings(path)
        for fault in faults_in(text)
    ]


def main() -> int:
    """Prints the faults; the exit status is 1 when there are any."""
    found = faults(SOURCE)
    for line in found:
        print(line)  # noqa: T201 - the report of a command
    if not found:
        print("The first sentence of every docstring stands alone.")  # noqa: T201 - the report of a command
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
