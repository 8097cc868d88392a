"""Whether the database has what a line of the journal holds; ids are unique among the rows of all companies."""

from ocote.journal.lines import DocumentLine, InvalidationLine, JudgedKind, Signed
from ocote.store.engine.statement import StoredRow, Transaction, changed, first, sql


class _VersionRow(StoredRow, frozen=True):
    version: int


class _IdRow(StoredRow, frozen=True):
    id: str


_DOCUMENT = sql("SELECT version FROM document WHERE id = :id", _VersionRow)
_INVALIDATION = sql("SELECT id FROM invalidation WHERE id = :id", _IdRow)
_EVENT = sql("SELECT id FROM contingency_event WHERE id = :id", _IdRow)


def is_known(line: Signed) -> Transaction[bool]:
    """Whether the database has the document in this version or a later one, or the event."""
    if isinstance(line, DocumentLine):
        row = yield from first(_DOCUMENT(id=line.id))
        return row is not None and row.version >= line.version
    of: JudgedKind = "invalidation" if isinstance(line, InvalidationLine) else "contingency_event"
    return (yield from event_is_known(of, line.id))


def event_is_known(of: JudgedKind, event_id: str) -> Transaction[bool]:
    """Whether the database has a cancellation, or the event of a contingency."""
    return (yield from changed((_INVALIDATION if of == "invalidation" else _EVENT)(id=event_id)))
