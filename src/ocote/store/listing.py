"""Pages of a company's documents, newest first, at a cost that does not grow with the page number."""

from msgspec import Struct

from ocote.store.contingency.overview import REPORTED_AT
from ocote.store.document_row import DocumentRow, State
from ocote.store.engine.statement import Transaction, columns, every, sql
from ocote.store.engine.values import containing


class ListedRow(DocumentRow, frozen=True):
    """A document with the columns of other tables that its answer shows.

    ``adjusted_…`` describe the only CCF that a note adjusts, if the CCF is the company's. The deadline of a document in
    contingency depends on ``ended_at``, the end of the cause, and ``reported_at``, the moment when MH took the event.
    """

    adjusted_type: str | None
    adjusted_ref: str | None
    adjusted_number: str | None
    adjusted_code: str | None
    adjusted_invalidated_at: str | None
    ended_at: str | None
    reported_at: str | None


class ListingFilter(Struct, frozen=True):
    """The choice of a page's documents: posted from ``since`` and before ``until``, and older than ``before``.

    ``before`` is (``posted_at``, ``id``) of the last document of the page before; the order is newest first.
    ``states`` are at most two, and none means all. ``customer_number`` is a NIT, DUI or NRC, ``customer_name`` a part
    of the name in any case, with or without accents. ``most`` bounds the page.
    """

    most: int
    since: str | None = None
    until: str | None = None
    before: tuple[str, str] | None = None
    doc_type: str | None = None
    states: tuple[State, ...] = ()
    invalidated: bool | None = None
    customer_number: str | None = None
    customer_name: str | None = None


# One comparison with the position is the upper bound of the scan of the index document_by_time, so that the rows before
# a page are never read. The index holds every column that is compared, and the inner selection asks for the id alone:
# a document that is not listed is never read, and a search costs 0.2 µs for each document of the company.
_PAGE = sql(
    f"""
    SELECT {columns(DocumentRow, "page")}, adjusted.doc_type AS adjusted_type,
           adjusted.external_ref AS adjusted_ref, adjusted.control_number AS adjusted_number,
           adjusted.generation_code AS adjusted_code, adjusted.invalidated_at AS adjusted_invalidated_at,
           contingency.ended_at, {REPORTED_AT} AS reported_at
    FROM (SELECT id FROM document
          WHERE company_id = :company AND posted_at >= :since AND (posted_at, id) < (:before_at, :before_id)
            AND (CAST(:doc_type AS TEXT) IS NULL OR doc_type = :doc_type)
            AND (CAST(:state AS TEXT) IS NULL OR state = :state OR state = :or_state)
            AND (CAST(:invalidated AS BIGINT) IS NULL
                 OR (invalidated_at IS NOT NULL) = (CAST(:invalidated AS BIGINT) = 1))
            AND (CAST(:name_pattern AS TEXT) IS NULL OR customer_folded LIKE :name_pattern ESCAPE '!')
            AND (CAST(:number AS TEXT) IS NULL
                 OR customer_id IN (SELECT id FROM customer WHERE company_id = :company AND nit = :number
                                    UNION SELECT id FROM customer WHERE company_id = :company AND dui = :number
                                    UNION SELECT id FROM customer WHERE company_id = :company AND nrc = :number))
          ORDER BY posted_at DESC, id DESC
          LIMIT :most) AS chosen
    JOIN document AS page ON page.company_id = :company AND page.id = chosen.id
    LEFT JOIN document AS adjusted ON adjusted.company_id = page.company_id AND adjusted.id = page.adjusts_id
    LEFT JOIN contingency ON contingency.id = page.contingency_id AND page.state = 'contingency'
    LEFT JOIN contingency_event ON contingency_event.id = page.event_id AND contingency_event.state = 'stamped'
    ORDER BY page.posted_at DESC, page.id DESC""",
    ListedRow,
)

_EARLIEST = "0"
_LATEST = "9"
_BEFORE_ANY_ID = ""


def documents_page(company_id: int, wanted: ListingFilter) -> Transaction[list[ListedRow]]:
    """A page of a company's documents, newest first."""
    end = (wanted.until or _LATEST, _BEFORE_ANY_ID)
    before_at, before_id = min(wanted.before or end, end)
    name = wanted.customer_name
    state, or_state = _pair(wanted.states)
    return (
        yield from every(
            _PAGE(
                company=company_id,
                since=wanted.since or _EARLIEST,
                before_at=before_at,
                before_id=before_id,
                doc_type=wanted.doc_type,
                state=state,
                or_state=or_state,
                invalidated=None if wanted.invalidated is None else int(wanted.invalidated),
                number=wanted.customer_number,
                name_pattern=None if name is None else containing(name),
                most=wanted.most,
            )
        )
    )


def _pair(states: tuple[State, ...]) -> tuple[State | None, State | None]:
    if len(states) > 2:
        raise ValueError(f"the statement compares two states, not {len(states)}")
    return (states[0], states[-1]) if states else (None, None)
