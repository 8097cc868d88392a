"""Gathers the answered requests of companies' keys in memory, and writes them down in the background."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from ocote.api.request_log import RequestLog, without_keys
from ocote.clock import Clock, pause
from ocote.documents.view import AnswerWarning
from ocote.dte.faults import Fault
from ocote.store.api_requests import KeptRequest, keep_requests
from ocote.store.engine.store import Store, StoreUnavailableError
from ocote.store.engine.values import moment_text
from ocote.web import metrics

MOST_IN_MEMORY: Final = 4000
"""Requests of one process that wait to be written down; the oldest of more are lost."""

ROWS_AT_ONCE: Final = 250
"""Requests that are written down at once: few enough to keep no sale waiting."""

FAULTS_KEPT: Final = 20
"""Of one request, and as many warnings."""

_LONGEST: Final = 400
"""Of a text, in characters."""

_EVERY_S: Final = 1.0
_BETWEEN_REFUSED_S: Final = 60.0
"""Of one key: a client in a loop must not push out what was let in."""

_log = structlog.get_logger(__name__)


class _Answered(Struct, frozen=True, gc=False):
    """An answered request as it was gathered, without its headers; it is worded when it is written down."""

    company_id: int
    at: datetime
    request_id: str
    key_prefix: str
    address: str
    method: str
    route: str
    status: int
    code: str | None
    document: str | None
    is_dry_run: bool
    faults: tuple[Fault, ...]
    warnings: tuple[AnswerWarning, ...]
    ms: float


class _Named(Struct, frozen=True):
    code: str
    field: str


class RequestKeeper:
    """Remembers answered requests for a write once a second, so that no answer waits for this.

    Requests wait in memory while the database is away, up to a bound. A process that is killed loses those of its last
    second. Of requests that were not let in, one of each key is kept in a minute.
    """

    def __init__(self, store: Store, clock: Clock, *, is_on: bool = True) -> None:
        self._store = store
        self._clock = clock
        self._is_on = is_on
        self._waiting: deque[_Answered] = deque()
        self._refused_at: dict[str, datetime] = {}
        self._lost = 0

    def note(self, log: RequestLog, address: str, *, was_let_in: bool) -> None:
        """Notes a request of a company's key that was answered just now, or left by its client."""
        if not self._is_on or log.company_id is None:
            return
        now = self._clock()
        key = log.key_prefix or ""
        if not was_let_in and self._is_early(key, now):
            return
        if len(self._waiting) >= MOST_IN_MEMORY:
            self._waiting.popleft()
            self._lost += 1
        self._waiting.append(
            _Answered(
                log.company_id,
                now,
                log.request_id,
                key,
                address,
                log.method,
                log.route,
                log.status,
                log.code,
                log.document,
                log.is_dry_run,
                tuple(log.faults[:FAULTS_KEPT]),
                tuple(log.warnings[:FAULTS_KEPT]),
                log.elapsed_ms,
            )
        )

    def _is_early(self, key: str, now: datetime) -> bool:
        """Whether a refused request of the key was kept within the last minute."""
        before = self._refused_at.get(key)
        if before is not None and abs((now - before).total_seconds()) < _BETWEEN_REFUSED_S:
            return True
        self._refused_at[key] = now
        return False

    async def keep_writing(self, stop: asyncio.Event) -> None:
        """Writes once a second until ``stop``, and then everything that is left."""
        while not stop.is_set():
            await self.write_some()
            await pause(_EVERY_S, stop)
        while self._waiting and await self.write_some():
            pass

    async def write_some(self) -> bool:
        """Writes the earliest of the requests that wait; returns whether the database took them."""
        self._tell_lost()
        taken = [self._waiting.popleft() for _ in range(min(ROWS_AT_ONCE, len(self._waiting)))]
        if not taken:
            return True
        try:
            await self._store.write(keep_requests, [_kept(each) for each in taken])
        except StoreUnavailableError:
            self._put_back(taken)
            return False
        except Exception:
            self._lost += len(taken)  # what cannot be written must not stand in the way of the rest
            raise
        return True

    def _put_back(self, taken: Sequence[_Answered]) -> None:
        """Puts requests before those that have come since, the newest of them when there is no room for all."""
        room = MOST_IN_MEMORY - len(self._waiting)
        kept = taken[max(0, len(taken) - room) :]
        self._lost += len(taken) - len(kept)
        self._waiting.extendleft(reversed(kept))

    def _tell_lost(self) -> None:
        if self._lost:
            metrics.REQUESTS_NOT_KEPT.inc(self._lost)
            _log.warning("requests_not_kept", count=self._lost)
            self._lost = 0


def _kept(answered: _Answered) -> KeptRequest:
    return KeptRequest(
        company_id=answered.company_id,
        at=moment_text(answered.at),
        request_id=without_keys(answered.request_id),
        key_prefix=answered.key_prefix,
        address=answered.address,
        method=_shown(answered.method),
        route=answered.route,
        status=answered.status,
        code=answered.code,
        document=_shown(answered.document) if answered.document else None,
        is_dry_run=int(answered.is_dry_run),
        faults=_named(answered.faults),
        warnings=_named(answered.warnings),
        ms=round(answered.ms),
    )


def _named(answered: Iterable[Fault | AnswerWarning]) -> str:
    """Code and field of each: the texts quote data of people, who may be forgotten before the request is."""
    return msgspec.json.encode([_Named(str(each.code), _shown(each.field)) for each in answered]).decode()


def _shown(text: str) -> str:
    """The beginning of a text without keys, and without what no database keeps."""
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    plain = cut.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return without_keys(plain)
