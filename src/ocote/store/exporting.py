"""Pages over a company's documents, oldest first, with their signed texts: for exports and for the books of a month."""

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, every, one, sql


class SignedDocumentRow(DocumentRow, frozen=True):
    """A document with the JWS that was signed last."""

    jws: str


class _CountRow(StoredRow, frozen=True):
    documents: int


_PAGE = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company
      AND posted_at >= :since AND posted_at < :until
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""",
    SignedDocumentRow,
)

_COUNT = sql(
    """
    SELECT CAST(count(*) AS BIGINT) AS documents FROM document
    WHERE company_id = :company AND posted_at >= :since AND posted_at < :until""",
    _CountRow,
)

# A document that was corrected after a refusal bears the date of its correction, which lies between the moment it was
# first posted and the moment it was stamped.
_STAMPED = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company
      AND state = 'stamped' AND posted_at < :until AND stamped_at >= :since
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""",
    SignedDocumentRow,
)

_INVALIDATED = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND invalidated_by = 'event' AND invalidated_at >= :since AND invalidated_at < :until
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""",
    DocumentRow,
)

# A document may be dated long after it was posted: a refused one is corrected days or weeks later.
_UNSTAMPED = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company AND state IN ('registered', 'contingency') AND posted_at < :until
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""",
    SignedDocumentRow,
)

StoredPosition = tuple[str, str]
"""Behind which document a page begins: its ``posted_at`` and ``id``."""

BEGINNING: StoredPosition = ("", "")
"""The position before the first document."""


def signed_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` documents posted from ``since`` and before ``until``, behind a position, whatever their state."""
    query = _PAGE(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))


def documents_posted(company_id: int, since: str, until: str) -> Transaction[int]:
    """How many documents were posted from ``since`` and before ``until``."""
    row = yield from one(_COUNT(company=company_id, since=since, until=until))
    return row.documents


def stamped_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` stamped documents behind a position, among them all that bear a date of the period.

    The caller looks at the date in the document itself: documents of other periods may come too.
    """
    query = _STAMPED(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))


def invalidated_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[DocumentRow]]:
    """Up to ``most`` documents whose event of invalidation was stamped in the period, behind a position."""
    query = _INVALIDATED(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))


def unstamped_page(
    company_id: int, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` documents that MH has neither stamped nor refused, posted before ``until``, behind a position.

    The caller looks at the date in the document itself.
    """
    query = _UNSTAMPED(company=company_id, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))
