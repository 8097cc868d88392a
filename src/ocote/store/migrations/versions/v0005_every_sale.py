"""Sales of every kind: amounts that few documents have, and the company's own items.

Rows from before, and those that the program before still writes, have none of these amounts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column and the table."""
    # JSON: exempt and not subject sales, taxes but VAT, charges, discounts, collected VAT and income tax, in whole
    # cents of USD; NULL when all are zero.
    op.add_column("document", sa.Column("more_amounts", sa.Text))
    # The items that a company sells, by its own code; the record is JSON, and folded is what a search looks at: code
    # and description without accents, in one case.
    op.create_table(
        "item",
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("company.id"), primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
