"""Tells the log of clients that were turned away: at most one line a minute, with counts.

Everything here can be caused by anybody as often as they like. A line for each would fill the disk.
"""

import asyncio
from collections import Counter
from typing import Final, Literal

import structlog

from ocote.web.metrics import TURNED_AWAY
from ocote.web.server.seats import Shortage

Why = Shortage | Literal["made_room", "tls_failed", "slow_head", "slow_body", "unread", "malformed"]
"""Why a client was turned away.

``address_full`` and ``all_full``: no seat. ``made_room``: it waited, and its seat was needed. ``tls_failed``: no TLS
within the time, or none at all. ``slow_head``, ``slow_body``: too slow. ``unread``: it did not read its answer.
``malformed``: not HTTP, or past a bound of it.
"""

_QUIET_S: Final = 60.0

_log = structlog.get_logger(__name__)


class TurnedAway:
    """Counts of one process since the last line of the log."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._address = ""
        self._is_quiet = False

    def count(self, why: Why, address: str) -> None:
        """Counts one client; the first one after a quiet minute is logged at once."""
        TURNED_AWAY.labels(why).inc()
        self._counts[why] += 1
        self._address = address
        if not self._is_quiet:
            self._is_quiet = True
            self._tell()

    def _tell(self) -> None:
        if not self._counts:
            self._is_quiet = False
            return
        _log.warning("clients_turned_away", last_address=self._address, **self._counts)
        self._counts.clear()
        asyncio.get_running_loop().call_later(_QUIET_S, self._tell)


turned_away: Final = TurnedAway()
"""The counts of this process."""
