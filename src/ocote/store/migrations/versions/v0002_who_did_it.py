"""Which key issued and which cancelled, when a key was last used, links that can be replaced, and faster searches.

Rows from before, and those that the program before still writes, have no key and the first link of their document.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SEARCHED = (
    "company_id",
    "posted_at",
    "id",
    "state",
    "doc_type",
    "invalidated_at",
    "stamped_at",
    "customer_id",
    "customer_folded",
)


def upgrade() -> None:
    """Adds the columns, and to the index by time the columns that a search compares."""
    # The gateway writes to these tables in this order; another order could end in a deadlock with a sale.
    for table in ("superseded_version", "document", "invalidation"):
        # As one statement, because PostgreSQL then knows that there is nothing to check, and reads no row of the table.
        op.execute(f"ALTER TABLE {table} ADD COLUMN key_id BIGINT REFERENCES api_key (id)")
    op.add_column("document", sa.Column("link_version", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("api_key", sa.Column("last_used_at", sa.Text))
    if op.get_bind().dialect.name == "postgresql":
        # The index of millions of documents takes longer than a migration usually may.
        op.execute("SET LOCAL statement_timeout = '10min'")
    op.drop_index("document_by_time", "document")
    # The first columns are those of before, so that the program before goes on with the index.
    op.create_index("document_by_time", "document", list(_SEARCHED))
