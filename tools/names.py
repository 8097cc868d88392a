"""Checks that no public name of the gateway is defined in two modules: one word, one meaning.

The emulator is outside the check, because it is a second reading of the rules that imports nothing of the gateway. Run
the check with ``python -m tools.names``; ``make check`` does.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parents[1] / "src" / "ocote"

SHARED: Final = {
    "Mapper": ("check", "build"),
    "Pages of the panel": ("ROUTES",),
    "TypeVar": ("P", "R", "T"),
}
"""Names that many modules define on purpose, grouped by reason."""


def public_names(tree: ast.Module) -> Iterator[str]:
    """Every name without a leading underscore that a module defines at its top level."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found = [name]
            case ast.Assign(targets=targets):
                found = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                found = [name]
            case _:
                continue
        yield from (name for name in found if not name.startswith("_"))


def defined_twice(source: Path) -> dict[str, list[str]]:
    """The modules of each public name that more than one module defines."""
    modules: dict[str, list[str]] = defaultdict(list)
    for path in sorted(source.rglob("*.py")):
        inside = path.relative_to(source)
        if inside.parts[0] == "emulator" or "versions" in inside.parts:
            continue
        for name in public_names(ast.parse(path.read_text(encoding="utf-8"))):
            modules[name].append(str(inside))
    shared = {name for names in SHARED.values() for name in names}
    return {name: where for name, where in modules.items() if len(set(where)) > 1 and name not in shared}


def main() -> int:
    """Prints the names that are defined twice; the exit status is 1 when there are any."""
    found = defined_twice(SOURCE)
    for name, where in sorted(found.items()):
        print(f"{name} is defined in {', '.join(where)}")  # noqa: T201 - the report of a command
    if not found:
        print("No public name is defined in two modules.")  # noqa: T201 - the report of a command
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
