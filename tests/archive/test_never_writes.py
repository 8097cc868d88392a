"""The archive reads: no module of it writes to the store, and every statement that it can run is a selection."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeGuard

import pytest

import ocote.archive
from ocote.store.engine.statement import Statement
from ocote.store.outbox import send_again
from ocote.store.webhooks import all_webhooks

READS = re.compile(r"store\.(read|search)\(")
FOLDER = Path(ocote.archive.__path__[0])
MODULES = [
    import_module(".".join(("ocote.archive", *path.relative_to(FOLDER).with_suffix("").parts)))
    for path in sorted(FOLDER.rglob("[!_]*.py"))
]


def names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_in(inner)


def statements_of(found: Any, seen: set[int]) -> Iterator[Statement[Any]]:
    """The statements that a function of the store, or a function that it calls, can run."""
    if id(found) in seen:
        return
    seen.add(id(found))
    if isinstance(found, Statement):
        yield found
    elif isinstance(found, FunctionType) and found.__module__.startswith("ocote."):
        for name in names_in(found.__code__):
            yield from statements_of(found.__globals__.get(name), seen)


def work_of(module: ModuleType) -> Iterator[Any]:
    """Every function of other parts that the module imports or names as an attribute of an imported module."""
    for name, value in vars(module).items():
        if isinstance(value, FunctionType):
            yield value
        if isinstance(value, ModuleType) and value.__name__.startswith("ocote.store"):
            tree = ast.parse(inspect.getsource(module))
            used = {
                node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_attribute_of(node, name)
            }
            yield from (getattr(value, each) for each in used)


def is_attribute_of(node: ast.AST, name: str) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name


def statements_in_reach(module: ModuleType) -> list[Statement[Any]]:
    seen: set[int] = set()
    return [statement for work in work_of(module) for statement in statements_of(work, seen)]


def is_selection(statement: Statement[Any]) -> bool:
    return statement.sqlite.split(maxsplit=1)[0] == "SELECT"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_module_of_the_archive_has_the_store_write(module: ModuleType) -> None:
    calls = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute) and node.attr == "write" and ast.unparse(node.value).endswith("store")
    ]
    assert calls == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_statement_in_reach_of_the_archive_is_a_selection(module: ModuleType) -> None:
    found = statements_in_reach(module)
    assert found or not READS.search(inspect.getsource(module)), "what the module reads was not found"
    assert [statement.sqlite for statement in found if not is_selection(statement)] == []


def test_statements_that_write_would_be_found() -> None:
    assert not all(map(is_selection, statements_of(send_again, set())))
    assert all(map(is_selection, statements_of(all_webhooks, set())))
