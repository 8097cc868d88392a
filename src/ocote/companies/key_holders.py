"""Finds the holder of an API key and reads the database again only after a change of the registrations."""

import asyncio

from ocote.companies.key_holder import KeyHolder
from ocote.companies.key_use import KeyUses
from ocote.companies.registry import Companies
from ocote.store import companies as rows
from ocote.store.engine.store import Store

_HOLDERS_IN_MEMORY = 10_000
_LOOKED_UP_AT_ONCE = 4
"""Keys looked up in the database at once: strangers who guess keys leave its other connections to the sales."""


class KeyHolders:
    """Keeps the holders of keys in memory until any process changes a company or a key."""

    def __init__(self, store: Store, companies: Companies, uses: KeyUses) -> None:
        self._store = store
        self._uses = uses
        self._companies = companies
        self._kept: dict[str, KeyHolder] = {}
        self._kept_as_of: int | None = None
        self._looking_up = asyncio.Semaphore(_LOOKED_UP_AT_ONCE)

    async def holder_of(self, key_sha256: str) -> KeyHolder | None:
        """The holder of an enabled key, by the SHA-256 (lower-case hex) of the key; None when no key has this hash.

        Counts as a use of the key.
        """
        holder = await self._known(key_sha256)
        if holder is not None:
            self._uses.note(holder.key_id)
        return holder

    async def _known(self, key_sha256: str) -> KeyHolder | None:
        as_of = self._store.registrations
        if as_of is None or as_of != self._kept_as_of or len(self._kept) > _HOLDERS_IN_MEMORY:
            self._kept, self._kept_as_of = {}, as_of
        kept = self._kept.get(key_sha256)
        if kept is not None:
            return kept
        async with self._looking_up:
            holder = await self._read(key_sha256)
        if holder is not None and as_of is not None and as_of == self._kept_as_of:
            self._kept[key_sha256] = holder
        return holder

    async def _read(self, key_sha256: str) -> KeyHolder | None:
        row = await self._store.read(rows.key_holder_of, key_sha256)
        if row is None:
            return None
        await self._companies.get(row.company_id, row.updated_at)
        return KeyHolder(
            company_id=row.company_id,
            key_id=row.key_id,
            name=row.prefix,
            environment=row.environment,
            per_minute=row.per_minute,
            per_hour=row.per_hour,
            branch_code=row.branch_code,
            pos_code=row.pos_code,
            company_active=row.active,
        )
