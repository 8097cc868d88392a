"""People come back with a backup; their sessions and unused invitations do not, for they may have ended since."""

import asyncio
from pathlib import Path

from ocote.backups.reading import open_backup
from ocote.backups.restoring import restore_backup
from ocote.store.credentials import keep_totp
from ocote.store.engine.opening import open_store
from ocote.store.invitations import NewInvitation, insert_invitation, open_invitation
from ocote.store.panel_sessions import NewSession, insert_session, live_session
from ocote.store.people import insert_person, person_by_email
from ocote.vault import Vault
from tests.backups.small import Small, made, noon
from tests.databases import Databases

NOW = "2026-11-20T18:00:00.000000Z"
LATER = "2026-11-27T18:00:00.000000Z"
SINCE = "2026-11-01T18:00:00.000000Z"


async def test_a_restored_backup_has_the_people_and_ends_their_sessions(
    small: Small, all_databases: Databases, tmp_path: Path
) -> None:
    sealed = Vault.from_secret(small.secret).seal(b"JBSWY3DPEHPK3PXP", "person:1:totp")
    async with open_store(small.url) as store:
        person = await store.write(insert_person, "ana@example.com", "Ana", "es", NOW, is_operator=True)
        await store.write(keep_totp, person, sealed, 7, NOW)
        await store.write(insert_session, NewSession("a", person, NOW, LATER, "192.0.2.1", "curl"))
        invitation = NewInvitation("b", "", 1, "owner", "", False, person, NOW, LATER)
        await store.write(insert_invitation, invitation)
    file = tmp_path / "con-personas.zip"
    await asyncio.to_thread(made, small.url, file)
    for target in (f"sqlite:///{tmp_path / 'nueva.sqlite3'}", all_databases.empty_postgres()):
        with open_backup(file) as backup:
            await restore_backup(target, backup, noon, lambda _rows: None)
        async with open_store(target) as store:
            row = await store.read(person_by_email, "ana@example.com")
            assert row is not None
            assert (row.totp, row.is_operator) == (sealed, True)
            assert await store.read(live_session, "a", NOW, SINCE) is None
            assert await store.read(open_invitation, "b", NOW) is None
