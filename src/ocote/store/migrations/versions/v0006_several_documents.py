"""Notes on several documents, and on documents of other systems.

A note on one document of the company keeps it in ``document.adjusts_id`` and has no row here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    # One row for each document that such a note adjusts. document_id is NULL for a document of another system, of which
    # number is the generation code or the number on paper; taken and stated are JSON: the part of the amounts that the
    # note takes, and what the caller said of a document of another system.
    op.create_table(
        "adjusted_document",
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("company.id"), primary_key=True),
        sa.Column("note_id", sa.Text, sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("document.id")),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("taken", sa.Text, nullable=False),
        sa.Column("stated", sa.Text),
    )
    op.create_index("adjusted_document_number", "adjusted_document", ["company_id", "number"])
    op.create_index(
        "adjusted_document_own",
        "adjusted_document",
        ["company_id", "document_id"],
        sqlite_where=sa.text("document_id IS NOT NULL"),
        postgresql_where=sa.text("document_id IS NOT NULL"),
    )
