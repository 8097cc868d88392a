"""Pages of everything that is kept of a company, for the command that compares the archive with itself.

Each page is one statement, and therefore one moment of the database: nothing changes between its rows. A page begins
after the last row of the page before it.
"""

from ocote.store.engine.statement import StoredRow, Transaction, columns, every, one, sql


class ArchivedRow(StoredRow, frozen=True):
    """A document with its text, and with the facts of other tables that have to agree with it.

    The values that a damaged row may hold are read as plain texts. ``adjusted_code``, ``adjusted_state`` and
    ``adjusted_cancelled_at`` are those of the document that a note adjusts; ``cause`` and ``cause_reason`` those of its
    contingency. ``has_event``: MH stamped an invalidation of the document. ``has_note``: a valid stamped note takes the
    whole document back.
    """

    id: str
    doc_type: str
    edition: str
    branch_code: str
    pos_code: str
    year: int
    control_number: str
    generation_code: str
    version: int
    state: str
    stamp: str | None
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int
    payable_cents: int
    more_amounts: str | None
    customer_name: str
    posted_at: str
    stamped_at: str | None
    rejected_at: str | None
    invalidated_at: str | None
    invalidated_by: str | None
    adjusts_whole: bool
    contingency_id: str | None
    jws: str
    answer: str | None
    adjusted_code: str | None
    adjusted_state: str | None
    adjusted_cancelled_at: str | None
    cause: int | None
    cause_reason: str | None
    has_event: bool
    has_note: bool


class AdjustedRow(StoredRow, frozen=True):
    """A document of a note's list. For any document without a list everything but its own id and version is None.

    ``number``, ``taken`` and ``stated`` are those of the list; ``code`` and ``state`` those of the company's own
    document with ``document_id``, None when it is gone.
    """

    note_id: str
    note_version: int
    document_id: str | None
    number: str | None
    taken: str | None
    stated: str | None
    code: str | None
    state: str | None


class SupersededRow(StoredRow, frozen=True):
    """A signed text of a document that a later text replaced, why, and MH's answer to it."""

    version: int
    why: str
    generation_code: str
    jws: str
    answer: str | None


class ArchivedInvalidation(StoredRow, frozen=True):
    """An invalidation event with the document that it names; the document's columns are None when it is gone."""

    id: str
    edition: str
    generation_code: str
    reason: int
    replacement_code: str | None
    state: str
    stamp: str | None
    mh_message: str
    answer: str | None
    requested_at: str
    jws: str
    doc_type: str | None
    control_number: str | None
    document_code: str | None
    document_stamp: str | None


class ArchivedReport(StoredRow, frozen=True):
    """A contingency event with the cause of its contingency."""

    id: str
    edition: str
    generation_code: str
    state: str
    documents: int
    stamp: str | None
    mh_message: str
    answer: str | None
    signed_at: str
    jws: str
    cause: int
    cause_reason: str | None


class NumberRow(StoredRow, frozen=True):
    """A control number that a document bears in a year."""

    control_number: str
    year: int


class LastNumberRow(StoredRow, frozen=True):
    """A counter of control numbers and the last number that it gave out."""

    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    last: int


class NumberChangeRow(StoredRow, frozen=True):
    """A change of a counter by a person or by the company's file: the next number before, and the next number since."""

    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    next_before: int
    next: int


class LeftNumberRow(StoredRow, frozen=True):
    """An earlier text whose number the document may have left for another one (decision 0015), with its year."""

    document_id: str
    version: int
    year: int
    why: str
    jws: str
    answer: str | None


class StampedRow(StoredRow, frozen=True):
    """The number and the stamp of a document."""

    posted_at: str
    id: str
    control_number: str
    stamp: str | None


class ArchiveCounts(StoredRow, frozen=True):
    """How much there is to compare of a company."""

    documents: int
    invalidations: int
    reports: int


_COUNTS = sql(
    """
    SELECT (SELECT CAST(count(*) AS BIGINT) FROM document WHERE company_id = :company) AS documents,
           (SELECT CAST(count(*) AS BIGINT) FROM invalidation WHERE company_id = :company) AS invalidations,
           (SELECT CAST(count(*) AS BIGINT) FROM contingency_event WHERE company_id = :company) AS reports""",
    ArchiveCounts,
)

# "state <> 'rejected'" repeats the condition of the index invalidation_live. With EXISTS in place of LIMIT 1 PostgreSQL
# would read every document once for each page.
_DOCUMENTS = sql(
    """
    SELECT document.id, document.doc_type, document.edition, document.branch_code, document.pos_code, document.year,
           document.control_number, document.generation_code, document.version, document.state, document.stamp,
           document.taxable_cents, document.vat_cents, document.gross_cents, document.withheld_cents,
           document.payable_cents, document.more_amounts, document.customer_name,
           document.posted_at, document.stamped_at, document.rejected_at, document.invalidated_at,
           document.invalidated_by, document.adjusts_whole,
           document.contingency_id, document.jws, document.answer,
           adjusted.generation_code AS adjusted_code, adjusted.state AS adjusted_state,
           adjusted.invalidated_at AS adjusted_cancelled_at,
           contingency.kind AS cause, contingency.reason AS cause_reason,
           coalesce((SELECT 1 FROM invalidation
                     WHERE invalidation.company_id = document.company_id AND invalidation.document_id = document.id
                       AND invalidation.state <> 'rejected' AND invalidation.state = 'stamped'
                     LIMIT 1), 0) AS has_event,
           coalesce((SELECT 1 FROM document AS note
                     WHERE note.company_id = document.company_id AND note.adjusts_id = document.id
                       AND note.adjusts_whole = 1 AND note.state = 'stamped' AND note.invalidated_at IS NULL
                     LIMIT 1), 0) AS has_note
    FROM document
    LEFT JOIN document AS adjusted
           ON adjusted.company_id = document.company_id AND adjusted.id = document.adjusts_id
    LEFT JOIN contingency
           ON contingency.company_id = document.company_id AND contingency.id = document.contingency_id
    WHERE document.company_id = :company AND (document.posted_at, document.id) > (:after_at, :after_id)
    ORDER BY document.posted_at, document.id
    LIMIT :most""",
    ArchivedRow,
)

_ADJUSTED = sql(
    """
    SELECT page.id AS note_id, page.version AS note_version, adjusted_document.document_id, adjusted_document.number,
           adjusted_document.taken, adjusted_document.stated, own.generation_code AS code, own.state AS state
    FROM (SELECT company_id, id, version FROM document
          WHERE company_id = :company AND (posted_at, id) > (:after_at, :after_id)
          ORDER BY posted_at, id LIMIT :most) AS page
    LEFT JOIN adjusted_document
           ON adjusted_document.company_id = page.company_id AND adjusted_document.note_id = page.id
    LEFT JOIN document AS own
           ON own.company_id = page.company_id AND own.id = adjusted_document.document_id
    ORDER BY page.id, adjusted_document.position""",
    AdjustedRow,
)

_SUPERSEDED = sql(
    f"""
    SELECT {columns(SupersededRow)} FROM superseded_version
    WHERE company_id = :company AND document_id = :document AND version < :before
    ORDER BY version DESC LIMIT :most""",
    SupersededRow,
)

_INVALIDATIONS = sql(
    """
    SELECT invalidation.id, invalidation.edition, invalidation.generation_code, invalidation.reason,
           invalidation.replacement_code, invalidation.state, invalidation.stamp, invalidation.mh_message,
           invalidation.answer, invalidation.requested_at, invalidation.jws, document.doc_type,
           document.control_number, document.generation_code AS document_code, document.stamp AS document_stamp
    FROM invalidation
    LEFT JOIN document
           ON document.company_id = invalidation.company_id AND document.id = invalidation.document_id
    WHERE invalidation.company_id = :company AND invalidation.id > :after
    ORDER BY invalidation.id
    LIMIT :most""",
    ArchivedInvalidation,
)

_REPORTS = sql(
    """
    SELECT contingency_event.id, contingency_event.edition, contingency_event.generation_code,
           contingency_event.state, contingency_event.documents, contingency_event.stamp,
           contingency_event.mh_message, contingency_event.answer, contingency_event.signed_at,
           contingency_event.jws, contingency.kind AS cause, contingency.reason AS cause_reason
    FROM contingency_event
    JOIN contingency ON contingency.company_id = contingency_event.company_id
                    AND contingency.id = contingency_event.contingency_id
    WHERE contingency_event.company_id = :company AND contingency_event.id > :after
    ORDER BY contingency_event.id
    LIMIT :most""",
    ArchivedReport,
)

_NUMBERS = sql(
    f"""
    SELECT {columns(NumberRow)} FROM document
    WHERE company_id = :company AND (control_number, year) > (:after_number, :after_year)
    ORDER BY control_number, year LIMIT :most""",
    NumberRow,
)

_COUNTERS = sql(
    f"""
    SELECT {columns(LastNumberRow)} FROM correlative WHERE company_id = :company
    ORDER BY doc_type, branch_code, pos_code, year""",
    LastNumberRow,
)

_NUMBER_CHANGES = sql(
    f"SELECT {columns(NumberChangeRow)} FROM number_change WHERE company_id = :company ORDER BY changed_at, id",
    NumberChangeRow,
)

_LEFT_NUMBERS = sql(
    """
    SELECT superseded_version.document_id, superseded_version.version, document.year, superseded_version.why,
           superseded_version.jws, superseded_version.answer
    FROM superseded_version
    JOIN document ON document.company_id = superseded_version.company_id
                 AND document.id = superseded_version.document_id
    WHERE superseded_version.company_id = :company
      AND (superseded_version.why IN ('number', 'unsent')
           OR (superseded_version.why = 'rejected' AND superseded_version.answer LIKE '%004%'))
      AND (superseded_version.document_id, superseded_version.version) > (:after_id, :after_version)
    ORDER BY superseded_version.document_id, superseded_version.version
    LIMIT :most""",
    LeftNumberRow,
)

_STAMPS = sql(
    f"""
    SELECT {columns(StampedRow)} FROM document
    WHERE company_id = :company AND (posted_at, id) > (:after_at, :after_id)
    ORDER BY posted_at, id LIMIT :most""",
    StampedRow,
)


def archive_counts(company_id: int) -> Transaction[ArchiveCounts]:
    """The numbers of documents and events of a company."""
    return (yield from one(_COUNTS(company=company_id)))


def archived_page(company_id: int, after: tuple[str, str], most: int) -> Transaction[list[ArchivedRow]]:
    """Up to ``most`` documents after a position (``posted_at`` and ``id``), in any state, oldest first."""
    return (yield from every(_DOCUMENTS(company=company_id, after_at=after[0], after_id=after[1], most=most)))


def adjusted_page(company_id: int, after: tuple[str, str], most: int) -> Transaction[list[AdjustedRow]]:
    """The lists of up to ``most`` documents after a position (``posted_at`` and ``id``), each in its order."""
    return (yield from every(_ADJUSTED(company=company_id, after_at=after[0], after_id=after[1], most=most)))


def superseded_before(company_id: int, document_id: str, before: int, most: int) -> Transaction[list[SupersededRow]]:
    """Up to ``most`` texts of a document that were replaced, from the version below ``before`` downwards."""
    return (yield from every(_SUPERSEDED(company=company_id, document=document_id, before=before, most=most)))


def invalidations_page(company_id: int, after: str, most: int) -> Transaction[list[ArchivedInvalidation]]:
    """Up to ``most`` invalidation events after an id, in any state."""
    return (yield from every(_INVALIDATIONS(company=company_id, after=after, most=most)))


def reports_page(company_id: int, after: str, most: int) -> Transaction[list[ArchivedReport]]:
    """Up to ``most`` contingency events after an id, in any state."""
    return (yield from every(_REPORTS(company=company_id, after=after, most=most)))


def numbers_page(company_id: int, after: tuple[str, int], most: int) -> Transaction[list[NumberRow]]:
    """Up to ``most`` control numbers after a number and year, in the order of the numbers."""
    return (yield from every(_NUMBERS(company=company_id, after_number=after[0], after_year=after[1], most=most)))


def last_numbers(company_id: int) -> Transaction[list[LastNumberRow]]:
    """Every counter of a company."""
    return (yield from every(_COUNTERS(company=company_id)))


def number_changes(company_id: int) -> Transaction[list[NumberChangeRow]]:
    """Every change of a counter of a company, the oldest first."""
    return (yield from every(_NUMBER_CHANGES(company=company_id)))


def left_numbers_page(company_id: int, after: tuple[str, int], most: int) -> Transaction[list[LeftNumberRow]]:
    """Up to ``most`` earlier texts whose numbers their documents may have left, after a document and version."""
    return (yield from every(_LEFT_NUMBERS(company=company_id, after_id=after[0], after_version=after[1], most=most)))


def stamps_page(company_id: int, after: tuple[str, str], most: int) -> Transaction[list[StampedRow]]:
    """Up to ``most`` documents with their stamps after a position (``posted_at`` and ``id``)."""
    return (yield from every(_STAMPS(company=company_id, after_at=after[0], after_id=after[1], most=most)))
