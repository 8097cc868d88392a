"""What credit notes have already taken from a document."""

from msgspec import Struct

from ocote.store.document_row import DOCUMENT_COLUMNS
from ocote.store.engine.statement import Row, Transaction, sql

_HOLD = sql("SELECT invalidated_at FROM document WHERE company_id = :company AND id = :id", lock="update")

# Asked after the document is held: a statement of PostgreSQL sees nothing that was committed while it waited.
_EVENTS = sql("""
    SELECT id FROM invalidation WHERE company_id = :company AND document_id = :id AND state <> 'rejected'""")

_NOTES = sql(f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND adjusts_id = :id AND state <> 'rejected' AND invalidated_at IS NULL
    ORDER BY posted_at, id""")

_WHOLE = sql(f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND adjusts_id = :id AND adjusts_whole = 1 AND invalidated_at IS NULL
    ORDER BY posted_at, id""")

_TAKEN = sql("""
    SELECT CAST(count(*) AS BIGINT) AS notes,
           CAST(coalesce(sum(taxable_cents), 0) AS BIGINT) AS taxable_cents,
           CAST(coalesce(sum(vat_cents), 0) AS BIGINT) AS vat_cents,
           CAST(coalesce(sum(gross_cents), 0) AS BIGINT) AS gross_cents,
           CAST(coalesce(sum(withheld_cents), 0) AS BIGINT) AS withheld_cents
    FROM document
    WHERE company_id = :company AND adjusts_id = :id AND id <> :except_id
      AND state <> 'rejected' AND invalidated_at IS NULL""")


class Taken(Struct, frozen=True):
    """The sums of the live notes on a document (not rejected, not invalidated), in cents."""

    notes: int
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int


class Adjustable(Struct, frozen=True):
    """A document as a note finds it: whether it is cancelled, whether an event for it is at MH, what is taken of it."""

    is_cancelled: bool
    is_being_cancelled: bool
    taken: Taken


def taken_from(company_id: int, document_id: str, except_id: str = "") -> Transaction[Taken]:
    """What live notes have taken from a document, one note left out (the one that is being retried)."""
    [row] = yield _TAKEN(company=company_id, id=document_id, except_id=except_id)
    return Taken(
        notes=row["notes"],
        taxable_cents=row["taxable_cents"],
        vat_cents=row["vat_cents"],
        gross_cents=row["gross_cents"],
        withheld_cents=row["withheld_cents"],
    )


def hold(company_id: int, document_id: str) -> Transaction[bool]:
    """Holds a document until the transaction ends; tells whether it is cancelled.

    Whatever changes what adjusts or cancels a document holds it first: the other way round two of them would wait
    for each other on PostgreSQL.
    """
    [row] = yield _HOLD(company=company_id, id=document_id)
    return row["invalidated_at"] is not None


def held(company_id: int, document_id: str, except_id: str) -> Transaction[Adjustable]:
    """The same, with the document held until the transaction ends, so that no other note slips in between."""
    is_cancelled = yield from hold(company_id, document_id)
    events = yield _EVENTS(company=company_id, id=document_id)
    taken = yield from taken_from(company_id, document_id, except_id)
    return Adjustable(is_cancelled, bool(events), taken)


def live_notes(company_id: int, document_id: str) -> Transaction[list[Row]]:
    """The notes on a document that are neither rejected nor invalidated, oldest first."""
    return (yield _NOTES(company=company_id, id=document_id))


def whole_notes(company_id: int, document_id: str) -> Transaction[list[Row]]:
    """The notes made to cancel a document, also those that MH has refused, oldest first; no invalidated ones."""
    return (yield _WHOLE(company=company_id, id=document_id))
