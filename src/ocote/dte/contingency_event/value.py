"""The event that reports the documents issued while MH could not be reached (rules.md 4), as a plain value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from ocote.dte.sale import Contingency, Environment, Issuer
from ocote.dte.types import DOCUMENT_TYPES

MAX_DOCUMENTS = 1000
"""``maxItems`` of ``detalleDTE`` in both editions; more documents go into another event."""

_REPORTABLE = frozenset(
    row.code for row in DOCUMENT_TYPES.values() if any(written.contingency for written in row.editions.values())
)


class ReportedDocument(Struct, frozen=True):
    """One document issued during the contingency."""

    doc_type: str
    generation_code: str


@dataclass(frozen=True, slots=True)
class ContingencyEvent:
    """The content of the event, which the issuer's ``responsible`` signs; all moments are aware instants.

    Raises ValueError for a period shorter than a second, for no document or more than 1000, and for a type that cannot
    be issued in contingency (rules.md 4): the caller has to keep these bounds.
    """

    environment: Environment
    generation_code: str
    sent_at: datetime
    issuer: Issuer
    cause: Contingency
    began_at: datetime
    ended_at: datetime
    documents: Sequence[ReportedDocument]

    def __post_init__(self) -> None:
        if self.ended_at.replace(microsecond=0) <= self.began_at.replace(microsecond=0):
            raise ValueError("a contingency ends after it begins")
        if not 1 <= len(self.documents) <= MAX_DOCUMENTS:
            raise ValueError(f"a contingency event reports 1 to {MAX_DOCUMENTS} documents")
        if not {document.doc_type for document in self.documents} <= _REPORTABLE:
            raise ValueError("a document of this type cannot be issued in contingency")
