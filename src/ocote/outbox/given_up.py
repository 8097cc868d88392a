"""The messages of a company that were given up, for the operator: without receivers, and tried again."""

from typing import Final

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.given_up import GivenUpRow, given_up, try_given_up_again
from ocote.store.sendings import Channel

MOST_SHOWN: Final = 25
_AT_ONCE: Final = 200
_MOST_BATCHES: Final = 500
"""A hundred thousand messages: what is left is tried when it is asked for once more."""


class GivenUpMessages:
    """Shows the given-up messages of a company and tries them again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def latest(self, company_id: int, channel: Channel) -> list[GivenUpRow]:
        """The messages of a channel that were given up last."""
        return await self._store.read(given_up, company_id, channel, MOST_SHOWN)

    async def try_again(self, company_id: int, channel: Channel, sending_id: str, by: Author) -> int:
        """Makes all messages of a channel due again, or the one with an id; returns how many.

        Announcements for a webhook that is switched off or removed stay as they are.
        """
        tried = 0
        for _ in range(_MOST_BATCHES):
            now = moment_text(self._clock())

            def entry_of(some: int, at: str = now) -> AuditEntry | None:
                if not some:
                    return None
                after = {"channel": channel, "n": some}
                return AuditEntry(at, by, "messages_tried_again", sending_id or channel, company_id, after=after)

            some = await self._store.write(
                audited, entry_of, try_given_up_again, company_id, channel, sending_id, now, _AT_ONCE
            )
            tried += some
            if some < _AT_ONCE:
                break
        audit.record("messages_tried_again", company_id=company_id, channel=channel, count=tried)
        return tried
