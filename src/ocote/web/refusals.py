"""The log of refused requests: every one of them leaves a trace, and no number of them fills the log or the memory."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog
from msgspec import Struct

WINDOW_S: Final = 60.0
LINES_FOR_EACH: Final = 3
"""Lines of one caller in a window; the rest of its refusals are in the summary."""

MOST_LINES: Final = 60
"""Lines of all callers in a window."""

_LONGEST: Final = 80
_UNAUTHORIZED: Final = 401

_log = structlog.get_logger(__name__)


class RefusedRequest(Struct, frozen=True):
    """A request that was refused.

    ``caller`` is what the lines are counted by: a key or an address. ``key`` is the public beginning of a key; None
    when no key was sent.
    """

    status: int
    code: str
    method: str
    path: str
    address: str
    caller: str
    key: str | None = None


def _in_a_window(work: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(WINDOW_S, work)


class RefusalLog:
    """Writes the first refusals of each caller in a minute, and one line for all others when the minute is over.

    ``later`` runs its argument at the end of a window.
    """

    def __init__(self, later: Callable[[Callable[[], None]], None] = _in_a_window) -> None:
        self._later = later
        self._is_open = False
        self._lines = 0
        self._lines_of: Counter[str] = Counter()
        self._unwritten: Counter[str] = Counter()

    def note(self, refused: RefusedRequest) -> None:
        """Writes or counts one refusal."""
        if not self._is_open:
            self._is_open = True
            self._later(self._end_window)
        if self._lines >= MOST_LINES or self._lines_of[refused.caller] >= LINES_FOR_EACH:
            self._unwritten[refused.code] += 1
            return
        # Only callers with a line are remembered, so that there are never more of them than lines.
        self._lines += 1
        self._lines_of[refused.caller] += 1
        # A wrong key is the client's own fault; a limit or a closed company is somebody's business here.
        write = _log.info if refused.status == _UNAUTHORIZED else _log.warning
        write(
            "request_refused",
            status=refused.status,
            code=refused.code,
            method=refused.method[:16],
            path=safely_shown(refused.path),
            address=refused.address,
            key=refused.key,
        )

    def _end_window(self) -> None:
        if self._unwritten:
            _log.warning(
                "more_requests_refused",
                count=self._unwritten.total(),
                codes=dict(self._unwritten),
                seconds=WINDOW_S,
            )
        self._is_open = False
        self._lines = 0
        self._lines_of.clear()
        self._unwritten.clear()


def safely_shown(text: str) -> str:
    """The beginning of a client's text in a form that cannot disturb a terminal."""
    shown = text[:_LONGEST].encode("ascii", "backslashreplace").decode("ascii")
    return "".join(letter if letter.isprintable() else "?" for letter in shown)
