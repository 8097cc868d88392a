"""Brings a database to the newest tables (``ocote migrate``); imported only for that, because Alembic is heavy."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from ocote.store.engine.connecting import connect_to_postgres
from ocote.store.engine.location import Location, locate, make_room
from ocote.store.engine.opening import NEWEST, refuse_newer
from ocote.store.engine.store import StoreUnavailableError

TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(727003)"
"""Waits until no other process changes the tables of the database on PostgreSQL."""

POSTGRES_LIMITS: Final = {"lock_timeout": "5s", "statement_timeout": "20s"}
"""Limits of a migration on PostgreSQL: a running gateway gives up after 30 seconds (see docs/migrations.md)."""


def migrate(url: str) -> None:
    """Applies every migration that the database does not have yet; a second call changes nothing.

    Raises StoreUnavailableError when the database cannot be reached or changed, NewerDatabaseError when the database
    belongs to a newer program.
    """
    location = locate(url)
    try:
        if location.sqlite_path is not None:
            migrate_sqlite(location.sqlite_path)
        else:
            asyncio.run(_migrate_postgres(location))
    except (SQLAlchemyError, OSError) as error:
        raise StoreUnavailableError(str(error)) from error


def upgrade_tables(connection: Connection, version: str = NEWEST) -> None:
    """Applies the migrations up to a version, in the transaction of a connection. Raises NewerDatabaseError."""
    refuse_newer(MigrationContext.configure(connection).get_current_revision() or "")
    config = Config()
    config.set_main_option("script_location", "ocote.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def migrate_sqlite(path: Path, version: str = NEWEST) -> None:
    """Applies the migrations up to a version to an SQLite file. Raises NewerDatabaseError and SQLAlchemyError."""
    make_room(path)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    # The driver would commit before each change of a table; one explicit transaction makes a migration all or nothing.
    @event.listens_for(engine, "connect")
    def _manual(dbapi_connection: object, _record: object) -> None:
        dbapi_connection.isolation_level = None  # type: ignore[attr-defined] # a sqlite3 connection

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            upgrade_tables(connection, version)
    finally:
        engine.dispose()


async def _migrate_postgres(location: Location) -> None:
    # SQLAlchemy's own reading of the URL does not know sslmode.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=partial(connect_to_postgres, location.url))
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(TAKE_TURN)  # two replicas may start together
            for name, limit in POSTGRES_LIMITS.items():
                await connection.exec_driver_sql(f"SET LOCAL {name} = '{limit}'")
            await connection.run_sync(upgrade_tables)
    finally:
        await engine.dispose()
