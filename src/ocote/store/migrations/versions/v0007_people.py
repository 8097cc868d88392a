"""The people of the panel: who they are, what they may do, their sessions, their drafts, and what they changed.

Beside them, what lists of customers need: names to search for, records that were merged, and documents by customer.
Indexes let the panel sum up a day and a month without reading documents (``docs/decisions/0020-sums-of-a-month.md``).

A program of before goes on beside these tables, which it does not read.
"""

import sqlalchemy as sa
from alembic import op

from ocote.store.engine.values import searched_name

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_SEARCHED_AND_SUMMED = (
    "company_id",
    "posted_at",
    "id",
    "state",
    "doc_type",
    "invalidated_at",
    "stamped_at",
    "customer_id",
    "customer_folded",
    "branch_code",
    "pos_code",
    "invalidated_by",
    "gross_cents",
)
_EXCEPTIONS = (
    "company_id",
    "posted_at",
    "id",
    "state",
    "doc_type",
    "branch_code",
    "pos_code",
    "gross_cents",
    "invalidated_by",
)


def upgrade() -> None:
    """Creates the tables, and the indexes that lists of mails and announcements, and sums, need."""
    if op.get_bind().dialect.name == "postgresql":
        # The indexes of millions of messages take longer than a migration usually may.
        op.execute("SET LOCAL statement_timeout = '10min'")
    op.create_index("outbox_of_company", "outbox", ["company_id", "channel", "created_at", "id"])
    op.create_index("outbox_of_target", "outbox", ["company_id", "target", "created_at", "id"])
    given_up = sa.text("state IN ('refused', 'expired')")
    op.create_index(
        "outbox_given_up",
        "outbox",
        ["company_id", "channel", "created_at", "id"],
        sqlite_where=given_up,
        postgresql_where=given_up,
    )
    # email is in lower case. password is an argon2 hash, NULL until the person has chosen one; totp is the sealed
    # secret of the authenticator, totp_step the last step of time whose code was used.
    op.create_table(
        "person",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("is_operator", sa.Integer, nullable=False, server_default="0"),
        sa.Column("language", sa.Text, nullable=False, server_default="es"),
        sa.Column("failures", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("locked_until", sa.Text),
        sa.Column("active", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
    # points are the points of sale of a cashier (M001P001) with blanks between them; empty for all of the company.
    op.create_table(
        "membership",
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("points", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_index("membership_of_company", "membership", ["company_id"])
    op.create_table(
        "recovery_code",
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("used_at", sa.Text),
    )
    # confirmed_at is when the person last proved who they are, which some changes ask for again.
    op.create_table(
        "panel_session",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("confirmed_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
    )
    op.create_index("panel_session_of_person", "panel_session", ["person_id", "created_at"])
    op.create_table(
        "invitation",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id")),
        sa.Column("role", sa.Text),
        sa.Column("points", sa.Text, nullable=False, server_default=""),
        sa.Column("is_operator", sa.Integer, nullable=False, server_default="0"),
        sa.Column("invited_by", _KEY, sa.ForeignKey("person.id")),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text),
    )
    op.create_index("invitation_of_company", "invitation", ["company_id", "created_at"])
    # body is the request of the API as it stands, as JSON; reference is made once, and is the document's external_ref.
    op.create_table(
        "draft",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("point", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, sa.ForeignKey("document.id")),
        sa.UniqueConstraint("company_id", "reference"),
    )
    op.create_index("draft_of_person", "draft", ["company_id", "person_id", "updated_at"])
    op.create_index(
        "draft_of_document",
        "draft",
        ["document_id"],
        sqlite_where=sa.text("document_id IS NOT NULL"),
        postgresql_where=sa.text("document_id IS NOT NULL"),
    )
    # body is JSON: what a person has filled in of a company that is not registered yet; secrets is sealed.
    op.create_table(
        "setup",
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("secrets", sa.LargeBinary),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
    # The Z cuts of a point of sale. series is JSON: the last number of each type and year that the cut holds; counted
    # is what the person has counted and totals what the documents say, each as JSON.
    op.create_table(
        "closing",
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), primary_key=True),
        sa.Column("branch_code", sa.Text, primary_key=True),
        sa.Column("pos_code", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("began_at", sa.Text, nullable=False),
        sa.Column("closed_at", sa.Text, nullable=False),
        sa.Column("series", sa.Text, nullable=False),
        sa.Column("counted", sa.Text, nullable=False),
        sa.Column("totals", sa.Text, nullable=False),
    )
    # previous is the hash of the entry before; hash is that of previous and of every other column. before and after
    # are JSON.
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id")),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id")),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("audit_entry_of_company", "audit_entry", ["company_id", "number"])
    _add_customer_columns()
    _create_indexes_of_sums()
    _index_searches()


def _add_customer_columns() -> None:
    """Lets customers be listed by name, merged and forgotten, and their documents be found."""
    # folded is the name without accents, in one case; NULL for a record that a program of before has written since.
    # gone_at is when a record was merged into another one (merged_into) or removed: it is then neither listed nor
    # matched, and documents that were being issued meanwhile still have a record to refer to.
    for name, kind in (("folded", sa.Text), ("gone_at", sa.Text), ("merged_into", sa.BigInteger)):
        op.add_column("customer", sa.Column(name, kind))
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # Names and an index of millions of documents take longer than a migration usually may.
        op.execute("SET LOCAL statement_timeout = '10min'")
    named = [
        {"id": row.id, "folded": searched_name(row.record)}
        for row in connection.execute(sa.text("SELECT id, record FROM customer"))
    ]
    if named:
        connection.execute(sa.text("UPDATE customer SET folded = :folded WHERE id = :id"), named)
    op.create_index("customer_by_name", "customer", ["company_id", "folded", "id", "gone_at"])
    for name, condition in (("customer_unnamed", "folded IS NULL"), ("customer_merged", "merged_into IS NOT NULL")):
        where = sa.text(condition)
        columns = ["company_id", "merged_into"]
        op.create_index(name, "customer", columns, sqlite_where=where, postgresql_where=where)
    with_customer = sa.text("customer_id IS NOT NULL")
    op.create_index(
        "document_of_customer",
        "document",
        ["company_id", "customer_id", "posted_at", "id"],
        sqlite_where=with_customer,
        postgresql_where=with_customer,
    )


def _create_indexes_of_sums() -> None:
    """Creates the indexes that sums read. The partial ones hold few documents, and cost nothing for the others."""
    if op.get_bind().dialect.name == "postgresql":
        # The index of millions of documents takes longer than a migration usually may.
        op.execute("SET LOCAL statement_timeout = '10min'")
    op.drop_index("document_by_time", "document")
    # The first columns are those of before, so that the program before goes on with the index.
    op.create_index("document_by_time", "document", list(_SEARCHED_AND_SUMMED))
    for name, table, columns, which in (
        ("document_open", "document", list(_EXCEPTIONS), "state <> 'stamped'"),
        ("document_cancelled", "document", list(_EXCEPTIONS), "invalidated_by IS NOT NULL"),
        ("superseded_rejected", "superseded_version", ["company_id", "superseded_at"], "why = 'rejected'"),
    ):
        few = sa.text(which)
        op.create_index(name, table, columns, sqlite_where=few, postgresql_where=few)


def _index_searches() -> None:
    """Indexes what a person at the panel searches for; the program before goes on with them."""
    newest = ["posted_at", "id"]
    op.create_index("document_by_point", "document", ["company_id", "branch_code", "pos_code", *newest])
    op.create_index("document_by_payable", "document", ["company_id", "payable_cents", *newest])
    for name, column, condition in (
        ("document_by_total", "gross_cents", "gross_cents <> payable_cents"),
        ("document_by_type", "doc_type", "doc_type <> '01'"),
    ):
        few = sa.text(condition)
        op.create_index(name, "document", ["company_id", column, *newest], sqlite_where=few, postgresql_where=few)
    is_stamped = sa.text("stamp IS NOT NULL")
    op.create_index("document_by_stamp", "document", ["stamp"], sqlite_where=is_stamped, postgresql_where=is_stamped)
    # Of a document or of anything else that was changed, who changed it.
    op.create_index("audit_entry_of_subject", "audit_entry", ["company_id", "subject", "number"])
