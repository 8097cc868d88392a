"""Numbers that continue: what an installation is, what set its counters, its journal, and when a text was replaced.

Rows from before, and those that the program before still writes, have no moment at which they were replaced, and no
number that MH refused.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables and columns, and gives the installation its name."""
    # One row. Issuing is refused while "unconfirmed_since" is set: numbers may have been given out that are not here.
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("unconfirmed_since", sa.Text),
        sa.Column("unconfirmed_because", sa.Text),
        sa.Column("confirmed_at", sa.Text),
        sa.Column("confirmed_by", sa.Text),
        sa.Column("backed_up_at", sa.Text),
    )
    now = datetime.now(UTC).isoformat(timespec="microseconds")[:26] + "Z"
    op.bulk_insert(installation, [{"id": str(uuid4()), "created_at": now}])
    # What a person or the company file did to a counter: the number that was next, and the number that is next now.
    op.create_table(
        "number_change",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("doc_type", sa.Text, nullable=False),
        sa.Column("branch_code", sa.Text, nullable=False),
        sa.Column("pos_code", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("next_before", sa.BigInteger, nullable=False),
        sa.Column("next", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
    )
    op.create_index("number_change_of_company", "number_change", ["company_id", "changed_at"])
    # The segments of the journal that were opened by processes of this database.
    op.create_table(
        "journal_segment",
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("closed_at", sa.Text),
    )
    # When MH last refused a number of the counter because another document bears it, and how often since it was set.
    op.add_column("correlative", sa.Column("taken_at", sa.Text))
    op.add_column("correlative", sa.Column("taken", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("superseded_version", sa.Column("superseded_at", sa.Text))
