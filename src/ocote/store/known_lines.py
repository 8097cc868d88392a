"""Whether the database has what a line of the journal holds; ids are unique among the rows of all companies."""

from ocote.journal.lines import DocumentLine, InvalidationLine, Signed
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
    statement = _INVALIDATION if isinstance(line, InvalidationLine) else _EVENT
    return (yield from changed(statement(id=line.id)))
