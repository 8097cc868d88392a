"""The documents of a month by type and state, counted from an index alone."""

from ocote.store.engine.statement import StoredRow, Transaction, every, sql


class TypeCount(StoredRow, frozen=True):
    """The documents of one type: in all, stamped by MH, waiting for MH, and refused by MH."""

    doc_type: str
    documents: int
    stamped: int
    waiting: int
    rejected: int


class InvalidatedCount(StoredRow, frozen=True):
    """The invalidated documents of one type: those of the span, and those whose invalidation was stamped in it."""

    doc_type: str
    of_span: int
    in_span: int


# The index document_by_time holds every column of this statement: no document itself is read.
_BY_TYPE = sql(
    """
    SELECT doc_type, CAST(count(*) AS BIGINT) AS documents,
           CAST(count(CASE WHEN state = 'stamped' THEN 1 END) AS BIGINT) AS stamped,
           CAST(count(CASE WHEN state IN ('registered', 'contingency') THEN 1 END) AS BIGINT) AS waiting,
           CAST(count(CASE WHEN state = 'rejected' THEN 1 END) AS BIGINT) AS rejected
    FROM document
    WHERE company_id = :company AND posted_at >= :since AND posted_at < :until
    GROUP BY doc_type ORDER BY doc_type""",
    TypeCount,
)
# The index leads to invalidated documents alone, and these are read.
_INVALIDATED = sql(
    """
    SELECT doc_type,
           CAST(count(CASE WHEN posted_at >= :since THEN 1 END) AS BIGINT) AS of_span,
           CAST(count(CASE WHEN invalidated_at >= :since AND invalidated_at < :until THEN 1 END) AS BIGINT) AS in_span
    FROM document
    WHERE company_id = :company AND posted_at >= :earliest AND posted_at < :until
      AND invalidated_at IS NOT NULL AND invalidated_by = 'event'
    GROUP BY doc_type ORDER BY doc_type""",
    InvalidatedCount,
)


def type_counts(company_id: int, since: str, until: str) -> Transaction[list[TypeCount]]:
    """The documents posted from ``since`` and before ``until``, by type."""
    return (yield from every(_BY_TYPE(company=company_id, since=since, until=until)))


def invalidated_counts(company_id: int, since: str, until: str, earliest: str) -> Transaction[list[InvalidatedCount]]:
    """The documents posted from ``earliest`` and before ``until`` that an event has invalidated, by type."""
    return (yield from every(_INVALIDATED(company=company_id, earliest=earliest, since=since, until=until)))
