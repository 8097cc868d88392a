"""A function takes at most six parameters: more of them are a value that has no name yet."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.names import SOURCE

Function = ast.FunctionDef | ast.AsyncFunctionDef

MOST_PARAMETERS: Final = 6


def longer(source: Path) -> set[str]:
    """The functions and constructors with more parameters, by module and name; ``self`` is not counted.

    Values (Structs and dataclasses) write no constructor. The parameters of a command are its options, and the emulator
    is outside the check.
    """
    return {
        f"{path.relative_to(source)}:{name}"
        for path in source.rglob("*.py")
        if path.relative_to(source).parts[0] != "emulator"
        for name, function in _functions(ast.parse(path.read_text(encoding="utf-8")).body)
        if _count(function) > MOST_PARAMETERS and not _is_command(function)
    }


def _functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, Function):
            yield f"{prefix}{node.name}", node
        if isinstance(node, Function | ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _count(function: Function) -> int:
    taken = function.args
    names = [each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
    is_method = names[:1] in (["self"], ["cls"])
    return len(names) - is_method + (taken.vararg is not None) + (taken.kwarg is not None)


def _is_command(function: Function) -> bool:
    decorators = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return any(isinstance(each, ast.Attribute) and each.attr in {"command", "callback"} for each in decorators)


def _write(source: Path, module: str, text: str) -> None:
    path = source / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_no_function_or_constructor_has_more_than_six_parameters() -> None:
    assert longer(SOURCE) == set()


def test_a_long_function_and_a_long_constructor_are_found(tmp_path: Path) -> None:
    _write(tmp_path, "mh/wire.py", "async def send(a, b, c, *, d, e, f, g): ...\n")
    _write(tmp_path, "app.py", "class Parts:\n    def __init__(self, a, b, c, d, e, f, g): ...\n")

    assert longer(tmp_path) == {"mh/wire.py:send", "app.py:Parts.__init__"}


def test_six_parameters_commands_values_and_the_emulator_are_left_alone(tmp_path: Path) -> None:
    _write(tmp_path, "mh/wire.py", "class Wire:\n    def send(self, a, b, c, d, e, *, f): ...\n")
    _write(tmp_path, "cli/key.py", "@app.command()\ndef create(a, b, c, d, e, f, g): ...\n")
    _write(
        tmp_path, "mh/value.py", "class Value(Struct):\n    a: int; b: int; c: int; d: int; e: int; f: int; g: int\n"
    )
    _write(tmp_path, "emulator/app.py", "def start(a, b, c, d, e, f, g): ...\n")

    assert longer(tmp_path) == set()
