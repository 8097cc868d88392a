"""The tables that make up an installation, and how all their rows are read."""

from typing import Final

from msgspec import Struct

from ocote.store.engine.opening import OutdatedError, refuse_newer, schema_version
from ocote.store.engine.snapshot import DatabaseKind
from ocote.store.engine.statement import Query, Row, Statement, StoredRow, Transaction, every, one, sql

TABLES: Final = (
    "installation",
    "company",
    "point_of_sale",
    "api_key",
    "customer",
    "item",
    "correlative",
    "number_change",
    "journal_segment",
    "contingency",
    "contingency_event",
    "lot",
    "document",
    "superseded_version",
    "adjusted_document",
    "invalidation",
    "webhook",
    "outbox",
    "person",
    "membership",
    "recovery_code",
    "passkey",
    "identity",
    "used_challenge",
    "panel_session",
    "invitation",
    "draft",
    "setup",
    "production_switch",
    "closing",
    "audit_entry",
    "api_request",
    "process",
    "backup_made",
)
"""Every table of any version but that with the version itself; a table comes after those that it refers to.

A database may have tables of other programs beside them, such as those of a replication, which are never touched.
"""


class TableColumn(StoredRow, frozen=True):
    """A column of a table; ``is_bytes`` for a column that holds bytes instead of numbers or text."""

    name: str
    is_bytes: bool


class StoredTable(Struct, frozen=True):
    """A table of a database, with the number of its rows."""

    name: str
    columns: tuple[TableColumn, ...]
    rows: int


class StoredTables(Struct, frozen=True):
    """All tables of a database that belong to an installation, and the version of the tables."""

    version: str
    tables: tuple[StoredTable, ...]


class _Name(StoredRow, frozen=True):
    name: str


class _Count(StoredRow, frozen=True):
    n: int


_NAMES: Final[Statement[_Name]] = Statement(
    sqlite="SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    postgres="SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()",
    names=(),
    row=_Name,
)
_COLUMNS: Final[Statement[TableColumn]] = Statement(
    sqlite="SELECT name, type = 'BLOB' AS is_bytes FROM pragma_table_info(:table) ORDER BY cid",
    postgres="""
        SELECT CAST(column_name AS TEXT) AS name, data_type = 'bytea' AS is_bytes FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position""",
    names=("table",),
    row=TableColumn,
)


def stored_tables(kind: DatabaseKind) -> Transaction[StoredTables]:
    """The tables of an installation. Raises OutdatedError without any, NewerDatabaseError for a newer program's."""
    version = yield from schema_version(sqlite=kind == "sqlite")
    if not version:
        raise OutdatedError("")
    refuse_newer(version)
    names = yield from table_names()
    tables = []
    for name in TABLES:
        if name in names:
            tables.append((yield from _table(name)))  # noqa: PERF401 - no unit of work runs in a comprehension
    return StoredTables(version, tuple(tables))


def table_names() -> Transaction[frozenset[str]]:
    """The names of all tables of the database, also of other programs' tables."""
    return frozenset(row.name for row in (yield from every(_NAMES())))


def columns_of(table: str) -> Transaction[tuple[TableColumn, ...]]:
    """The columns of a table in their order."""
    return tuple((yield from every(_COLUMNS(table=table))))


def all_rows(table: StoredTable) -> Query[Row]:
    """The query for all rows of a table, with the columns in their order."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return sql(f'SELECT {names} FROM "{table.name}"')()


def _table(name: str) -> Transaction[StoredTable]:
    columns = yield from columns_of(name)
    counted = yield from one(sql(f'SELECT count(*) AS n FROM "{name}"', _Count)())
    return StoredTable(name, columns, counted.n)
