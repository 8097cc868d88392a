"""Tells the log of companies and keys that were changed, by whatever process or person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote import audit
from ocote.clock import Clock
from ocote.store.companies import KeyCounts, KeyRow, RegistrationRow, all_keys, key_counts, registered_companies
from ocote.store.engine.store import Store

_LOOK_EVERY: Final = timedelta(seconds=3)


class _Seen(Struct, frozen=True):
    companies: Mapping[int, RegistrationRow]
    counts: KeyCounts
    keys: Mapping[str, KeyRow]


class RegistrationWatch:
    """Compares the companies and keys with those of a moment ago."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: _Seen | None = None
        self._looked_at: datetime | None = None

    async def run_once(self) -> int:
        """Looks for changes every few seconds. A round of the background work; always returns 0."""
        now = self._clock()
        if self._looked_at is not None and abs(now - self._looked_at) < _LOOK_EVERY:
            return 0
        self._looked_at = now
        before, self._seen = self._seen, await self._look()
        if before is not None:
            _tell_companies(before.companies, self._seen.companies)
            _tell_keys(before.keys, self._seen.keys)
        return 0

    async def _look(self) -> _Seen:
        """The present companies and keys; the keys are read only when there are more, or more that are disabled."""
        companies = await self._store.read(registered_companies)
        counts = await self._store.read(key_counts)
        if self._seen is not None and self._seen.counts == counts:
            return _Seen(companies, counts, self._seen.keys)
        return _Seen(companies, counts, {key.prefix: key for key in await self._store.read(all_keys)})


def _tell_companies(before: Mapping[int, RegistrationRow], now: Mapping[int, RegistrationRow]) -> None:
    for company in now.values():
        known = before.get(company.id)
        if known == company:
            continue
        act: audit.Act = "company_saved"
        if known is not None and known.active != company.active:
            act = "company_enabled" if company.active else "company_disabled"
        audit.record(act, company_id=company.id, nit=company.nit, environment=company.environment, noticed=True)


def _tell_keys(before: Mapping[str, KeyRow], now: Mapping[str, KeyRow]) -> None:
    for key in now.values():
        known = before.get(key.prefix)
        facts = {"key": key.prefix, "nit": key.nit, "environment": key.environment, "noticed": True}
        if known is None:
            audit.record("key_created", point=key.branch_code + key.pos_code, **facts)
        if key.disabled_at is not None and (known is None or known.disabled_at is None):
            audit.record("key_disabled", **facts)
