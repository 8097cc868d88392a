"""The processes of the gateway, each of which writes now and then that it is alive."""

from typing import Literal

from ocote.store.engine.statement import StoredRow, Transaction, columns, every, sql

ProcessKind = Literal["serve", "worker"]
"""``serve`` answers requests, ``worker`` does the background work alone; both are commands of ``ocote``."""


class ProcessRow(StoredRow, frozen=True):
    """A process by the name under which it holds leases. Moments are stored text in UTC.

    ``seen_at`` is the last moment at which the process wrote that it is alive; ``ended_at`` is None for a process that
    goes on, and for one that was killed.
    """

    id: str
    kind: ProcessKind
    host: str
    pid: int
    version: str
    started_at: str
    seen_at: str
    ended_at: str | None


_SEEN = sql(f"""
    INSERT INTO process ({columns(ProcessRow)})
    VALUES (:id, :kind, :host, :pid, :version, :started_at, :seen_at, :ended_at)
    ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, ended_at = excluded.ended_at""")
_FORGET = sql("DELETE FROM process WHERE id <> :but AND seen_at < :before")
_ALL = sql(f"SELECT {columns(ProcessRow)} FROM process ORDER BY started_at DESC, id", ProcessRow)


def note_process(process: ProcessRow, forgotten_before: str) -> Transaction[None]:
    """Writes that a process is alive, or has ended, and forgets the others that were last seen before a moment."""
    yield _SEEN(**{name: getattr(process, name) for name in ProcessRow.__struct_fields__})
    yield _FORGET(but=process.id, before=forgotten_before)


def all_processes() -> Transaction[list[ProcessRow]]:
    """The processes of the last days, the youngest first."""
    return (yield from every(_ALL()))
