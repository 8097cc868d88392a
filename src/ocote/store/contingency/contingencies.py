"""Contingencies and the documents that wait in them (rules.md 4)."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from ocote.store.contingency.joining import Joining, join
from ocote.store.document_row import DOCUMENT_COLUMNS
from ocote.store.engine.statement import Row, Transaction, sql
from ocote.store.leases import Lease
from ocote.store.outbox import Listeners, announce

_CONTINGENCY = "id, company_id, kind, reason, state, began_at, last_at, ended_at, done_at, due_at, attempts"

_KEEP_VERSION = sql(
    """
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, jws, answer)
    SELECT id, version, company_id, :why, generation_code, rejected_at, jws, answer FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state = :state :lock
    ON CONFLICT DO NOTHING
    RETURNING version""",
    lock="update",
)

_ENTER = sql("""
    UPDATE document
    SET state = 'contingency', version = version + 1, jws = :jws, mh_message = :message, due_at = NULL,
        contingency_id = :contingency, ask_from = :ask_from, event_id = NULL, lot_id = NULL, alone = 0
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'registered'""")

_RESIGN = sql("""
    UPDATE document SET version = version + 1, jws = :jws
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'contingency'""")

_STILL_ASKED = sql(
    """
    SELECT id FROM document
    WHERE company_id = :company AND id = :id AND state = 'contingency'
      AND coalesce(ask_from, '') = coalesce(CAST(:ask_from AS TEXT), '')""",
    lock="update",
)

_AS_FIRST_SIGNED = sql("""
    UPDATE document
    SET version = version + 1, event_id = NULL, lot_id = NULL,
        jws = coalesce((SELECT jws FROM superseded_version
                        WHERE company_id = :company AND document_id = :id AND why = 'contingency'
                        ORDER BY version DESC LIMIT 1), jws)
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'contingency'
    RETURNING version""")

_CLAIM_DUE = sql(
    f"""
    UPDATE contingency SET due_at = :until, held_by = :holder
    WHERE id IN (SELECT id FROM contingency WHERE due_at IS NOT NULL AND (due_at <= :now OR due_at > :too_late)
                 ORDER BY due_at LIMIT :most :lock)
    RETURNING {_CONTINGENCY}""",
    lock="update skip locked",
)

_CLAIM_ONE = sql(f"""
    UPDATE contingency SET due_at = :until, held_by = :holder
    WHERE id = :id AND state <> 'done' AND (held_by IS NULL OR due_at <= :now)
    RETURNING {_CONTINGENCY}""")

_MOVE = sql("""
    UPDATE contingency SET state = :state, ended_at = :ended_at, done_at = :done_at, due_at = :due_at,
        held_by = NULL, attempts = :attempts
    WHERE company_id = :company AND id = :id AND state = :was AND due_at = :held_until RETURNING id""")

_HOLD = sql("SELECT id FROM contingency WHERE company_id = :company AND id = :id", lock="update")

# An event that MH may have names the cause already. Asked after the contingency is held: a statement of PostgreSQL
# sees nothing that was committed while it waited.
_SET_CAUSE = sql("""
    UPDATE contingency SET kind = :kind, reason = :reason
    WHERE company_id = :company AND id = :id AND state IN ('open', 'asking', 'filing')
      AND NOT EXISTS (SELECT 1 FROM contingency_event
                      WHERE company_id = :company AND contingency_id = :id
                        AND state NOT IN ('rejected', 'late'))
    RETURNING id""")

_WAITING_TEXTS = sql("""
    SELECT id, version, jws FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'
    ORDER BY posted_at, id""")

_TO_ASK = sql(f"""
    SELECT {DOCUMENT_COLUMNS} FROM document
    WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency' AND ask_from IS NOT NULL
    ORDER BY ask_from, posted_at, id LIMIT :most""")
_ASKED = sql("""
    UPDATE document SET ask_from = :ask_from
    WHERE company_id = :company AND id = :id AND state = 'contingency' AND ask_from = :was""")

_WAITING = sql("""
    SELECT count(*) AS waiting,
           coalesce(sum(CASE WHEN event_id IS NULL THEN 1 ELSE 0 END), 0) AS unreported,
           coalesce(sum(CASE WHEN event_id IS NULL AND ask_from IS NULL THEN 1 ELSE 0 END), 0) AS reportable
    FROM document WHERE company_id = :company AND contingency_id = :contingency AND state = 'contingency'""")


def enter(
    company_id: int,
    document_id: str,
    version: int,
    joining: Joining,
    jws: str,
    now: str,
    listeners: Listeners,
    *,
    ask_from: str | None,
) -> Transaction[bool]:
    """Puts a registered document that MH did not answer into the open contingency, with its new signed text.

    The text that was signed first is kept: it may have reached MH, and then ``ask_from`` tells from when on MH can say
    so. False when the document was settled meanwhile.
    Raises ContingencyChanged when ``jws`` declares another cause than the open contingency has.
    """
    if not (
        yield _KEEP_VERSION(company=company_id, id=document_id, version=version, state="registered", why="contingency")
    ):
        return False
    contingency_id = yield from join(company_id, joining)
    yield _ENTER(
        company=company_id,
        id=document_id,
        version=version,
        jws=jws,
        message=joining.message,
        contingency=contingency_id,
        ask_from=ask_from,
    )
    yield from announce(company_id, document_id, "document.contingency_entered", now, listeners)
    return True


def correct_cause(
    company_id: int,
    contingency_id: str,
    kind: int,
    reason: str | None,
    signed: Mapping[tuple[str, int], str],
    sign: Callable[[str], str],
) -> Transaction[int | None]:
    """Corrects the cause and gives every waiting document the text that declares the new one, all at once.

    ``signed`` holds the texts made beforehand, by document and version, so that the tables are held for no longer than
    writing takes; ``sign`` makes those of documents that came in meanwhile, from their present text. Returns how many
    documents were signed anew; None once it is too late, for an event has named the old cause to MH.
    """
    yield _HOLD(company=company_id, id=contingency_id)
    if not (yield _SET_CAUSE(company=company_id, id=contingency_id, kind=kind, reason=reason)):
        return None
    # From here on no document joins with the old cause: joining holds the contingency's row too.
    documents = yield _WAITING_TEXTS(company=company_id, contingency=contingency_id)
    for row in documents:
        which = {"company": company_id, "id": row["id"], "version": row["version"]}
        anew = signed.get((row["id"], row["version"])) or sign(row["jws"])
        yield _KEEP_VERSION(**which, state="contingency", why="cause")
        yield _RESIGN(**which, jws=anew)
    return len(documents)


def waiting_texts(company_id: int, contingency_id: str) -> Transaction[list[Row]]:
    """Id, version and signed text of every document that waits."""
    return (yield _WAITING_TEXTS(company=company_id, contingency=contingency_id))


def as_first_signed(row: Row) -> Transaction[int | None]:
    """Makes the text that was signed first the document's own again: MH has stamped it after all.

    ``row`` is the document as it was when MH was asked. Returns the version to settle; None when it has changed
    meanwhile: if it has been reported since, the stamp may belong to the text that was sent after that.
    """
    company_id, document_id, version = row["company_id"], row["id"], row["version"]
    if not (yield _STILL_ASKED(company=company_id, id=document_id, ask_from=row["ask_from"])):
        return None
    if not (
        yield _KEEP_VERSION(company=company_id, id=document_id, version=version, state="contingency", why="unsent")
    ):
        return None
    rows = yield _AS_FIRST_SIGNED(company=company_id, id=document_id, version=version)
    return int(rows[0]["version"]) if rows else None


def claim_due(now: str, too_late: str, lease: Lease, most: int) -> Transaction[list[Row]]:
    """Takes contingencies that are due for the worker that asks.

    What is due only after ``too_late`` was put off by a clock that was wrong.
    """
    return (yield _CLAIM_DUE.alone(now=now, too_late=too_late, until=lease.until, holder=lease.holder, most=most))


def claim_one(contingency_id: str, now: str, lease: Lease) -> Transaction[Row | None]:
    """Takes one contingency although it is not due yet; None when it is done or somebody else is at work on it."""
    rows = yield _CLAIM_ONE.alone(id=contingency_id, now=now, until=lease.until, holder=lease.holder)
    return rows[0] if rows else None


def move(
    row: Row, *, state: str, due_at: str | None, ended_at: str | None, done_at: str | None, attempts: int
) -> Transaction[bool]:
    """Moves a contingency on, or sets when it is due again; False when another worker took it over.

    ``row`` is the contingency as it was taken.
    """
    return bool(
        (
            yield _MOVE(
                company=row["company_id"],
                id=row["id"],
                was=row["state"],
                held_until=row["due_at"],
                state=state,
                ended_at=ended_at,
                done_at=done_at,
                due_at=due_at,
                attempts=attempts,
            )
        )
    )


def to_ask(company_id: int, contingency_id: str, most: int) -> Transaction[list[Row]]:
    """Documents of which an earlier transmission may have reached MH, those first that can be asked for first."""
    return (yield _TO_ASK(company=company_id, contingency=contingency_id, most=most))


def asked(company_id: int, document: Row, ask_from: str | None) -> Transaction[None]:
    """MH was asked about the document and has nothing; or gave no answer about it, and is to be asked again."""
    yield _ASKED(company=company_id, id=document["id"], was=document["ask_from"], ask_from=ask_from)


class Waiting(Struct, frozen=True):
    """How many documents of a contingency still wait, how many of them no event names, and how many one may name now.

    The others of those may have reached MH, and it has not told yet.
    """

    documents: int
    unreported: int
    reportable: int


def count_waiting(company_id: int, contingency_id: str) -> Transaction[Waiting]:
    """What still waits in a contingency."""
    [row] = yield _WAITING(company=company_id, contingency=contingency_id)
    return Waiting(int(row["waiting"]), int(row["unreported"]), int(row["reportable"]))
