"""The first tables: companies, keys, customers, numbers, documents and what was signed for them.

Amounts are whole cents, moments are UTC text of one fixed width (``2026-11-20T17:21:33.123456Z``, so that text order
is time order), so the tables mean the same on SQLite and PostgreSQL.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "company",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("nit", sa.Text, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("mh_user", sa.Text, nullable=False),
        sa.Column("mh_password", sa.LargeBinary, nullable=False),
        sa.Column("private_key", sa.LargeBinary, nullable=False),
        sa.Column("certificate_fingerprint", sa.Text, nullable=False),
        sa.Column("certificate_valid_until", sa.Text),
        sa.Column("smtp", sa.LargeBinary),
        sa.Column("active", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.UniqueConstraint("nit", "environment"),
    )
    op.create_table(
        "point_of_sale",
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), primary_key=True),
        sa.Column("branch_code", sa.Text, primary_key=True),
        sa.Column("pos_code", sa.Text, primary_key=True),
        sa.Column("establishment_kind", sa.Text, nullable=False),
        sa.Column("active", sa.Integer, nullable=False, server_default="1"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("prefix", sa.Text, nullable=False, unique=True),
        sa.Column("sha256", sa.Text, nullable=False, unique=True),
        sa.Column("branch_code", sa.Text, nullable=False),
        sa.Column("pos_code", sa.Text, nullable=False),
        sa.Column("per_minute", sa.BigInteger, nullable=False),
        sa.Column("per_hour", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("disabled_at", sa.Text),
    )
    op.create_table(
        "customer",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("nit", sa.Text),
        sa.Column("dui", sa.Text),
        sa.Column("nrc", sa.Text),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
    for column in ("nit", "dui", "nrc"):
        op.create_index(f"customer_by_{column}", "customer", ["company_id", column])
    op.create_table(
        "correlative",
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), primary_key=True),
        sa.Column("doc_type", sa.Text, primary_key=True),
        sa.Column("branch_code", sa.Text, primary_key=True),
        sa.Column("pos_code", sa.Text, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "contingency",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("began_at", sa.Text, nullable=False),
        # The moment of its latest document: by then the cause had not ended, whatever another clock says.
        sa.Column("last_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
        sa.Column("done_at", sa.Text),
        sa.Column("due_at", sa.Text),
        sa.Column("held_by", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    )
    # While it lasts, a company has one contingency, which every document without MH's answer joins.
    is_open = sa.text("state = 'open'")
    op.create_index(
        "contingency_open", "contingency", ["company_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index(
        "contingency_due",
        "contingency",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "contingency_event",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("contingency_id", sa.Text, sa.ForeignKey("contingency.id"), nullable=False),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("generation_code", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text),
        sa.Column("mh_message", sa.Text, nullable=False, server_default=""),
        sa.Column("answer", sa.Text),
        sa.Column("signed_at", sa.Text, nullable=False),
        sa.Column("settled_at", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("contingency_event_of", "contingency_event", ["contingency_id"])
    op.create_table(
        "lot",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, sa.ForeignKey("contingency_event.id"), nullable=False),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("sent_at", sa.Text, nullable=False),
        sa.Column("polls", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("lot_of_event", "lot", ["event_id"])
    op.create_table(
        "document",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("doc_type", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("external_ref", sa.Text, nullable=False),
        sa.Column("branch_code", sa.Text, nullable=False),
        sa.Column("pos_code", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("control_number", sa.Text, nullable=False),
        sa.Column("generation_code", sa.Text, nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text),
        sa.Column("mh_state", sa.Text, nullable=False, server_default=""),
        sa.Column("mh_message", sa.Text, nullable=False, server_default=""),
        sa.Column("mh_code", sa.Text, nullable=False, server_default=""),
        sa.Column("observations", sa.Text, nullable=False, server_default="[]"),
        sa.Column("taxable_cents", sa.BigInteger, nullable=False),
        sa.Column("vat_cents", sa.BigInteger, nullable=False),
        sa.Column("gross_cents", sa.BigInteger, nullable=False),
        sa.Column("withheld_cents", sa.BigInteger, nullable=False),
        sa.Column("payable_cents", sa.BigInteger, nullable=False),
        sa.Column("customer_name", sa.Text, nullable=False),
        sa.Column("customer_folded", sa.Text, nullable=False),
        sa.Column("customer_id", _KEY, sa.ForeignKey("customer.id")),
        sa.Column("customer_email", sa.Text),
        sa.Column("redirect_email", sa.Text),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("posted_at", sa.Text, nullable=False),
        sa.Column("stamped_at", sa.Text),
        sa.Column("rejected_at", sa.Text),
        sa.Column("invalidated_at", sa.Text),
        sa.Column("invalidated_by", sa.Text),
        sa.Column("adjusts_id", sa.Text, sa.ForeignKey("document.id")),
        sa.Column("adjusts_whole", sa.Integer, nullable=False, server_default="0"),
        # Whose work it is until then; "due_at" and "held_by" mean the same in every table that has them.
        sa.Column("due_at", sa.Text),
        sa.Column("held_by", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("contingency_id", sa.Text, sa.ForeignKey("contingency.id")),
        sa.Column("event_id", sa.Text, sa.ForeignKey("contingency_event.id")),
        sa.Column("lot_id", sa.Text, sa.ForeignKey("lot.id")),
        # 1 once a lot had no result for it: from then on it goes by itself.
        sa.Column("alone", sa.Integer, nullable=False, server_default="0"),
        # From when on MH can tell whether an earlier transmission reached it; NULL when none did, or it has told.
        sa.Column("ask_from", sa.Text),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.UniqueConstraint("company_id", "external_ref"),
        sa.UniqueConstraint("company_id", "control_number", "year"),
    )
    op.create_index("document_by_time", "document", ["company_id", "posted_at", "id"])
    op.create_index(
        "document_by_adjusted",
        "document",
        ["company_id", "adjusts_id"],
        sqlite_where=sa.text("adjusts_id IS NOT NULL"),
        postgresql_where=sa.text("adjusts_id IS NOT NULL"),
    )
    in_contingency = sa.text("state = 'contingency'")
    for name, column in (
        ("document_in_contingency", "contingency_id"),
        ("document_of_event", "event_id"),
    ):
        op.create_index(
            name,
            "document",
            [column, "posted_at", "id"],
            sqlite_where=in_contingency,
            postgresql_where=in_contingency,
        )
    # The operator also asks for what was in a contingency once.
    for name, columns in (
        ("document_of_contingency", ["contingency_id"]),
        ("document_of_lot", ["lot_id", "posted_at", "id"]),
    ):
        once = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "document", columns, sqlite_where=once, postgresql_where=once)
    op.create_index(
        "document_due",
        "document",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    # What MH refused and a retry replaced, and what was signed before a contingency or for it in vain. It may have
    # reached MH, so it is kept as long as the document itself.
    op.create_table(
        "superseded_version",
        sa.Column("document_id", sa.Text, sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("generation_code", sa.Text, nullable=False),
        sa.Column("rejected_at", sa.Text),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
    )
    op.create_table(
        "invalidation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("document_id", sa.Text, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("generation_code", sa.Text, nullable=False, unique=True),
        sa.Column("reason", sa.Integer, nullable=False),
        sa.Column("replacement_code", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text),
        sa.Column("mh_state", sa.Text, nullable=False, server_default=""),
        sa.Column("mh_message", sa.Text, nullable=False, server_default=""),
        sa.Column("mh_code", sa.Text, nullable=False, server_default=""),
        sa.Column("observations", sa.Text, nullable=False, server_default="[]"),
        sa.Column("answer", sa.Text),
        sa.Column("requested_at", sa.Text, nullable=False),
        sa.Column("settled_at", sa.Text),
        sa.Column("due_at", sa.Text),
        sa.Column("held_by", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    )
    # A document has one invalidation that counts; rejected ones stay beside it as its history.
    live = sa.text("state <> 'rejected'")
    op.create_index(
        "invalidation_live",
        "invalidation",
        ["company_id", "document_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index(
        "invalidation_due",
        "invalidation",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("removed_at", sa.Text),
    )
    op.create_index("webhook_of_company", "webhook", ["company_id"])
    # What is to leave the gateway, written together with the change of state it tells of.
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("document_id", sa.Text, sa.ForeignKey("document.id"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("facts", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("begun_at", sa.Text, nullable=False),
        sa.Column("due_at", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("answered_at", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.Text, nullable=False, server_default=""),
    )
    op.create_index(
        "outbox_due",
        "outbox",
        ["lane", "due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("outbox_of_document", "outbox", ["company_id", "document_id"])
    op.create_index("outbox_by_time", "outbox", ["channel", "created_at"])
