"""Whether a process that took on some work still lives: each shows it by a lock that ends with it, however it ends."""

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


class FilePresence:
    """Processes that share an SQLite file: each holds a lock on a file of its own in a folder beside it.

    The system takes the lock back when the process ends, whether it was stopped, killed or lost its power.
    """

    def __init__(self, folder: Path) -> None:
        self.name = _new_name()
        self._folder = folder
        self._file: IO[bytes] | None = None

    def appear(self) -> None:
        """Shows that this process lives, until ``disappear``; clears away what dead ones left. Raises OSError."""
        if self._file is not None:
            return
        self._folder.mkdir(exist_ok=True)
        made = self._folder / f".{self.name}"
        file = made.open("wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        made.rename(self._folder / self.name)  # nobody sees it without its lock
        self._file = file
        for other in self._folder.iterdir():
            if not other.name.startswith("."):
                self.lives(other.name)

    def lives(self, name: str) -> bool:
        """Whether the process of that name lives; the file of a dead one is removed."""
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

    def disappear(self) -> None:
        """Gives the lock back."""
        if self._file is not None:
            with suppress(OSError):  # a folder that cannot be written to: the lock alone counts
                (self._folder / self.name).unlink()
            self._file.close()
            self._file = None


class SessionPresence:
    """Processes that share a PostgreSQL database: each holds an advisory lock in a session that it keeps open.

    PostgreSQL takes the lock back when the session ends. A process that has to connect again is missed for a moment,
    and its work may be begun by another as well: wasteful, and harmless, for every step asks before it acts.
    """

    def __init__(self) -> None:
        self.name = _new_name()

    async def hold(self, connection: Any) -> None:
        """Shows, as long as this connection lasts, that the process lives.

        The lock is shared with itself: a former connection may not have ended yet.
        """
        await connection.execute(f"SELECT pg_advisory_lock_shared({_ADVISORY_CLASS}, {self.name})")


def session_lives(name: str) -> Transaction[bool]:
    """Whether the process of that name holds its advisory lock."""
    return bool((yield _LIVES(number=int(name))))


def _new_name() -> str:
    """A number nobody else has: PostgreSQL's locks are known by numbers of 32 bits."""
    return str(SystemRandom().randrange(1, 2**31))
