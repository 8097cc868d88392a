"""Joins a company's open contingency, or opens a contingency, inside the transaction of the document."""

from msgspec import Struct

from ocote.store.engine.statement import Query, StoredRow, Transaction, changed, columns, first, sql


class Joining(Struct, frozen=True):
    """The contingency that a document was signed for; ``new_id`` is the id of the contingency to open if none is open.

    ``issued_at`` is the moment of the document, which the reported period has to include. ``message`` is shown with a
    document that waits there.
    """

    new_id: str
    kind: int
    reason: str | None
    issued_at: str
    due_at: str
    message: str


class ContingencyChanged(Exception):  # noqa: N818 - not a fault: the document has to be signed again
    """The cause of the open contingency is not the cause that the document was signed for."""


class OpenContingency(StoredRow, frozen=True):
    """The cause of an open contingency, and the period of its documents until now."""

    id: str
    kind: int
    reason: str | None
    began_at: str
    last_at: str


class _Opened(StoredRow, frozen=True):
    id: str


_SELECT_OPEN = f"SELECT {columns(OpenContingency)} FROM contingency WHERE company_id = :company AND state = 'open'"
_OPEN = sql(_SELECT_OPEN, OpenContingency, lock="update")
_PEEK = sql(_SELECT_OPEN, OpenContingency)
_INSERT = sql(
    """
    INSERT INTO contingency (id, company_id, kind, reason, state, began_at, last_at, due_at)
    VALUES (:id, :company, :kind, :reason, 'open', :issued_at, :issued_at, :due_at)
    ON CONFLICT DO NOTHING
    RETURNING id""",
    _Opened,
)
_EXTEND = sql("""
    UPDATE contingency SET began_at = :began_at, last_at = :last_at WHERE company_id = :company AND id = :id""")


def open_contingency(company_id: int) -> Transaction[OpenContingency | None]:
    """The company's open contingency, or None."""
    return (yield from first(_PEEK(company=company_id)))


def join(company_id: int, joining: Joining) -> Transaction[str]:
    """The id of the open contingency, which this call opens if necessary. Raises ContingencyChanged."""
    found = yield from first(_OPEN(company=company_id))
    if found is None:
        if (yield from changed(_opening(company_id, joining))):
            return joining.new_id
        # Another document of the company has opened a contingency at this moment.
        found = yield from first(_OPEN(company=company_id))
    if found is None or (found.kind, found.reason) != (joining.kind, joining.reason):
        raise ContingencyChanged
    began_at, last_at = min(joining.issued_at, found.began_at), max(joining.issued_at, found.last_at)
    if (began_at, last_at) != (found.began_at, found.last_at):
        yield _EXTEND(company=company_id, id=found.id, began_at=began_at, last_at=last_at)
    return found.id


def _opening(company_id: int, joining: Joining) -> Query[_Opened]:
    return _INSERT(
        id=joining.new_id,
        company=company_id,
        kind=joining.kind,
        reason=joining.reason,
        issued_at=joining.issued_at,
        due_at=joining.due_at,
    )
