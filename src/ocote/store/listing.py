"""Pages of a company's documents, newest first, at a cost that does not grow with the page number."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.dte.types import INVOICE
from ocote.store.contingency.overview import REPORTED_AT
from ocote.store.document_row import DocumentRow, State
from ocote.store.engine.statement import Query, Statement, StoredRow, Transaction, columns, every, sql, text_list
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


class Sought(Struct, frozen=True):
    """The marks and names that a searched text may be; a document of the list has at least one of them.

    ``reference`` is the whole external reference, ``number`` the whole control number and ``correlative`` its last 15
    digits. ``cents`` are the amount to pay or the total. ``customer_number`` and ``customer_name`` are as in
    :class:`ListingFilter`.
    """

    reference: str | None = None
    number: str | None = None
    correlative: str | None = None
    code: str | None = None
    stamp: str | None = None
    cents: int | None = None
    customer_number: str | None = None
    customer_name: str | None = None


class ListingFilter(Struct, frozen=True):
    """The choice of a page's documents: posted from ``since`` and before ``until``, and older than ``before``.

    ``before`` is (``posted_at``, ``id``) of the last document of the page before; the order is newest first.
    ``states`` are at most two, and none means all. ``customer_number`` is a NIT, DUI or NRC, ``customer_name`` a part
    of the name in any case, with or without accents. ``points`` are points of sale (``M001P001``), and none means all.
    ``most`` bounds the page.
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
    points: tuple[str, ...] = ()
    sought: Sought | None = None

    @property
    def is_by_name(self) -> bool:
        """Whether a part of a name is looked for among the documents of everybody."""
        if self.customer_number is not None:
            return False
        return self.customer_name is not None or (self.sought is not None and self.sought.customer_name is not None)


class _Found(StoredRow, frozen=True):
    id: int


_FILTERS = """
            AND (CAST(:doc_type AS TEXT) IS NULL OR doc_type = :doc_type)
            AND (CAST(:state AS TEXT) IS NULL OR state = :state OR state = :or_state)
            AND (CAST(:invalidated AS BIGINT) IS NULL
                 OR (invalidated_at IS NOT NULL) = (CAST(:invalidated AS BIGINT) = 1))
            AND (CAST(:name_pattern AS TEXT) IS NULL OR customer_folded LIKE :name_pattern ESCAPE '!')
            AND (CAST(:sought_pattern AS TEXT) IS NULL OR customer_folded LIKE :sought_pattern ESCAPE '!')"""

_OF_POINTS = """
            AND (CAST(:points AS TEXT) IS NULL OR branch_code || pos_code IN (:...points))"""


def _page(chosen: str, filters: str = _FILTERS + _OF_POINTS, *, by_id: bool = False) -> Statement[ListedRow]:
    """The statement of a page whose documents fulfil a condition.

    One comparison with the position is the upper bound of the scan of an index, so that the rows before a page are
    never read. The inner selection asks for the id alone: a document that is not listed is never read where an index
    holds every column that is compared. ``by_id``: the condition names the few documents that are looked at; the
    expressions keep both databases from looking through an index of all documents for them.
    """
    company, posted_at = ("+company_id", "posted_at || ''") if by_id else ("company_id", "posted_at")
    return sql(
        f"""
    SELECT {columns(DocumentRow, "page")}, adjusted.doc_type AS adjusted_type,
           adjusted.external_ref AS adjusted_ref, adjusted.control_number AS adjusted_number,
           adjusted.generation_code AS adjusted_code, adjusted.invalidated_at AS adjusted_invalidated_at,
           contingency.ended_at, {REPORTED_AT} AS reported_at
    FROM (SELECT id FROM document
          WHERE {company} = :company AND {posted_at} >= :since AND ({posted_at}, id) < (:before_at, :before_id)
            {chosen}{filters}
          ORDER BY posted_at DESC, id DESC
          LIMIT :most) AS chosen
    JOIN document AS page ON page.company_id = :company AND page.id = chosen.id
    LEFT JOIN document AS adjusted ON adjusted.company_id = page.company_id AND adjusted.id = page.adjusts_id
    LEFT JOIN contingency ON contingency.id = page.contingency_id AND page.state = 'contingency'
    LEFT JOIN contingency_event ON contingency_event.id = page.event_id AND contingency_event.state = 'stamped'
    ORDER BY page.posted_at DESC, page.id DESC""",
        ListedRow,
    )


def _by_index(index: str, statement: Statement[ListedRow]) -> Statement[ListedRow]:
    """The statement with its index named for SQLite, which would rather look through the index of all documents."""
    inner = "FROM (SELECT id FROM document\n"
    return replace(statement, sqlite=statement.sqlite.replace(inner, f"{inner.rstrip()} INDEXED BY {index}\n"))


# The index document_by_time holds every column that is compared: a search costs 0.2 µs for each document.
_BY_TIME = _page("", _FILTERS)
_OF_POINT = _by_index("document_by_point", _page("AND branch_code = :branch_code AND pos_code = :pos_code", _FILTERS))
_OF_TYPE = _page("AND doc_type = :of_type AND doc_type <> '01'")
_UNSTAMPED = _page("AND state = :of_state AND state <> 'stamped'")
_INVALIDATED = _page("AND invalidated_by = :way AND invalidated_by IS NOT NULL")
_OF_CUSTOMER = _page("AND customer_id = :customer")
_OF_PAYABLE = _page("AND payable_cents = :cents")
_OF_TOTAL = _page("AND gross_cents = :cents AND gross_cents <> payable_cents")

# A span of time that is known to have the name: whatever else is asked for, the index by time holds it.
_OF_SPAN = _page("", _FILTERS + _OF_POINTS)

_MARKED = _page(
    """AND id IN (
                SELECT id FROM document WHERE company_id = :company AND external_ref = :reference
                UNION SELECT id FROM document WHERE company_id = :company AND control_number = :number
                UNION SELECT id FROM document WHERE company_id = :company AND generation_code = :code
                UNION SELECT id FROM document WHERE company_id = :company AND stamp = :stamp
                UNION SELECT id FROM document WHERE company_id = :company AND control_number IN (
                    SELECT 'DTE-' || doc_type || '-' || branch_code || pos_code || '-' || CAST(:correlative AS TEXT)
                    FROM correlative WHERE company_id = :company))""",
    by_id=True,
)

_NUMBERED_CUSTOMERS = """
    SELECT id FROM customer WHERE company_id = :company AND nit = :number
    UNION SELECT id FROM customer WHERE company_id = :company AND dui = :number
    UNION SELECT id FROM customer WHERE company_id = :company AND nrc = :number"""
_CUSTOMERS = sql(_NUMBERED_CUSTOMERS, _Found)

# The documents of one customer are few: what is sought is compared with each of them.
_OF_CUSTOMER_SOUGHT = _page(
    f"""AND customer_id = :customer
            AND (external_ref = :reference OR control_number = :number_of_document OR generation_code = :code
                 OR stamp = :stamp OR control_number LIKE '%' || CAST(:correlative AS TEXT)
                 OR payable_cents = :cents OR gross_cents = :cents
                 OR customer_folded LIKE CAST(:any_pattern AS TEXT) ESCAPE '!'
                 OR customer_id IN ({_NUMBERED_CUSTOMERS}))"""
)

_EARLIEST = "0"
_LATEST = "9"
_BEFORE_ANY_ID = ""
_STAMPED: Final[State] = "stamped"
_MANY_INVOICES: Final = INVOICE.code
"""The type of most documents, which no index lists by itself."""


def documents_page(company_id: int, wanted: ListingFilter) -> Transaction[list[ListedRow]]:
    """A page of a company's documents, newest first.

    Each thing that can be looked up has an index in the order of time. What may be found in several ways comes from
    several statements, each of which gives a page.
    """
    queries = yield from _queries(company_id, wanted)
    if len(queries) == 1:
        return (yield from every(queries[0]))
    found: dict[str, ListedRow] = {}
    for query in queries:
        found.update({row.id: row for row in (yield from every(query))})
    return sorted(found.values(), key=lambda row: (row.posted_at, row.id), reverse=True)[: wanted.most]


def documents_of_spans(
    company_id: int, wanted: ListingFilter, spans: Sequence[tuple[str, str]]
) -> Transaction[list[ListedRow]]:
    """A page of the documents of some spans of time, newest first, that have a name; the spans are newest first too.

    Of what is sought the name alone is looked for. Each span goes from its first moment to before its second.
    """
    found: list[ListedRow] = []
    points = text_list(wanted.points) if wanted.points else None
    sought = wanted.sought.customer_name if wanted.sought is not None else None
    for since, until in spans:
        left = replace(
            wanted,
            since=max(since, wanted.since or _EARLIEST),
            until=min(until, wanted.until or _LATEST),
            most=wanted.most - len(found),
        )
        pattern = None if sought is None else containing(sought)
        found += yield from every(_OF_SPAN(**_common(company_id, left) | {"sought_pattern": pattern, "points": points}))
        if len(found) == wanted.most:
            break
    return found


def _queries(company_id: int, wanted: ListingFilter) -> Transaction[list[Query[ListedRow]]]:
    common = _common(company_id, wanted)
    listed = common | {"points": text_list(wanted.points) if wanted.points else None}
    if wanted.sought is not None:
        return (yield from _search(company_id, wanted, wanted.sought))
    if wanted.customer_number is not None:
        return (yield from _of_customers(company_id, wanted.customer_number, listed))
    if wanted.states and _STAMPED not in wanted.states:
        return [_UNSTAMPED(of_state=state, **listed) for state in wanted.states]
    if wanted.invalidated:
        return [_INVALIDATED(way=way, **listed) for way in ("event", "note")]
    return _of_points(wanted, common)


def _search(company_id: int, wanted: ListingFilter, sought: Sought) -> Transaction[list[Query[ListedRow]]]:
    """The statements that find what a text may be.

    A text of a name is looked for in the names of all documents, or of those of the customer whose number is given.
    """
    common = _common(company_id, wanted)
    listed = common | {"points": text_list(wanted.points) if wanted.points else None}
    marks = {name: getattr(sought, name) for name in ("reference", "correlative", "code", "stamp")}
    if wanted.customer_number is not None:
        compared = marks | {
            "number_of_document": sought.number,
            "number": sought.customer_number,
            "cents": sought.cents,
        }
        pattern = None if sought.customer_name is None else containing(sought.customer_name)
        customers = yield from every(_CUSTOMERS(company=company_id, number=wanted.customer_number))
        return [_OF_CUSTOMER_SOUGHT(customer=each.id, any_pattern=pattern, **compared, **listed) for each in customers]
    queries = [_MARKED(number=sought.number, **marks, **listed)]
    if sought.cents is not None:
        queries += [each(cents=sought.cents, **listed) for each in (_OF_PAYABLE, _OF_TOTAL)]
    if sought.customer_number is not None:
        queries += yield from _of_customers(company_id, sought.customer_number, listed)
    if sought.customer_name is not None:
        queries += _of_points(wanted, common | {"sought_pattern": containing(sought.customer_name)})
    return queries


def _of_customers(company_id: int, number: str, listed: Mapping[str, Any]) -> Transaction[list[Query[ListedRow]]]:
    customers = yield from every(_CUSTOMERS(company=company_id, number=number))
    return [_OF_CUSTOMER(customer=each.id, **listed) for each in customers]


def _of_points(wanted: ListingFilter, common: Mapping[str, Any]) -> list[Query[ListedRow]]:
    if wanted.points:
        return [_OF_POINT(branch_code=point[:4], pos_code=point[4:], **common) for point in wanted.points]
    if wanted.doc_type not in (None, _MANY_INVOICES):
        return [_OF_TYPE(of_type=wanted.doc_type, points=None, **common)]
    return [_BY_TIME(**common)]


def _common(company_id: int, wanted: ListingFilter) -> dict[str, Any]:
    """The values of the parameters that every statement of a page has."""
    end = (wanted.until or _LATEST, _BEFORE_ANY_ID)
    before_at, before_id = min(wanted.before or end, end)
    state, or_state = _pair(wanted.states)
    return {
        "company": company_id,
        "since": wanted.since or _EARLIEST,
        "before_at": before_at,
        "before_id": before_id,
        "doc_type": wanted.doc_type,
        "state": state,
        "or_state": or_state,
        "invalidated": None if wanted.invalidated is None else int(wanted.invalidated),
        "name_pattern": None if wanted.customer_name is None else containing(wanted.customer_name),
        "sought_pattern": None,
        "most": wanted.most,
    }


def _pair(states: tuple[State, ...]) -> tuple[State | None, State | None]:
    if len(states) > 2:
        raise ValueError(f"the statement compares two states, not {len(states)}")
    return (states[0], states[-1]) if states else (None, None)
