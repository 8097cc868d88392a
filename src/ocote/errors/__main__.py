"""``python -m ocote.errors`` writes ``docs/errors.md``; with ``--check`` it only checks that the file is current."""

import sys
from pathlib import Path

from ocote.errors.page import page

PAGE = Path("docs/errors.md")


def _main(arguments: list[str]) -> int:
    """Exit status 0 when the page is current or was written, 1 when ``--check`` finds it stale."""
    current = page()
    if arguments == ["--check"]:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == current:
            return 0
        sys.stderr.write(f"{PAGE} is stale: run python -m ocote.errors\n")
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(current, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
