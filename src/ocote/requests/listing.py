"""``GET /documents``: which documents are wanted (contract 4.2, D33)."""

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from ocote.documents.view import AnswerWarning, DocumentFilter, Position, State
from ocote.dte.types import DOCUMENT_TYPES
from ocote.requests.days import DATE_FROM, DATE_TO, read_days
from ocote.requests.description import FieldGroup, RequestField, RequestObject
from ocote.requests.kinds import CodeValue, TextValue, WholeValue
from ocote.requests.person import MAX_NAME
from ocote.requests.reading import FoundValues, read_by

_STATES: Mapping[str, frozenset[State]] = {
    "stamped": frozenset({"stamped"}),
    "contingency": frozenset({"contingency", "registered"}),
    "rejected": frozenset({"rejected"}),
    "invalidated": frozenset({"stamped"}),
}
"""What ``state`` may be, and the documents it stands for; a registered document counts as contingency."""

_NUMBER = re.compile(r"[0-9-]+")

_POSTED = FieldGroup((DATE_FROM, DATE_TO), read_days)
_STATE = RequestField(
    "state",
    CodeValue[str](tuple(_STATES), "query_value_unknown", {"allowed": ", ".join(_STATES)}),
    "`stamped` includes the cancelled ones.",
)
_CUSTOMER = RequestField(
    "customer", TextValue(MAX_NAME), "NIT, DUI or NRC of the other side, or a part of its name whatever its case."
)
_DOC_TYPE = RequestField(
    "doc_type",
    CodeValue[str](tuple(DOCUMENT_TYPES), "query_value_unknown", {"allowed": ", ".join(DOCUMENT_TYPES)}),
    "One type alone.",
)
_LIMIT = RequestField("limit", WholeValue(100, "page_size_out_of_range"), "Documents per page.", default=50)
_CURSOR = RequestField("cursor", TextValue(400), "`next_cursor` of the page before, with the same filters.")

LISTING_QUERY = RequestObject(
    "ListingQuery", "Which documents to list.", (_POSTED, _STATE, _CUSTOMER, _DOC_TYPE, _LIMIT, _CURSOR)
)

OpenCursor = Callable[[str, DocumentFilter], Position | None]


def read_filter(
    query: Mapping[str, str], open_cursor: OpenCursor, warnings: list[AnswerWarning] | None = None
) -> DocumentFilter:
    """The documents that the parameters of the URL describe; days are El Salvador's, both included.

    ``open_cursor`` gives the position of a cursor made for the given filter, None for any other. What is changed is
    added to ``warnings``. Raises InvalidRequest with all faults.
    """
    reading = read_by(LISTING_QUERY, query, warnings=warnings)
    wanted = _filter(reading.found)
    cursor = reading.found.get(_CURSOR)
    after = open_cursor(cursor, wanted) if cursor is not None else None
    if cursor is not None and after is None:
        reading.refuse(_CURSOR, "cursor_invalid")
    reading.accepted()
    return replace(wanted, after=after)


def _filter(found: FoundValues) -> DocumentFilter:
    posted_from, posted_before = found.get(_POSTED) or (None, None)
    state = found.get(_STATE)
    number, name = _customer(found.get(_CUSTOMER))
    return DocumentFilter(
        posted_from=posted_from,
        posted_before=posted_before,
        doc_type=found.get(_DOC_TYPE),
        states=_STATES[state] if state is not None else frozenset(),
        invalidated=True if state == "invalidated" else None,
        customer_number=number,
        customer_name=name,
        limit=found[_LIMIT],
    )


def _customer(customer: str | None) -> tuple[str | None, str | None]:
    """``customer`` as an identity number, when it is one, or else as a part of a name."""
    if customer is not None and _NUMBER.fullmatch(customer):
        return customer.replace("-", ""), None
    return None, customer
