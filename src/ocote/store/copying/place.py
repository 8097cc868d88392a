"""The place of a database that is to be restored: whether the place is empty, and how it is cleared and filled."""

from typing import Final

from ocote.store.copying.tables import TABLES, table_names
from ocote.store.engine.loading import InconsistentError, OccupiedError
from ocote.store.engine.opening import refuse_newer, schema_version
from ocote.store.engine.snapshot import DatabaseKind
from ocote.store.engine.statement import StoredRow, Transaction, every, first, sql
from ocote.store.invitations import remove_every_invitation
from ocote.store.panel_sessions import end_every_session
from ocote.store.resuming import resume_all_work

_VERSION_TABLE: Final = "alembic_version"


class _Reference(StoredRow, frozen=True):
    """How a foreign key is taken away and put back."""

    dropping: str
    adding: str


class _Sequence(StoredRow, frozen=True):
    setting: str


_COMPANY = sql("SELECT 1 FROM company LIMIT 1")
_DOCUMENT = sql("SELECT 1 FROM document LIMIT 1")
_NO_INSTALLATION = sql("DELETE FROM installation")
_RESTORED = sql("UPDATE installation SET unconfirmed_since = :now, unconfirmed_because = 'restored'")

_BROKEN_REFERENCES = sql("PRAGMA foreign_key_check")
_INTEGRITY = sql("PRAGMA integrity_check(1)")

_OWN = ", ".join(f"'{name}'" for name in TABLES)
_REFERENCES = sql(
    f"""
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS dropping,
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                  pg_get_constraintdef(pg_constraint.oid)) AS adding
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND relname IN ({_OWN})
    ORDER BY relname, conname""",
    _Reference,
)
_SEQUENCES = sql(
    f"""
    SELECT format('SELECT setval(%L, coalesce(max(%I), 1), max(%I) IS NOT NULL) FROM %I',
                  pg_get_serial_sequence(table_name, column_name), column_name, column_name, table_name) AS setting
    FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name IN ({_OWN})
      AND pg_get_serial_sequence(table_name, column_name) IS NOT NULL""",
    _Sequence,
)


def vacant(kind: DatabaseKind) -> Transaction[None]:
    """Raises OccupiedError unless there are no tables, or tables of ocote without a company and a document.

    A whole SQLite file is replaced, therefore tables of other programs in it count too. Raises NewerDatabaseError.
    """
    names = yield from table_names()
    own = names & {*TABLES, _VERSION_TABLE}
    version = (yield from schema_version(sqlite=kind == "sqlite")) if _VERSION_TABLE in names else ""
    refuse_newer(version)
    if (own and not version) or (kind == "sqlite" and names - own):
        raise OccupiedError("foreign_tables")
    for table, query in (("company", _COMPANY()), ("document", _DOCUMENT())):
        if table in own and (yield from first(query)) is not None:
            raise OccupiedError("data")


def clear_place() -> Transaction[None]:
    """Drops the empty tables of a PostgreSQL database, after a last look at them that nobody can interfere with."""
    names = yield from table_names()
    own = [name for name in (*TABLES, _VERSION_TABLE) if name in names]
    if own:
        listed = ", ".join(f'"{name}"' for name in own)
        yield sql(f"LOCK TABLE {listed} IN ACCESS EXCLUSIVE MODE")()
        yield from vacant("postgresql")
        yield sql(f"DROP TABLE {listed}")()


def drop_references() -> Transaction[tuple[str, ...]]:
    """Takes the foreign keys away on PostgreSQL, where they would be checked row by row; returns how to add them."""
    references = yield from every(_REFERENCES())
    for reference in references:
        yield sql(reference.dropping)()
    return tuple(reference.adding for reference in references)


def add_references(statements: tuple[str, ...]) -> Transaction[None]:
    """Puts the foreign keys back on PostgreSQL, which checks all rows, and sets the next number of each sequence."""
    for statement in statements:
        yield sql(statement)()
    for sequence in (yield from every(_SEQUENCES())):
        yield sql(sequence.setting)()
    names = yield from table_names()
    yield sql(f"ANALYZE {', '.join(name for name in TABLES if name in names)}")()


def check_loaded_file() -> Transaction[None]:
    """Checks all references and the structure of an SQLite file. Raises InconsistentError."""
    broken = yield _BROKEN_REFERENCES()
    if broken:
        raise InconsistentError(f"{len(broken)} rows refer to rows that do not exist")
    [found] = yield _INTEGRITY()
    if found["integrity_check"] != "ok":
        raise InconsistentError(str(found["integrity_check"]))


def remove_installation() -> Transaction[None]:
    """Removes the name that the migrations gave to a new database."""
    yield _NO_INSTALLATION()


def mark_restored(now: str) -> Transaction[None]:
    """Writes that the numbers are unconfirmed since ``now``, and makes all work due: MH is asked before it is told.

    Sessions and invitations end: what was ended or used after the backup would count again.
    """
    yield _RESTORED(now=now)
    yield from end_every_session(now)
    yield from remove_every_invitation()
    yield from resume_all_work()
