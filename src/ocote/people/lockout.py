"""The pauses between attempts of somebody who fails to prove who they are, also under addresses that nobody has."""

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from ocote.documents.view import Refused

_FREE_ATTEMPTS: Final = 5
"""So many failures in a row have no consequence but the last, which begins the first pause."""

_FIRST_LOCK: Final = timedelta(seconds=30)
_LONGEST_LOCK: Final = timedelta(minutes=15)
_MOST_COUNTED: Final = 10_000


def lock_after(failures: int) -> timedelta | None:
    """The pause after so many failures in a row; None while the person may try again at once.

    >>> [str(lock_after(failures)) for failures in (4, 5, 6, 7, 100)]
    ['None', '0:00:30', '0:01:00', '0:02:00', '0:15:00']
    """
    if failures < _FREE_ATTEMPTS:
        return None
    doublings = min(failures - _FREE_ATTEMPTS, 10)
    return min(_FIRST_LOCK * (1 << doublings), _LONGEST_LOCK)


def locked(until: datetime, now: datetime) -> Refused:
    """The refusal of somebody who is locked until a moment."""
    return Refused("login_locked", wait=wait_text(until - now))


def wait_text(span: timedelta) -> str:
    """A pause in Spanish words, rounded up.

    >>> wait_text(timedelta(seconds=29.2)), wait_text(timedelta(seconds=61)), wait_text(timedelta(seconds=0))
    ('30 segundos', '2 minutos', '1 segundo')
    """
    seconds = max(1, -(-span // timedelta(seconds=1)))
    if seconds <= 60:
        return f"{seconds} segundo{'s' if seconds != 1 else ''}"
    return f"{-(-seconds // 60)} minutos"


class AttemptCounts:
    """Counts failures in a row in the memory of one process, the oldest forgotten first.

    For what the database has no place for: e-mail addresses that nobody has, so that they are locked like those of
    people, and people in their sessions. Names are kept as their SHA-256, so that none of them takes more room.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[bytes, tuple[int, datetime | None]] = OrderedDict()

    def attempt(self, name: str, now: datetime) -> None:
        """Counts an attempt. Raises Refused (``login_locked``) during a pause."""
        key = _key(name)
        failures, until = self._failures.pop(key, (0, None))
        if until is not None and until > now:
            self._failures[key] = (failures, until)
            raise locked(until, now)
        pause = lock_after(failures + 1)
        self._failures[key] = (failures + 1, now + pause if pause is not None else None)
        if len(self._failures) > _MOST_COUNTED:
            self._failures.popitem(last=False)

    def take_back(self, name: str) -> None:
        """Counts the latest attempt no more, and ends the pause that it began."""
        failures, _ = self._failures.pop(_key(name), (0, None))
        if failures > 1:
            self._failures[_key(name)] = (failures - 1, None)

    def end(self, name: str) -> None:
        """Ends the count after a success."""
        self._failures.pop(_key(name), None)


def _key(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogatepass")).digest()
