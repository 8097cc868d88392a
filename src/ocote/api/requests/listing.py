"""``GET /documents``: which documents are wanted (contract 4.2, D33)."""

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from ocote.api.requests.days import read_days
from ocote.api.requests.fields import RequestFields
from ocote.api.requests.person import MAX_NAME
from ocote.documents.view import DocumentFilter, Position, State
from ocote.dte.types import DOCUMENT_TYPES

MAX_PAGE = 100
DEFAULT_PAGE = 50
MAX_CURSOR = 400

LISTED_STATES: Mapping[str, frozenset[State]] = {
    "stamped": frozenset({"stamped"}),
    "contingency": frozenset({"contingency", "registered"}),
    "rejected": frozenset({"rejected"}),
    "invalidated": frozenset({"stamped"}),
}
"""What ``state`` may be, and the documents it stands for; one that nobody has heard of since counts as contingency."""

_NUMBER = re.compile(r"[0-9-]+")

OpenCursor = Callable[[str, DocumentFilter], Position | None]


def read_filter(query: Mapping[str, str], open_cursor: OpenCursor) -> DocumentFilter:
    """The documents that the parameters of the URL describe; days are El Salvador's, both included.

    ``open_cursor`` gives the position of a cursor made for the same filter, None for any other. Raises InvalidRequest
    with all faults.
    """
    fields = RequestFields(query)
    posted_from, posted_before = read_days(fields)
    state = fields.code("state", LISTED_STATES, "query_value_unknown", allowed=", ".join(LISTED_STATES))
    number, name = _customer(fields)
    wanted = DocumentFilter(
        posted_from=posted_from,
        posted_before=posted_before,
        doc_type=fields.code("doc_type", DOCUMENT_TYPES, "query_value_unknown", allowed=", ".join(DOCUMENT_TYPES)),
        states=LISTED_STATES[state] if state is not None else frozenset(),
        invalidated=True if state == "invalidated" else None,
        customer_number=number,
        customer_name=name,
        limit=fields.choice("limit", MAX_PAGE, "page_size_out_of_range", limit=MAX_PAGE) or DEFAULT_PAGE,
    )
    return _behind(fields, wanted, open_cursor)


def _behind(fields: RequestFields, wanted: DocumentFilter, open_cursor: OpenCursor) -> DocumentFilter:
    cursor = fields.text("cursor", MAX_CURSOR)
    after = None
    if cursor is not None:
        after = open_cursor(cursor, wanted)
        if after is None:
            fields.refuse("cursor_invalid", "cursor")
    fields.raise_faults()
    return replace(wanted, after=after)


def _customer(fields: RequestFields) -> tuple[str | None, str | None]:
    """``customer`` as an identity number, when it is one, or else as a part of a name."""
    sent = fields.text("customer", MAX_NAME)
    if sent is not None and _NUMBER.fullmatch(sent):
        return sent.replace("-", ""), None
    return None, sent
