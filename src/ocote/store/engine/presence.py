"""Locks that show which processes are alive: the system releases the lock of a process however the process ends."""

import fcntl
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import IO, Any

from ocote.store.engine.statement import Transaction, sql

_ADVISORY_CLASS = 727004
_LIVES = sql(f"""
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = {_ADVISORY_CLASS} AND objid = CAST(:number AS BIGINT) AND objsubid = 2 AND granted""")


_ANYBODY = sql(f"""
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = {_ADVISORY_CLASS} AND objsubid = 2 AND granted""")
_OTHERS = sql(f"""
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = {_ADVISORY_CLASS} AND objid <> CAST(:number AS BIGINT) AND objsubid = 2 AND granted""")


class FilePresence:
    """Presence of processes that share an SQLite file: each locks its own file in a folder beside the database.

    The system releases the lock when the process ends, whether by a stop, a kill or a loss of power.
    """

    def __init__(self, folder: Path) -> None:
        self.name = _new_name()
        self._folder = folder
        self._file: IO[bytes] | None = None

    def appear(self) -> None:
        """Locks this process's file until ``disappear``, and removes the files of dead processes. Raises OSError."""
        if self._file is not None:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        made = self._folder / f".{self.name}"
        file = made.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        made.rename(self._folder / self.name)  # so that no process sees the file without its lock
        self._file = file
        for other in self._folder.iterdir():
            if not other.name.startswith("."):
                self.lives(other.name)

    def lives(self, name: str) -> bool:
        """Whether the process with this name is alive; the file of a dead process is removed."""
        path = self._folder / name
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False

    def others_live(self) -> bool:
        """Whether any other process that uses the SQLite file is alive."""
        if not self._folder.is_dir():
            return False
        names = [path.name for path in self._folder.iterdir() if not path.name.startswith(".")]
        return any(self.lives(name) for name in names if name != self.name)

    def disappear(self) -> None:
        """Releases the lock and removes the file."""
        if self._file is not None:
            with suppress(OSError):  # in a folder without write permission the file stays, but only the lock counts
                (self._folder / self.name).unlink()
            self._file.close()
            self._file = None


class SessionPresence:
    """Presence of processes that share a PostgreSQL database: each has an advisory lock in a session that stays open.

    PostgreSQL releases the lock when the session ends. While a process connects again it seems dead, and another
    process may begin its work too: wasteful but harmless, because every step checks the state before it acts.
    """

    def __init__(self) -> None:
        self.name = _new_name()

    async def hold(self, connection: Any) -> None:
        """Takes the lock that shows, as long as this connection lasts, that the process is alive.

        The lock is a shared lock, because a former connection of this process may not have ended yet.
        """
        await connection.execute(f"SELECT pg_advisory_lock_shared({_ADVISORY_CLASS}, {self.name})")


def session_lives(name: str) -> Transaction[bool]:
    """Whether the process with this name has its advisory lock."""
    return bool((yield _LIVES(number=int(name))))


def any_session_lives() -> Transaction[bool]:
    """Whether any process that uses the PostgreSQL database is alive."""
    return bool((yield _ANYBODY()))


def other_session_lives(name: str) -> Transaction[bool]:
    """Whether any process but the one with this name has its advisory lock."""
    return bool((yield _OTHERS(number=int(name))))


def _new_name() -> str:
    """A random number as name, because PostgreSQL identifies an advisory lock by numbers of 32 bits."""
    return str(SystemRandom().randrange(1, 2**31))
