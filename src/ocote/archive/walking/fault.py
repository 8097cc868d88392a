"""The faults that a walk through the archive finds, as facts; the command writes the sentences."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from ocote.dte.sale import Environment

FaultKind = Literal[
    "text_unreadable",
    "signature",
    "differs",
    "version_missing",
    "stamp_missing",
    "stamp_malformed",
    "stamp_unexpected",
    "stamp_twice",
    "answer_missing",
    "answer_unreadable",
    "answer_differs",
    "adjusted_missing",
    "adjusted_not_stamped",
    "adjusted_not_cancelled",
    "adjusted_twice",
    "adjusted_unreadable",
    "adjusted_differs",
    "cancelled_without_cause",
    "not_cancelled",
    "cancelled_document_missing",
    "number_gap",
    "number_twice",
    "counter_too_low",
]
"""The kinds of faults; ``differs`` lists what row and text say otherwise, ``answer_…`` is about MH's answer.

``adjusted_…`` is about the documents of a note: ``adjusted_differs`` lists what the note and its list say otherwise.
"""

Subject = Literal["document", "superseded", "invalidation", "report", "series"]
"""What a fault is about; ``superseded`` is an earlier text of a document, ``report`` a contingency event."""

StatedField = Literal[
    "number",
    "code",
    "type",
    "version",
    "environment",
    "issuer",
    "branch",
    "point of sale",
    "year",
    "taxable",
    "vat",
    "exempt",
    "not subject",
    "taxes",
    "gross",
    "discount",
    "collected",
    "withheld",
    "income tax",
    "charges",
    "payable",
    "party",
    "adjusted",
    "transmission",
    "document",
    "document stamp",
    "replacement",
    "reason",
    "documents",
    "cause",
    "stamp",
]


class Difference(Struct, frozen=True):
    """One fact that the row of the database and the signed text state differently, as texts."""

    field: StatedField
    stored: str
    signed: str


class Named(Struct, frozen=True):
    """The thing that is judged: its kind, the number or code by which people know it, and more facts for a sentence."""

    subject: Subject
    name: str
    facts: Mapping[str, str] = {}


class ArchiveFault(Struct, frozen=True):
    """One fault of a company, with the values that the sentence about the fault names."""

    kind: FaultKind
    nit: str
    environment: Environment
    named: Named
    differences: tuple[Difference, ...] = ()
