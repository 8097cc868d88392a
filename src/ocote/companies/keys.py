"""The API keys of companies: made, listed, disabled. The key itself is never kept."""

import secrets
from hashlib import sha256
from typing import Final

from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.key_holder import PREFIX_LENGTH
from ocote.companies.registry import CompanyError, Registered, find_point
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.companies import EndedKey, KeyRow, NewKey, end_key, insert_key, keys_of_company
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text


class KeyLimits(Struct, frozen=True):
    """How many requests a key may make (contract 17)."""

    per_minute: int = 120
    per_hour: int = 5000


USUAL_LIMITS: Final = KeyLimits()
"""The limits of a key for which nobody says otherwise."""


class ApiKeys:
    """The API keys of every company of a store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of_company(self, company_id: int) -> list[KeyRow]:
        """The keys of a company, also those that are disabled, the newest first."""
        return await self._store.read(keys_of_company, company_id)

    async def create(self, company: Registered, point: str, by: Author, limits: KeyLimits = USUAL_LIMITS) -> str:
        """Makes a key for one point of sale (``M001P001``). Returns the key, which is not kept. Raises CompanyError."""
        branch_code, pos_code = await find_point(self._store, company, point)
        key = f"odt_{secrets.token_hex(28)}"
        new = NewKey(
            company_id=company.id,
            prefix=key[:PREFIX_LENGTH],
            sha256=sha256(key.encode()).hexdigest(),
            branch_code=branch_code,
            pos_code=pos_code,
            per_minute=limits.per_minute,
            per_hour=limits.per_hour,
            now=moment_text(self._clock()),
        )
        entry = AuditEntry(
            at=new.now,
            by=by,
            act="key_created",
            subject=new.prefix,
            company_id=company.id,
            after={"point": point, "per_minute": new.per_minute, "per_hour": new.per_hour},
        )
        await self._store.write(audited, lambda _: entry, insert_key, new)
        audit.record("key_created", key=new.prefix, nit=company.nit, environment=company.environment, point=point)
        return key

    async def disable(self, prefix: str, by: Author, company_id: int | None = None) -> None:
        """Disables a key of a company, or of any, for ever: later calls with it are answered 401. Raises CompanyError.

        ``prefix`` is the public beginning of the key, or more of it.
        """
        now = moment_text(self._clock())
        beginning = prefix[:PREFIX_LENGTH]

        def entry_of(ended: EndedKey | None) -> AuditEntry | None:
            if ended is None:
                return None
            return AuditEntry(
                at=now,
                by=by,
                act="key_disabled",
                subject=beginning,
                company_id=ended.company_id,
                before={"active": True, "point": ended.branch_code + ended.pos_code},
                after={"active": False, "point": ended.branch_code + ended.pos_code},
            )

        if await self._store.write(audited, entry_of, end_key, beginning, now, company_id) is None:
            raise CompanyError(f"No hay ninguna clave activa que empiece con {prefix}. Véalas con «ocote key list».")
        audit.record("key_disabled", key=beginning)
