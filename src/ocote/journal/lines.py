"""The lines of the journal, as plain values and as text.

A line is 16 hexadecimal digits of the SHA-256 of its JSON, a blank, and the JSON. Moments are UTC text as in the
tables, amounts whole cents of USD. No line holds a secret.
"""

from hashlib import sha256
from typing import Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

FORMAT: Final = 2
"""The version of the journal's form; a program reads the forms up to its own.

Form 2 has the documents of notes on several documents: a program that does not know them would replay such a note
without them.
"""

_CHECKSUM_LENGTH: Final = 16
_OF_CHECKSUM: Final = slice(_CHECKSUM_LENGTH)


class JournalError(Exception):
    """The journal cannot take lines now, because its disk is full, missing or broken; nothing of them counts."""


class DamagedLineError(Exception):
    """The text is not a line that the journal wrote, or only a part of one."""


class NewerJournalError(Exception):
    """A newer program wrote the segment; ``program`` is its version."""

    def __init__(self, program: str) -> None:
        super().__init__(f"written by ocote {program}")
        self.program = program


class SegmentLine(Struct, frozen=True, tag="segment", tag_field="kind"):
    """The first line of each segment: the database to which it belongs, its number among its segments, and its name.

    ``inode`` is the number of the file in its file system, which a copy of the file does not have.
    """

    format: int
    installation: str
    number: int
    id: str
    opened_at: str
    program: str
    inode: int


class AdjustedLink(Struct, frozen=True):
    """A document that a note adjusts, of a note on several documents or on one that was not issued here.

    ``position`` is that of the document in the note's request. ``document_id`` is the company's own document; None for
    one of another system. ``number`` is its generation code, or the number of a document on paper. ``taken`` is the
    part of its amounts that the note takes, and ``stated`` what the caller said of a document of another system, as
    JSON.
    """

    position: int
    document_id: str | None
    number: str
    taken: str
    stated: str | None


class JournaledDocument(Struct, frozen=True):
    """One signed version of a document, as its row holds it from then on.

    ``contingency_id`` is set for a text that declares a late transmission.
    """

    id: str
    version: int
    company_id: int
    key_id: int | None
    family: str
    doc_type: str
    edition: str
    external_ref: str
    branch_code: str
    pos_code: str
    year: int
    control_number: str
    generation_code: str
    state: Literal["registered", "contingency"]
    contingency_id: str | None
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int
    payable_cents: int
    customer_name: str
    customer_id: int | None
    customer_email: str | None
    redirect_email: str | None
    fingerprint: str
    adjusts_id: str | None
    adjusts_whole: bool
    posted_at: str
    request: str
    jws: str
    more_amounts: str | None = None


class DocumentLine(JournaledDocument, frozen=True, kw_only=True, tag="document", tag_field="kind"):
    """A signed version of a document, and the moment at which this version took the place of the one before.

    ``adjusted`` are the documents of a note on several documents, or on one that was not issued here. The line of any
    other document does not have the field.
    """

    at: str
    adjusted: tuple[AdjustedLink, ...] | UnsetType = UNSET

    @property
    def lacks_documents(self) -> bool:
        """Whether the line of a note says nothing of its documents, as a program writes it that does not know them."""
        return self.family == "note" and self.adjusts_id is None and self.adjusted is UNSET

    @property
    def adjusted_ids(self) -> tuple[str, ...]:
        """The ids of the company's own documents that a note adjusts."""
        if self.adjusts_id is not None:
            return (self.adjusts_id,)
        return tuple(link.document_id for link in self.adjusted or () if link.document_id is not None)


class CustomerLine(Struct, frozen=True, tag="customer", tag_field="kind"):
    """A customer's record as a document has changed it; ``record`` is its JSON."""

    id: int
    company_id: int
    nit: str | None
    dui: str | None
    nrc: str | None
    record: str
    at: str


class InvalidationLine(Struct, frozen=True, tag="invalidation", tag_field="kind"):
    """A signed event that cancels a document."""

    id: str
    company_id: int
    key_id: int | None
    document_id: str
    edition: str
    generation_code: str
    reason: int
    replacement_code: str | None
    requested_at: str
    jws: str


class EventLine(Struct, frozen=True, tag="contingency_event", tag_field="kind"):
    """A signed event that reports a contingency; ``documents`` are the ids of the documents that it names."""

    id: str
    company_id: int
    contingency_id: str
    edition: str
    generation_code: str
    signed_at: str
    documents: tuple[str, ...]
    jws: str


JudgedKind = Literal["document", "invalidation", "contingency_event"]
"""What MH judges."""


class VerdictLine(Struct, frozen=True, tag="verdict", tag_field="kind"):
    """MH's verdict on a signed version of a document, or on an event (``version`` 0)."""

    of: JudgedKind
    id: str
    version: int
    company_id: int
    state: Literal["stamped", "rejected", "late"]
    stamp: str | None
    mh_state: str
    mh_message: str
    mh_code: str
    observations: str
    answer: str
    at: str


class OutcomeLine(Struct, frozen=True, tag="outcome", tag_field="kind"):
    """Whether the database has kept the work of the lines with these numbers; ``segment`` is the id of their segment.

    A line without an outcome was written just before its process ended, or before the outcome could be known.
    """

    segment: str
    lines: tuple[int, ...]
    kept: bool


class EndLine(Struct, frozen=True, tag="end", tag_field="kind"):
    """The last line of a segment that was closed; without it the process ended in the middle of its work."""

    closed_at: str


class _Beginning(Struct, frozen=True):
    """The part of a segment's first line that programs of every version can read."""

    kind: str
    format: int
    program: str


Signed = DocumentLine | InvalidationLine | EventLine
"""The lines that have to be durable before MH gets the first byte of what they hold."""

JournalEntry = Signed | CustomerLine | VerdictLine
"""The lines that units of work write."""

JournalLine = SegmentLine | JournalEntry | OutcomeLine | EndLine


def moment_of(entry: JournalEntry) -> str:
    """The moment, as stored text, at which a unit of work wrote a line."""
    match entry:
        case InvalidationLine():
            return entry.requested_at
        case EventLine():
            return entry.signed_at
        case _:
            return entry.at


class Appended(Struct, frozen=True):
    """The place of some lines: the segment by its id, and the numbers of the lines in the segment, from 1."""

    segment: str
    lines: tuple[int, ...]


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(JournalLine)
_BEGINNINGS: Final = msgspec.json.Decoder(_Beginning)


def encode_line(line: JournalLine) -> bytes:
    """A line as the bytes of a segment, with its end."""
    text = _ENCODER.encode(line)
    return _checksum(text) + b" " + text + b"\n"


def decode_line(text: bytes) -> JournalLine:
    """The line in the bytes of a segment, without its end. Raises DamagedLineError and NewerJournalError."""
    checksum, _, content = text.partition(b" ")
    if _checksum(content) != checksum:
        raise DamagedLineError("the checksum of the line is another")
    try:
        line: JournalLine = _DECODER.decode(content)
    except msgspec.DecodeError as error:
        _refuse_newer_form(content)
        raise DamagedLineError(f"the line is of another form: {error}") from error
    if isinstance(line, SegmentLine) and line.format > FORMAT:
        raise NewerJournalError(line.program)
    return line


def _refuse_newer_form(content: bytes) -> None:
    """Raises NewerJournalError for the first line of a segment in a form that this program does not know."""
    try:
        beginning = _BEGINNINGS.decode(content)
    except msgspec.DecodeError:
        return
    if beginning.kind == "segment" and beginning.format > FORMAT:
        raise NewerJournalError(beginning.program)


def _checksum(text: bytes) -> bytes:
    return sha256(text).hexdigest()[_OF_CHECKSUM].encode()
