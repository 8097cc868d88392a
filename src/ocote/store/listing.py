"""Pages over a company's documents, newest first, at a cost that does not grow with the page."""

from collections.abc import Sequence

from ocote.store.contingency.overview import REPORTED_AT
from ocote.store.document_row import DOCUMENT_COLUMNS
from ocote.store.engine.statement import Row, Transaction, sql
from ocote.store.engine.values import folded

# One comparison of the position bounds the walk along the index document_by_time from above: wherever a page begins,
# the rows before it are never looked at.
_PAGE = sql(f"""
    SELECT page.*, adjusted.external_ref AS adjusted_ref, adjusted.control_number AS adjusted_number,
           adjusted.generation_code AS adjusted_code, adjusted.invalidated_at AS adjusted_invalidated_at,
           contingency.ended_at, {REPORTED_AT} AS reported_at
    FROM (SELECT {DOCUMENT_COLUMNS} FROM document
          WHERE company_id = :company AND posted_at >= :since AND (posted_at, id) < (:before_at, :before_id)
            AND (CAST(:doc_type AS TEXT) IS NULL OR doc_type = :doc_type)
            AND (CAST(:states AS TEXT) IS NULL OR :states LIKE '%,' || state || ',%')
            AND (CAST(:invalidated AS BIGINT) IS NULL
                 OR (invalidated_at IS NOT NULL) = (CAST(:invalidated AS BIGINT) = 1))
            AND (CAST(:name_pattern AS TEXT) IS NULL OR customer_folded LIKE :name_pattern ESCAPE '!')
            AND (CAST(:number AS TEXT) IS NULL
                 OR customer_id IN (SELECT id FROM customer WHERE company_id = :company
                                    AND (nit = :number OR dui = :number OR nrc = :number)))
          ORDER BY posted_at DESC, id DESC
          LIMIT :most) AS page
    LEFT JOIN document AS adjusted ON adjusted.company_id = page.company_id AND adjusted.id = page.adjusts_id
    LEFT JOIN contingency ON contingency.id = page.contingency_id AND page.state = 'contingency'
    LEFT JOIN contingency_event ON contingency_event.id = page.event_id AND contingency_event.state = 'stamped'
    ORDER BY page.posted_at DESC, page.id DESC""")

_EARLIEST = "0"
_LATEST = "9"
_BEFORE_ANY_ID = ""


def page(
    company_id: int,
    *,
    since: str | None,
    until: str | None,
    before: tuple[str, str] | None,
    doc_type: str | None,
    states: Sequence[str],
    invalidated: bool | None,
    customer_number: str | None,
    customer_name: str | None,
    most: int,
) -> Transaction[list[Row]]:
    """Up to ``most`` documents posted from ``since`` and before ``until``, older than the document ``before``.

    A note comes with what its answer tells of the CCF it adjusts (``adjusted_…``), a document in contingency with what
    its deadline depends on (``ended_at``, ``reported_at``). No states means all. ``customer_number`` is a NIT, DUI or
    NRC, ``customer_name`` a part of the name, whatever its case and accents.
    """
    end = (until or _LATEST, _BEFORE_ANY_ID)
    before_at, before_id = min(before or end, end)
    return (
        yield _PAGE(
            company=company_id,
            since=since or _EARLIEST,
            before_at=before_at,
            before_id=before_id,
            doc_type=doc_type,
            states=f",{','.join(states)}," if states else None,
            invalidated=None if invalidated is None else int(invalidated),
            number=customer_number,
            name_pattern=None if customer_name is None else f"%{_escaped(folded(customer_name))}%",
            most=most,
        )
    )


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
