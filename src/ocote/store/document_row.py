"""A row of the table ``document``, as most queries select it."""

from typing import Final, Literal

from ocote.dte.schedule import Edition
from ocote.dte.types import Family
from ocote.store.engine.statement import StoredRow, columns

State = Literal["registered", "stamped", "rejected", "contingency"]
"""The state of a document; ``registered`` means numbered and stored, without an answer of MH."""


class DocumentRow(StoredRow, frozen=True):
    """One document without its request, its signed text and MH's raw answer.

    Moments are stored text in UTC whose order is time order; amounts are whole cents of USD, those that few documents
    have as one text in ``more_amounts``. ``version`` counts the signed texts, ``edition`` never changes. ``ask_from``
    is the moment from which MH can say whether an earlier transmission arrived. ``link_version`` is that of the
    document's public link, which grows with each new link.
    """

    id: str
    company_id: int
    family: Family
    doc_type: str
    edition: Edition
    external_ref: str
    branch_code: str
    pos_code: str
    year: int
    control_number: str
    generation_code: str
    version: int
    state: State
    stamp: str | None
    mh_state: str
    mh_message: str
    mh_code: str
    observations: str
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int
    payable_cents: int
    more_amounts: str | None
    customer_name: str
    customer_email: str | None
    redirect_email: str | None
    fingerprint: str
    posted_at: str
    stamped_at: str | None
    rejected_at: str | None
    invalidated_at: str | None
    invalidated_by: Literal["event", "note"] | None
    adjusts_id: str | None
    adjusts_whole: bool
    due_at: str | None
    attempts: int
    contingency_id: str | None
    event_id: str | None
    lot_id: str | None
    ask_from: str | None
    link_version: int


DOCUMENT_COLUMNS: Final = columns(DocumentRow)
"""The columns of :class:`DocumentRow` as SQL."""
