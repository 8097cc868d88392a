"""Webhooks that fail: chosen events, a secret that is replaced, and an address that does not take announcements.

Rows from before, and those that the program before still writes, get all events, have one secret, and are switched on.
The program before goes on sending to an address that was switched off, until it is restarted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns."""
    # The names of the events with blanks between them; NULL for all events, also those of later versions.
    op.add_column("webhook", sa.Column("events", sa.Text))
    # Secrets that were replaced and still sign beside the present one, each until a moment; the last of these moments.
    op.add_column("webhook", sa.Column("previous_secrets", sa.LargeBinary))
    op.add_column("webhook", sa.Column("previous_until", sa.Text))
    # Switched off: announcements are kept and not sent.
    op.add_column("webhook", sa.Column("disabled_at", sa.Text))
    op.add_column("webhook", sa.Column("disabled_because", sa.Text))
    # The first and the last failure since an announcement was taken.
    op.add_column("webhook", sa.Column("failing_since", sa.Text))
    op.add_column("webhook", sa.Column("failed_at", sa.Text))
    # The receiver asked for a pause.
    op.add_column("webhook", sa.Column("paused_until", sa.Text))
    # When the company has to be told next that its address fails or is switched off.
    op.add_column("webhook", sa.Column("notice_due_at", sa.Text))
