"""What a gateway keeps of a person, and changes of it that no page makes."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ocote.store.audit_log import AuditRow
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import StoredRow, Transaction, one, sql
from ocote.store.engine.values import moment_text
from ocote.store.identities import NewIdentity, link_identity
from ocote.store.people import person_by_email
from tests.panel.audited import acts_of
from tests.running_gateway import RunningGateway


class _Number(StoredRow, frozen=True):
    n: int


_SESSIONS = sql(
    "SELECT count(*) AS n FROM panel_session WHERE person_id = (SELECT id FROM person WHERE email = :email)", _Number
)


def entries_of(gateway: RunningGateway, email: str) -> list[AuditRow]:
    """The entries of the audit log that a person made, the oldest first."""
    return [row for row in acts_of(gateway) if row.author == email]


def sessions_of(gateway: RunningGateway, email: str) -> int:
    """How many sessions a person has had."""

    def work() -> Transaction[int]:
        return (yield from one(_SESSIONS(email=email))).n

    found: int = _on(gateway, work)
    return found


def switch_person(gateway: RunningGateway, email: str, **columns: Any) -> None:
    """Writes columns of a person, such as ``active=0`` or ``password=None``."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    statement = sql(f"UPDATE person SET {changes} WHERE email = :email")

    def work() -> Transaction[None]:
        yield statement(email=email, **columns)

    _on(gateway, work)


def link_by_hand(gateway: RunningGateway, email: str, issuer: str) -> None:
    """Links an identity of a provider to a person."""

    def work() -> Transaction[None]:
        row = yield from person_by_email(email)
        assert row is not None
        yield from link_identity(NewIdentity(issuer, f"de-{email}", row.id, moment_text(gateway.clock())))

    _on(gateway, work)


def _on(gateway: RunningGateway, work: Callable[[], Transaction[Any]]) -> Any:
    async def run() -> Any:
        async with open_store(gateway.database_url) as store:
            return await store.write(work)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()
