"""Pages of a company's documents with their signed texts, oldest first, for exports and for the books of a month."""

from collections.abc import Iterable

from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, every, one, sql, text_list


class SignedDocumentRow(DocumentRow, frozen=True):
    """A document with its latest JWS."""

    jws: str


class ExportedRow(SignedDocumentRow, frozen=True):
    """A document with the prefixes of the API keys that issued and that invalidated it.

    Both are None for what was done before keys were recorded; ``invalidated_with`` also without a stamped event.
    """

    issued_with: str | None
    invalidated_with: str | None


class _CountRow(StoredRow, frozen=True):
    documents: int


_EXPORTED = f"""
    SELECT {DOCUMENT_COLUMNS}, jws,
           (SELECT prefix FROM api_key WHERE api_key.id = document.key_id) AS issued_with,
           (SELECT prefix FROM invalidation JOIN api_key ON api_key.id = invalidation.key_id
            WHERE invalidation.company_id = document.company_id AND invalidation.document_id = document.id
              AND invalidation.state = 'stamped') AS invalidated_with
    FROM document"""

# One comparison with the position is where the scan of the index document_by_time begins. Two comparisons joined by OR
# would be a filter: PostgreSQL would read the archive from its beginning for each page.
_PAGE = sql(
    f"""{_EXPORTED}
    WHERE company_id = :company AND (posted_at, id) > (:after_at, :after_id) AND posted_at < :until
    ORDER BY posted_at, id
    LIMIT :most""",
    ExportedRow,
)

_BY_IDS = sql(
    f"""{_EXPORTED}
    WHERE company_id = :company AND id IN (:...ids)
    ORDER BY posted_at DESC, id DESC""",
    ExportedRow,
)

_COUNT = sql(
    """
    SELECT CAST(count(*) AS BIGINT) AS documents FROM document
    WHERE company_id = :company AND posted_at >= :since AND posted_at < :until""",
    _CountRow,
)

# A document that was corrected after a refusal has the date of its correction, between its first posting and its stamp.
_STAMPED = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company
      AND (posted_at, id) > (:after_at, :after_id) AND posted_at < :until
      AND state = 'stamped' AND stamped_at >= :since
    ORDER BY posted_at, id
    LIMIT :most""",
    SignedDocumentRow,
)

_INVALIDATED = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company AND (posted_at, id) > (:after_at, :after_id)
      AND invalidated_by = 'event' AND invalidated_at >= :since AND invalidated_at < :until
    ORDER BY posted_at, id
    LIMIT :most""",
    SignedDocumentRow,
)

# The date of a document may be long after its posting, because a rejected document may be corrected at any time.
_UNSTAMPED = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company AND (posted_at, id) > (:after_at, :after_id) AND posted_at < :until
      AND state IN ('registered', 'contingency')
    ORDER BY posted_at, id
    LIMIT :most""",
    SignedDocumentRow,
)

StoredPosition = tuple[str, str]
"""The position of a page: ``posted_at`` and ``id`` of the document before it."""

BEGINNING: StoredPosition = ("", "")
"""The position before the first document."""


def signed_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[ExportedRow]]:
    """Up to ``most`` documents in any state after a position, posted from ``since`` and before ``until``."""
    after_at, after_id = max(after, (since, ""))
    query = _PAGE(company=company_id, until=until, after_at=after_at, after_id=after_id, most=most)
    return (yield from every(query))


def signed_documents(company_id: int, ids: Iterable[str]) -> Transaction[list[ExportedRow]]:
    """Some documents by their ids, the newest first."""
    return (yield from every(_BY_IDS(company=company_id, ids=text_list(ids))))


def documents_posted(company_id: int, since: str, until: str) -> Transaction[int]:
    """The number of documents posted from ``since`` and before ``until``."""
    row = yield from one(_COUNT(company=company_id, since=since, until=until))
    return row.documents


def stamped_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` stamped documents after a position, among them all documents with a date of the period.

    The caller has to check the date in the document itself, because documents of other periods may come too.
    """
    query = _STAMPED(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))


def invalidated_page(
    company_id: int, since: str, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` documents after a position whose invalidation event was stamped in the period."""
    query = _INVALIDATED(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))


def unstamped_page(
    company_id: int, until: str, after: StoredPosition, most: int
) -> Transaction[list[SignedDocumentRow]]:
    """Up to ``most`` documents after a position that MH has neither stamped nor refused, posted before ``until``.

    The caller has to check the date in the document itself.
    """
    query = _UNSTAMPED(company=company_id, until=until, after_at=after[0], after_id=after[1], most=most)
    return (yield from every(query))
