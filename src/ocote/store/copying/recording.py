"""When the installation was last backed up."""

from ocote.store.engine.statement import StoredRow, Transaction, changed, first, sql


class _BackedUp(StoredRow, frozen=True):
    backed_up_at: str | None


class _Id(StoredRow, frozen=True):
    id: str


_RECORD = sql(
    """
    UPDATE installation SET backed_up_at = :at WHERE backed_up_at IS NULL OR backed_up_at < :at RETURNING id""",
    _Id,
)
_BACKED_UP = sql("SELECT backed_up_at FROM installation", _BackedUp)


def record_backup(at: str) -> Transaction[None]:
    """Writes the moment of a backup, unless a later one has been written."""
    yield from changed(_RECORD(at=at))


def backed_up_at() -> Transaction[str | None]:
    """The moment of the last backup; None without any."""
    row = yield from first(_BACKED_UP())
    return row.backed_up_at if row else None
