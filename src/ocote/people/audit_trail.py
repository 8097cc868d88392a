"""The audit log as people read it: its entries, and whether its chain is whole."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.searches import refusing_searches
from ocote.store.audit_log import BEFORE_THE_FIRST, NOTHING_YET, ChainBreak, ChainEnd, break_in, hash_of
from ocote.store.audit_reading import AuditFilter, LinkedRow, audit_chain, audit_page
from ocote.store.engine.store import Store

_ENTRIES_AT_ONCE: Final = 1000
_GATEWAY: Final = 0
"""The turn of searches of the whole log: no company has this id."""


class TrailPage(Struct, frozen=True):
    """Entries of the log, the newest first. ``is_whole``: each is as it was written, between its two neighbours."""

    rows: tuple[LinkedRow, ...]
    has_more: bool
    is_whole: bool


class VerifiedChain(Struct, frozen=True):
    """The outcome of a walk along the whole chain: how many entries follow each other, and the hash of the last.

    ``broken`` is the first entry that does not follow. ``is_expected_missing``: no entry has the hash that was kept
    elsewhere, although the chain once ended there.
    """

    entries: int
    head: str
    broken: ChainBreak | None
    is_expected_missing: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found that somebody has changed."""
        return self.broken is None and not self.is_expected_missing


class AuditTrail:
    """Reads the audit log of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, wanted: AuditFilter) -> TrailPage:
        """Entries of one company, or of all, with what their own links of the chain say.

        Raises Refused for a search without a turn.
        """
        turn, one_more = wanted.company_id or _GATEWAY, replace(wanted, most=wanted.most + 1)
        if wanted.is_search:
            with refusing_searches():
                rows = await self._store.search(audit_page, turn, one_more)
        else:
            rows = await self._store.read(audit_page, turn, one_more)
        shown = tuple(rows[: wanted.most])
        return TrailPage(shown, len(rows) > wanted.most, all(map(_is_linked, shown)))

    async def verify(self, expected: str | None = None) -> VerifiedChain:
        """Walks along the chain, page by page, to its end or its first break; ``expected`` is a hash kept elsewhere."""
        end, is_found = NOTHING_YET, expected in (None, BEFORE_THE_FIRST)
        while True:
            rows = await self._store.read(audit_chain, end.number, _ENTRIES_AT_ONCE)
            for row in rows:
                broken = break_in(end, row)
                if broken is not None:
                    return VerifiedChain(end.number, end.hash, broken, not is_found)
                end = ChainEnd(row.number, row.hash)
                is_found = is_found or row.hash == expected
            if len(rows) < _ENTRIES_AT_ONCE:
                return VerifiedChain(end.number, end.hash, None, not is_found)


def _is_linked(row: LinkedRow) -> bool:
    before = BEFORE_THE_FIRST if row.number == 1 else row.hash_before
    return row.hash == hash_of(row) and row.previous == before and row.previous_after in (None, row.hash)
