"""Documents under another number, because MH refused their number as borne by somebody else's document (decision 0015).

The number of a document changes here alone, and only while the document has no stamp: the change takes the next number
of the counter and signs the document again, in one transaction, so that no number is used twice and none is skipped.
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from ocote.dte.sale import Environment
from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, first, one, sql
from ocote.store.journaling import JOURNALED, JournaledRow, journal_version
from ocote.store.leases import Lease
from ocote.store.new_document import SignedUnder, UnderNextNumber
from ocote.store.numbers import Series, next_after_refused
from ocote.store.outbox import Listeners, announce


class RefusedNumber(Struct, frozen=True):
    """The signed version of a document whose number MH refused, and the means to number the document again.

    ``answer`` is MH's raw refusal. ``lease`` keeps a registered document for the process that sends it again; a
    document in contingency belongs to the worker of its contingency. ``sign`` makes control number and JWS from the
    present row, its present JWS and the next correlative.
    """

    company_id: int
    document_id: str
    version: int
    answer: str
    refused_at: str
    lease: Lease
    sign: Callable[[DocumentRow, str, int], tuple[str, str]]
    listeners: Listeners


class StampedAfterAll(Struct, frozen=True):
    """The present version of a document, and the earlier version ``refused`` that MH has stamped.

    ``number_of`` reads the control number in a signed text.
    """

    company_id: int
    document_id: str
    version: int
    refused: int
    number_of: Callable[[str], str]
    now: str
    listeners: Listeners


class Renumbered(Struct, frozen=True):
    """A document before and after the change of its number, and its new JWS.

    ``counter_is_behind``: the refused number was given out after the counter was last set.
    """

    before: DocumentRow
    after: DocumentRow
    jws: str
    counter_is_behind: bool


class TakenCounter(StoredRow, frozen=True):
    """A counter of which MH refused numbers: how many since the counter was set, when last, and its last number."""

    name: str
    environment: Environment
    nit: str
    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    last: int
    taken: int
    taken_at: str


class RefusedText(StoredRow, frozen=True):
    """A signed version of a document whose number MH refused, and MH's raw answer; None after a replay."""

    version: int
    answer: str | None


class _Jws(StoredRow, frozen=True):
    jws: str


class _Code(StoredRow, frozen=True):
    generation_code: str


class _Version(StoredRow, frozen=True):
    version: int


class _Count(StoredRow, frozen=True):
    moves: int


_KEEP_VERSION = sql(
    """
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, key_id, jws,
                                    answer, superseded_at)
    SELECT id, version, company_id, 'number', generation_code, CAST(:now AS TEXT), key_id, jws,
           CAST(:answer AS TEXT), CAST(:now AS TEXT)
    FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state IN ('registered', 'contingency') :lock
    ON CONFLICT DO NOTHING
    RETURNING version""",
    _Version,
    lock="update",
)

_PRESENT = sql(f"SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND id = :id", DocumentRow)
_PRESENT_JWS = sql("SELECT jws FROM document WHERE company_id = :company AND id = :id", _Jws)

# A lot holds the text with the refused number: the document leaves its lot and goes to MH by itself.
_RENUMBER = sql(
    f"""
    UPDATE document
    SET control_number = :control_number, version = version + 1, jws = :jws,
        due_at = CASE WHEN state = 'registered' THEN CAST(:until AS TEXT) END,
        held_by = CASE WHEN state = 'registered' THEN CAST(:holder AS TEXT) END,
        alone = CASE WHEN state = 'contingency' THEN 1 ELSE 0 END, lot_id = NULL
    WHERE company_id = :company AND id = :id AND version = :version AND state IN ('registered', 'contingency')
    RETURNING {JOURNALED}""",
    JournaledRow,
)

_MOVES = sql(
    """
    SELECT count(*) AS moves FROM superseded_version
    WHERE company_id = :company AND document_id = :id AND why = 'number'
      AND version > (SELECT coalesce(max(version), 0) FROM superseded_version
                     WHERE company_id = :company AND document_id = :id AND why = 'rejected')""",
    _Count,
)

_OTHER_CODES = sql(
    """
    SELECT DISTINCT generation_code FROM superseded_version
    WHERE company_id = :company AND document_id = :id
      AND generation_code <> (SELECT generation_code FROM document WHERE company_id = :company AND id = :id)""",
    _Code,
)

_REFUSED_TEXTS = sql(
    f"""
    SELECT {columns(RefusedText)} FROM superseded_version
    WHERE company_id = :company AND document_id = :id AND why = 'number'
      AND generation_code = (SELECT generation_code FROM document WHERE company_id = :company AND id = :id)
    ORDER BY version""",
    RefusedText,
)

_KEEP_UNSTAMPED = sql(
    """
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, key_id, jws,
                                    answer, superseded_at)
    SELECT id, version, company_id, 'unsent', generation_code, rejected_at, key_id, jws, answer, :now FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state IN ('registered', 'contingency') :lock
    ON CONFLICT DO NOTHING
    RETURNING version""",
    _Version,
    lock="update",
)

_REFUSED_JWS = sql(
    "SELECT jws FROM superseded_version WHERE company_id = :company AND document_id = :id AND version = :refused",
    _Jws,
)

_BRING_BACK = sql(
    f"""
    UPDATE document
    SET control_number = :control_number, version = version + 1, lot_id = NULL,
        jws = (SELECT jws FROM superseded_version
               WHERE company_id = :company AND document_id = :id AND version = :refused)
    WHERE company_id = :company AND id = :id AND version = :version AND state IN ('registered', 'contingency')
    RETURNING {JOURNALED}""",
    JournaledRow,
)

_TAKEN = sql(
    f"""
    SELECT {columns(TakenCounter)} FROM correlative JOIN company ON company.id = correlative.company_id
    WHERE taken_at IS NOT NULL
    ORDER BY company.nit, company.environment, year, branch_code, pos_code, doc_type""",
    TakenCounter,
)


def renumber(refused: RefusedNumber) -> Transaction[Renumbered | None]:
    """Gives a document the next number of its series.

    The text with the refused number is kept. None when another process settled the document or signed it again.
    """
    which = {"company": refused.company_id, "id": refused.document_id}
    version = {**which, "version": refused.version}
    if (yield from first(_KEEP_VERSION(**version, answer=refused.answer, now=refused.refused_at))) is None:
        return None
    present = yield from one(_PRESENT(**which))
    signed = yield from one(_PRESENT_JWS(**which))
    series = series_of(present)
    taken = yield from next_after_refused(present.company_id, present.control_number, series, refused.refused_at)
    number, jws = refused.sign(present, signed.jws, taken.correlative)
    lease = refused.lease
    renumber_it = _RENUMBER(**version, control_number=number, jws=jws, until=lease.until, holder=lease.holder)
    yield from journal_version((yield from one(renumber_it)), refused.refused_at)
    row = yield from one(_PRESENT(**which))
    yield from announce_renumbered(present, refused.refused_at, refused.listeners)
    return Renumbered(present, row, jws, taken.is_behind)


def sign_under_next(text: UnderNextNumber, now: str) -> Transaction[SignedUnder]:
    """Takes the next number of the series for the retry of a document whose number MH refused, and signs the text."""
    refused = text.refused
    taken = yield from next_after_refused(refused.company_id, refused.control_number, series_of(refused), now)
    return replace(text.sign(taken.correlative), counter_is_behind=taken.is_behind)


def series_of(document: DocumentRow) -> Series:
    """The series in which a document is numbered: its own year counts, whatever the day."""
    return Series(document.doc_type, document.branch_code, document.pos_code, document.year)


def announce_renumbered(before: DocumentRow, now: str, listeners: Listeners) -> Transaction[None]:
    """Writes the announcements of a new number, after the change; ``before`` has the refused number."""
    yield from announce(
        before.company_id, before.id, "document.renumbered", now, listeners, previous_number=before.control_number
    )


def other_codes(company_id: int, document_id: str) -> Transaction[list[str]]:
    """The generation codes, besides its present one, under which versions of a document were signed."""
    return [row.generation_code for row in (yield from every(_OTHER_CODES(company=company_id, id=document_id)))]


def refused_texts(company_id: int, document_id: str) -> Transaction[list[RefusedText]]:
    """The versions of a document, under its present generation code, whose numbers MH refused; the oldest first."""
    return (yield from every(_REFUSED_TEXTS(company=company_id, id=document_id)))


def bring_back(text: StampedAfterAll) -> Transaction[tuple[int, str] | None]:
    """Restores a text whose number MH refused, with its number, because MH has stamped that text after all.

    Returns the version to settle and its number; None when another process settled the document or signed it again.
    """
    which = {"company": text.company_id, "id": text.document_id}
    version = {**which, "version": text.version}
    number = text.number_of((yield from one(_REFUSED_JWS(**which, refused=text.refused))).jws)
    present = yield from one(_PRESENT(**which))
    if number == present.control_number:
        return text.version, number
    if (yield from first(_KEEP_UNSTAMPED(**version, now=text.now))) is None:
        return None
    restored = yield from one(_BRING_BACK(**version, refused=text.refused, control_number=number))
    yield from journal_version(restored, text.now)
    yield from announce_renumbered(present, text.now, text.listeners)
    return restored.version, number


def moves_of(company_id: int, document_id: str) -> Transaction[int]:
    """How often the document got another number since MH last refused it for good."""
    return (yield from one(_MOVES(company=company_id, id=document_id))).moves


def taken_counters() -> Transaction[list[TakenCounter]]:
    """The counters of all companies of which MH refused numbers since they were last set."""
    return (yield from every(_TAKEN()))
