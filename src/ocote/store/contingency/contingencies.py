"""Contingencies and the documents that wait in them (rules.md 4)."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from ocote.dte.sale import Contingency
from ocote.store.contingency.joining import Joining, join
from ocote.store.contingency.row import ContingencyRow
from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, one, sql
from ocote.store.journaling import JOURNALED, JournaledRow, journal_version
from ocote.store.leases import Lease
from ocote.store.outbox import Listeners, announce


class WaitingText(StoredRow, frozen=True):
    """The signed text of a waiting document, with its version."""

    id: str
    version: int
    jws: str


class Waiting(StoredRow, frozen=True):
    """The numbers of documents that wait in a contingency: in all, without event, and ready for an event.

    A document without event is not ready while an earlier transmission may have reached MH.
    """

    documents: int
    unreported: int
    reportable: int


class _Id(StoredRow, frozen=True):
    id: str


class _Jws(StoredRow, frozen=True):
    jws: str


class _Version(StoredRow, frozen=True):
    version: int


_KEEP_VERSION = sql(
    """
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, key_id, jws,
                                    answer, superseded_at)
    SELECT id, version, company_id, :why, generation_code, rejected_at, key_id, jws, answer, :now FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state = :state :lock
    ON CONFLICT DO NOTHING
    RETURNING version""",
    _Version,
    lock="update",
)

_ENTER = sql(
    f"""
    UPDATE document
    SET state = 'contingency', version = version + 1, jws = :jws, mh_message = :message, due_at = NULL,
        contingency_id = :contingency, ask_from = :ask_from, event_id = NULL, lot_id = NULL, alone = 0
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'registered'
    RETURNING {JOURNALED}""",
    JournaledRow,
)

_RESIGN = sql(
    f"""
    UPDATE document SET version = version + 1, jws = :jws
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'contingency'
    RETURNING {JOURNALED}""",
    JournaledRow,
)

_STILL_ASKED = sql(
    """
    SELECT id FROM document
    WHERE company_id = :company AND id = :id AND state = 'contingency'
      AND coalesce(ask_from, '') = coalesce(CAST(:ask_from AS TEXT), '')""",
    _Id,
    lock="update",
)

_FIRST_SIGNED = sql(
    """
    SELECT jws FROM superseded_version
    WHERE company_id = :company AND document_id = :id AND why = 'contingency'
    ORDER BY version DESC LIMIT 1""",
    _Jws,
)

_AS_FIRST_SIGNED = sql(
    """
    UPDATE document
    SET version = version + 1, event_id = NULL, lot_id = NULL, jws = coalesce(CAST(:jws AS TEXT), jws),
        control_number = :control_number
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'contingency'
    RETURNING version""",
    _Version,
)

_CLAIM_DUE = sql(
    f"""
    WITH due AS MATERIALIZED (
        SELECT id FROM contingency WHERE due_at IS NOT NULL AND (due_at <= :now OR due_at > :too_late)
        ORDER BY due_at LIMIT :most :lock)
    UPDATE contingency SET due_at = :until, held_by = :holder
    WHERE id IN (SELECT id FROM due)
    RETURNING {columns(ContingencyRow)}""",
    ContingencyRow,
    lock="update skip locked",
)

_CLAIM_ONE = sql(
    f"""
    UPDATE contingency SET due_at = :until, held_by = :holder
    WHERE id = :id AND state <> 'done' AND (held_by IS NULL OR due_at <= :now)
    RETURNING {columns(ContingencyRow)}""",
    ContingencyRow,
)

_MOVE = sql(
    """
    UPDATE contingency SET state = :state, ended_at = :ended_at, done_at = :done_at, due_at = :due_at,
        held_by = NULL, attempts = :attempts
    WHERE company_id = :company AND id = :id AND state = :was AND due_at = :held_until RETURNING id""",
    _Id,
)

_HOLD = sql("SELECT id FROM contingency WHERE company_id = :company AND id = :id", _Id, lock="update")

# An event that MH may have received already names the cause. Runs after the lock: a PostgreSQL statement that had to
# wait for a lock does not see what was committed meanwhile.
_SET_CAUSE = sql(
    """
    UPDATE contingency SET kind = :kind, reason = :reason
    WHERE company_id = :company AND id = :id AND state IN ('open', 'asking', 'filing')
      AND NOT EXISTS (SELECT 1 FROM contingency_event
                      WHERE company_id = :company AND contingency_id = :id
                        AND state NOT IN ('rejected', 'late'))
    RETURNING id""",
    _Id,
)

_WAITING_TEXTS = sql(
    f"""
    SELECT {columns(WaitingText)} FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
    ORDER BY posted_at, id""",
    WaitingText,
)

_TO_ASK = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency' AND ask_from IS NOT NULL
    ORDER BY ask_from, posted_at, id LIMIT :most""",
    DocumentRow,
)
_ASKED = sql("""
    UPDATE document SET ask_from = :ask_from
    WHERE company_id = :company AND id = :id AND state = 'contingency' AND ask_from = :was""")

_WAITING = sql(
    """
    SELECT count(*) AS documents,
           coalesce(sum(CASE WHEN event_id IS NULL THEN 1 ELSE 0 END), 0) AS unreported,
           coalesce(sum(CASE WHEN event_id IS NULL AND ask_from IS NULL THEN 1 ELSE 0 END), 0) AS reportable
    FROM document WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'""",
    Waiting,
)


class SignedAgain(Struct, frozen=True):
    """A registered document signed for the contingency, after a version without MH's answer.

    ``ask_from`` is the moment from which MH can say whether the first text arrived; None when it cannot have arrived.
    """

    company_id: int
    id: str
    version: int
    jws: str
    ask_from: str | None = None


def enter(document: SignedAgain, joining: Joining, now: str, listeners: Listeners) -> Transaction[bool]:
    """Puts a document without MH's answer into the open contingency, and keeps the text that was signed first.

    False when the document was settled meanwhile. Raises ContingencyChanged when the cause in the new text differs from
    the cause of the open contingency.
    """
    which = {"company": document.company_id, "id": document.id, "version": document.version}
    if not (yield from changed(_KEEP_VERSION(**which, state="registered", why="contingency", now=now))):
        return False
    contingency_id = yield from join(document.company_id, joining)
    enter_it = _ENTER(
        **which,
        jws=document.jws,
        message=joining.message,
        contingency=contingency_id,
        ask_from=document.ask_from,
    )
    yield from journal_version((yield from one(enter_it)), now)
    yield from announce(document.company_id, document.id, "document.contingency_entered", now, listeners)
    return True


def correct_cause(
    company_id: int,
    contingency_id: str,
    cause: Contingency,
    signed: Mapping[tuple[str, int], str],
    sign: Callable[[str], str],
    now: str,
) -> Transaction[int | None]:
    """Corrects the cause of a contingency and gives every waiting document a text with the new cause.

    ``signed`` holds texts signed before the transaction, by document and version, so that the locks are short;
    ``sign`` signs the documents that came in meanwhile, from their present text. Returns how many documents have a new
    text; None when it is too late, because an event has named the old cause to MH.
    """
    yield _HOLD(company=company_id, id=contingency_id)
    correction = _SET_CAUSE(company=company_id, id=contingency_id, kind=cause.kind, reason=cause.reason)
    if not (yield from changed(correction)):
        return None
    # No document can join with the old cause any more, because joining locks the contingency too.
    documents = yield from waiting_texts(company_id, contingency_id)
    for row in documents:
        which = {"company": company_id, "id": row.id, "version": row.version}
        jws = signed.get((row.id, row.version)) or sign(row.jws)
        yield _KEEP_VERSION(**which, state="contingency", why="cause", now=now)
        resigned = yield from first(_RESIGN(**which, jws=jws))
        if resigned is not None:
            yield from journal_version(resigned, now)
    return len(documents)


def waiting_texts(company_id: int, contingency_id: str) -> Transaction[list[WaitingText]]:
    """The signed text of every document that waits, the oldest first."""
    return (yield from every(_WAITING_TEXTS(company=company_id, contingency=contingency_id)))


def as_first_signed(row: DocumentRow, number_of: Callable[[str], str], now: str) -> Transaction[tuple[int, str] | None]:
    """Restores the text of a document that was signed first, with its number, because MH has stamped that text.

    ``number_of`` reads the control number in a signed text. ``row`` is the document as read before the question to MH.
    Returns the version to settle and its number; None when the document has changed meanwhile: after a report to MH the
    stamp may belong to the text that was sent later.
    """
    which = {"company": row.company_id, "id": row.id, "version": row.version}
    if not (yield from changed(_STILL_ASKED(company=row.company_id, id=row.id, ask_from=row.ask_from))):
        return None
    if not (yield from changed(_KEEP_VERSION(**which, state="contingency", why="unsent", now=now))):
        return None
    text = yield from first(_FIRST_SIGNED(company=row.company_id, id=row.id))
    number = number_of(text.jws) if text is not None else row.control_number
    jws = text.jws if text is not None else None
    signed = yield from first(_AS_FIRST_SIGNED(**which, jws=jws, control_number=number))
    return (signed.version, number) if signed is not None else None


def claim_due_contingencies(now: str, too_late: str, lease: Lease, most: int) -> Transaction[list[ContingencyRow]]:
    """Takes up to ``most`` due contingencies for a worker.

    A contingency due after ``too_late`` is taken too, because a wrong clock postponed it.
    """
    claim = _CLAIM_DUE.alone(now=now, too_late=too_late, until=lease.until, holder=lease.holder, most=most)
    return (yield from every(claim))


def claim_one(contingency_id: str, now: str, lease: Lease) -> Transaction[ContingencyRow | None]:
    """Takes one contingency before it is due; None when the contingency is done or another worker has it."""
    claim = _CLAIM_ONE.alone(id=contingency_id, now=now, until=lease.until, holder=lease.holder)
    return (yield from first(claim))


def move(
    row: ContingencyRow, *, state: str, due_at: str | None, ended_at: str | None, done_at: str | None, attempts: int
) -> Transaction[bool]:
    """Writes the next state of a contingency and when it is due again; False when another worker has taken it.

    ``row`` is the contingency as the worker took it.
    """
    step = _MOVE(
        company=row.company_id,
        id=row.id,
        was=row.state,
        held_until=row.due_at,
        state=state,
        ended_at=ended_at,
        done_at=done_at,
        due_at=due_at,
        attempts=attempts,
    )
    return (yield from changed(step))


def to_ask(company_id: int, contingency_id: str, most: int) -> Transaction[list[DocumentRow]]:
    """Documents with an earlier transmission that may have reached MH, sorted by the moment when MH can be asked."""
    return (yield from every(_TO_ASK(company=company_id, contingency=contingency_id, most=most)))


def asked(document: DocumentRow, ask_from: str | None) -> Transaction[None]:
    """Writes when to ask MH again about a document; ``ask_from`` is None when MH does not have the document."""
    yield _ASKED(company=document.company_id, id=document.id, was=document.ask_from, ask_from=ask_from)


def count_waiting(company_id: int, contingency_id: str) -> Transaction[Waiting]:
    """The numbers of documents that still wait in a contingency."""
    return (yield from one(_WAITING(company=company_id, contingency=contingency_id)))
