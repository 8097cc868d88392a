"""The installation: the one row that names this database."""

from ocote.store.engine.statement import StoredRow, Transaction, one, sql


class _Id(StoredRow, frozen=True):
    id: str


_ID = sql("SELECT id FROM installation", _Id)


def installation_id() -> Transaction[str]:
    """The name of this installation, made with its tables and kept by backups."""
    return (yield from one(_ID())).id
