"""Other ways into the panel than a password, and what integrators and operators look up in it.

A program of before goes on beside these tables, which it does not read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the tables."""
    # A lock is held until the end of the migration: the long index comes first, before the short locks on tables that
    # every sale and every page of the panel needs.
    _index_lists()
    _create_ways_in()
    _create_api_requests()
    _create_operation()


def _create_ways_in() -> None:
    # credential is base64url, public_key as the authenticator sent it (COSE). uses is the authenticator's own counter,
    # 0 for one that does not count. transports has blanks between them.
    op.create_table(
        "passkey",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("credential", sa.Text, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("uses", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("transports", sa.Text, nullable=False, server_default=""),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text),
    )
    op.create_index("passkey_of_person", "passkey", ["person_id", "id"])
    # Who a person is to an identity provider: issuer and subject are those of its tokens.
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("person_id", _KEY, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text),
    )
    op.create_index("identity_of_person", "identity", ["person_id"])
    # Challenges and states that were answered, until they would have ended by themselves: none is answered twice.
    op.create_table(
        "used_challenge",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("expires_at", sa.Text, nullable=False),
    )


def _create_api_requests() -> None:
    # The newest requests of each company, written a moment after they were answered. route is the documented path, or
    # "unknown"; document an id, or the reference that the client gave; faults and warnings are JSON lists as answered.
    op.create_table(
        "api_request",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("key_prefix", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("status", sa.BigInteger, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("document", sa.Text),
        sa.Column("is_dry_run", sa.Integer, nullable=False, server_default="0"),
        sa.Column("faults", sa.Text, nullable=False, server_default="[]"),
        sa.Column("warnings", sa.Text, nullable=False, server_default="[]"),
        sa.Column("ms", sa.BigInteger, nullable=False),
    )
    op.create_index("api_request_of_company", "api_request", ["company_id", "id"])
    failed = sa.text("status >= 400")
    op.create_index(
        "api_request_failed",
        "api_request",
        ["company_id", "id"],
        sqlite_where=failed,
        postgresql_where=failed,
    )
    op.create_index("api_request_by_name", "api_request", ["company_id", "request_id"])
    named = sa.text("document IS NOT NULL")
    op.create_index(
        "api_request_of_document",
        "api_request",
        ["company_id", "document"],
        sqlite_where=named,
        postgresql_where=named,
    )
    # What the list of keys counts of a day is all in the index.
    op.create_index("api_request_by_time", "api_request", ["company_id", "at", "key_prefix", "status"])


def _create_operation() -> None:
    # The list of all companies reads names out of an index, and not the keys and pictures beside them.
    op.create_index("company_by_name", "company", ["name", "id", "nit", "environment"])
    unfinished = sa.text("state <> 'done'")
    op.create_index(
        "contingency_unfinished",
        "contingency",
        ["company_id"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    # The unfinished way of a company of the test environment to production: body is JSON, secrets are sealed.
    op.create_table(
        "production_switch",
        sa.Column("company_id", _KEY, sa.ForeignKey("company.id"), primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("secrets", sa.LargeBinary),
        sa.Column("updated_at", sa.Text, nullable=False),
    )
    # The processes of the gateway, each of which says now and then that it is alive.
    op.create_table(
        "process",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
    )
    # The backups that were made of this database, of which the file's name alone is kept.
    op.create_table(
        "backup_made",
        sa.Column("id", _KEY, primary_key=True, autoincrement=True),
        sa.Column("finished_at", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("documents", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.BigInteger, nullable=False),
    )


def _index_lists() -> None:
    """Indexes lists that grow for years; no sale waits for one of them."""
    if op.get_bind().dialect.name == "postgresql":
        # The cuts of many tills over years, and a look at every document, take longer than a migration usually may.
        op.execute("SET LOCAL statement_timeout = '10min'")
    cancelled = sa.text("invalidated_at IS NOT NULL")
    op.create_index(
        "document_by_cancellation",
        "document",
        ["company_id", "invalidated_at"],
        sqlite_where=cancelled,
        postgresql_where=cancelled,
    )
    for name, columns, which in (
        ("outbox_answered", ["answered_at", "lane"], "answered_at IS NOT NULL"),
        ("outbox_held", ["channel"], "state = 'queued' AND due_at IS NULL"),
    ):
        some = sa.text(which)
        op.create_index(name, "outbox", columns, sqlite_where=some, postgresql_where=some)
    op.create_index("closing_by_time", "closing", ["company_id", "closed_at", "branch_code", "pos_code"])
