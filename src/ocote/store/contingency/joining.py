"""Joining a company's open contingency, or opening one, inside the transaction that needs it."""

from msgspec import Struct

from ocote.store.engine.statement import Row, Transaction, sql


class Joining(Struct, frozen=True):
    """The contingency that a document was signed for; a new one with ``new_id`` is opened when there is none.

    ``issued_at`` is the document's own moment, which the reported period has to hold. ``message`` is what is told of
    a document that waits there.
    """

    new_id: str
    kind: int
    reason: str | None
    issued_at: str
    due_at: str
    message: str


class ContingencyChanged(Exception):  # noqa: N818 - not a fault: the document has to be signed anew
    """The open contingency has another cause than the document was signed for."""


_OPEN = sql(
    """
    SELECT id, kind, reason, began_at, last_at FROM contingency
    WHERE company_id = :company AND state = 'open'""",
    lock="update",
)
_PEEK = sql("SELECT id, kind, reason, began_at FROM contingency WHERE company_id = :company AND state = 'open'")
_INSERT = sql("""
    INSERT INTO contingency (id, company_id, kind, reason, state, began_at, last_at, due_at)
    VALUES (:id, :company, :kind, :reason, 'open', :issued_at, :issued_at, :due_at)
    ON CONFLICT DO NOTHING
    RETURNING id""")
_EXTEND = sql("""
    UPDATE contingency SET began_at = :began_at, last_at = :last_at WHERE company_id = :company AND id = :id""")


def open_contingency(company_id: int) -> Transaction[Row | None]:
    """The company's open contingency, or None."""
    rows = yield _PEEK(company=company_id)
    return rows[0] if rows else None


def join(company_id: int, joining: Joining) -> Transaction[str]:
    """The id of the open contingency, which is opened when there is none. Raises ContingencyChanged."""
    rows = yield _OPEN(company=company_id)
    if not rows:
        if (
            yield _INSERT(
                id=joining.new_id,
                company=company_id,
                kind=joining.kind,
                reason=joining.reason,
                issued_at=joining.issued_at,
                due_at=joining.due_at,
            )
        ):
            return joining.new_id
        # Another document of the company has opened one in the same moment.
        rows = yield _OPEN(company=company_id)
    if not rows or (rows[0]["kind"], rows[0]["reason"]) != (joining.kind, joining.reason):
        raise ContingencyChanged
    found = rows[0]
    began_at, last_at = min(joining.issued_at, found["began_at"]), max(joining.issued_at, found["last_at"])
    if (began_at, last_at) != (found["began_at"], found["last_at"]):
        yield _EXTEND(company=company_id, id=found["id"], began_at=began_at, last_at=last_at)
    contingency_id: str = found["id"]
    return contingency_id
