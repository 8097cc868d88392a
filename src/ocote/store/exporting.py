"""Pages over a company's documents, oldest first, with what was signed: for exports and for the books of a month."""

from ocote.store.document_row import DOCUMENT_COLUMNS
from ocote.store.engine.statement import Row, Transaction, sql

_PAGE = sql(f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company
      AND posted_at >= :since AND posted_at < :until
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""")

_COUNT = sql("""
    SELECT CAST(count(*) AS BIGINT) AS documents FROM document
    WHERE company_id = :company AND posted_at >= :since AND posted_at < :until""")

# A document that was corrected after a refusal bears the date of its correction, which lies between the moment it was
# first posted and the moment it was stamped.
_STAMPED = sql(f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company
      AND state = 'stamped' AND posted_at < :until AND stamped_at >= :since
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""")

_INVALIDATED = sql(f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND invalidated_by = 'event' AND invalidated_at >= :since AND invalidated_at < :until
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""")

# It may be dated long after it was posted: one that was refused is corrected whenever somebody gets round to it.
_UNSTAMPED = sql(f"""
    SELECT {DOCUMENT_COLUMNS}, jws FROM document
    WHERE company_id = :company AND state IN ('registered', 'contingency') AND posted_at < :until
      AND (posted_at > :after_at OR (posted_at = :after_at AND id > :after_id))
    ORDER BY posted_at, id
    LIMIT :most""")

BEGINNING = ("", "")
"""The position before the first document; every other one is (``posted_at``, ``id``) of a page's last."""


def signed_page(company_id: int, since: str, until: str, after: tuple[str, str], most: int) -> Transaction[list[Row]]:
    """Up to ``most`` documents posted from ``since`` and before ``until``, behind a position, whatever their state."""
    return (yield _PAGE(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most))


def documents_posted(company_id: int, since: str, until: str) -> Transaction[int]:
    """How many documents were posted from ``since`` and before ``until``."""
    [row] = yield _COUNT(company=company_id, since=since, until=until)
    return int(row["documents"])


def stamped_page(company_id: int, since: str, until: str, after: tuple[str, str], most: int) -> Transaction[list[Row]]:
    """Up to ``most`` stamped documents behind a position, among them all that bear a date of the period.

    Who asks has to look at the date in the document itself: some of another period may come too.
    """
    return (
        yield _STAMPED(company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most)
    )


def invalidated_page(
    company_id: int, since: str, until: str, after: tuple[str, str], most: int
) -> Transaction[list[Row]]:
    """Up to ``most`` documents whose event of invalidation was stamped in the period, behind a position."""
    return (
        yield _INVALIDATED(
            company=company_id, since=since, until=until, after_at=after[0], after_id=after[1], most=most
        )
    )


def unstamped_page(company_id: int, until: str, after: tuple[str, str], most: int) -> Transaction[list[Row]]:
    """Up to ``most`` documents that MH has neither stamped nor refused, posted before ``until``, behind a position.

    Who asks has to look at the date in the document itself.
    """
    return (yield _UNSTAMPED(company=company_id, until=until, after_at=after[0], after_id=after[1], most=most))
