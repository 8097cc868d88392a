"""Runs the migrations on the connection that ``ocote.store.engine.migrate`` opened."""

from alembic import context

connection = context.config.attributes["connection"]
# SQLite cannot alter most properties of a table in place, therefore Alembic copies the table ("batch").
context.configure(connection=connection, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
