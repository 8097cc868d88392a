"""A contingency touches few documents of an archive that may hold millions: no statement about it reads the others."""

import sqlite3
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from ocote.store.contingency import contingencies, lots
from ocote.store.contingency import events as contingency_events
from ocote.store.contingency import joining as contingency_joining
from ocote.store.contingency import overview as contingency_overview
from ocote.store.engine.statement import Statement
from tests.databases import Databases

MODULES = (contingencies, contingency_events, contingency_joining, contingency_overview, lots)
READS_THE_ARCHIVE = ("SCAN document", "document_by_time", "AUTOMATIC")


def _statements(module: ModuleType) -> Iterator[tuple[str, Statement[Any]]]:
    for name, value in vars(module).items():
        if isinstance(value, Statement):
            yield f"{module.__name__.rpartition('.')[2]}.{name}", value


@pytest.fixture(scope="module")
def empty(all_databases: Databases) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(all_databases.sqlite().removeprefix("sqlite:///"))
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [pytest.param(statement, id=name) for module in MODULES for name, statement in _statements(module)],
)
def test_every_statement_finds_its_documents_by_an_index(empty: sqlite3.Connection, statement: Statement[Any]) -> None:
    values = dict.fromkeys(statement.names, 1)
    plan = [row[3] for row in empty.execute(f"EXPLAIN QUERY PLAN {statement.sqlite}", values)]
    assert [step for step in plan if any(mark in step for mark in READS_THE_ARCHIVE)] == []
