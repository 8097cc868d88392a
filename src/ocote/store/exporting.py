"""Pages over a company's documents, oldest first, with their signed texts: for exports and for the books of a month."""

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, every, one, sql


class SignedDocumentRow(DocumentRow, frozen=True):
    """A document with its latest JWS."""

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

# A document that was corrected after a refusal has the date of its correction, which lies between its first posting
# and its stamp.
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

# The date of a document may be long after its posting: a refused document may be corrected days or weeks later.
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
"""The document behind which a page begins, by its ``posted_at`` and ``id``."""

BEGINNING: StoredPosition = ("", "")
"""The position before the first document."""


def signed_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` documents posted from ``since`` and before ``until``, behind a position, in any state."""
    query = _PAGE(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))


def documents_posted(company_id: int, since: str, until: str) -> Transaction[int]:
    """How many documents were posted from ``since`` and before ``until``."""
    row = yield from one(_COUNT(company=company_id, since=since, until=until))
    return row.documents


def stamped_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` stamped documents behind a position, among them all with a date in the period.

    The caller checks the date in the document itself, because documents of other periods may be among them.
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

    The caller checks the date in the document itself.
    """
    query = _UNSTAMPED(company=company_id, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))
