"""Tells the log of companies and keys that were changed, by whatever process or person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ocote import audit
from ocote.clock import Clock
from ocote.store.companies import KeyRow, RegistrationRow, all_keys, registered_companies
from ocote.store.engine.store import Store

_LOOK_EVERY: Final = timedelta(seconds=3)


class _Seen(Struct, frozen=True):
    companies: Mapping[int, RegistrationRow]
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
        found = _Seen(
            await self._store.read(registered_companies), {key.prefix: key for key in await self._store.read(all_keys)}
        )
        if self._seen is not None:
            _tell_companies(self._seen.companies, found.companies)
            _tell_keys(self._seen.keys, found.keys)
        self._seen = found
        return 0


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
