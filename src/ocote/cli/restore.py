"""``ocote restore``: a backup becomes a database, at an empty place."""

import asyncio
from pathlib import Path

from ocote import audit, settings
from ocote.backups.facts import Facts
from ocote.backups.manifest import Manifest
from ocote.backups.reading import BackupFile, open_backup
from ocote.backups.restoring import refuse_occupied_place, refuse_other_secret, restore_backup
from ocote.cli.backup import content_text
from ocote.cli.console import counting, out
from ocote.clock import system_clock
from ocote.settings import Settings
from ocote.vault import Vault


def check_backup_file(path: Path) -> None:
    """Checks a backup without a look at any database; with OCOTE_SECRET_KEY also that the key opens what is sealed.

    Raises BackupError.
    """
    configured = settings.load()
    with open_backup(path) as backup:
        facts = _checked(backup)
        told = f"{path} está sana: {content_text(backup.manifest)}."
        if configured.secret_key is not None:
            refuse_other_secret(facts, Vault.from_secret(configured.secret_key))
            told += " OCOTE_SECRET_KEY abre lo cifrado."
        elif facts.sealed:
            told += (
                " No se comprobó la clave, porque falta OCOTE_SECRET_KEY: necesita la de huella "
                f"{', '.join(facts.secrets)}."
            )
    out().print(told, soft_wrap=True)


def restore_file(path: Path, journal: Path | None) -> None:
    """Checks a backup, loads it into the configured database, and goes on with the journal.

    Raises BackupError, SettingsError, VaultError and the errors of an unusable database.
    """
    configured = settings.load()
    asyncio.run(refuse_occupied_place(configured.database_url))
    with open_backup(path) as backup:
        facts = _checked(backup)
        if facts.sealed:
            refuse_other_secret(facts, Vault.from_secret(configured.required_secret()))
        with counting() as progress:
            task = progress.add_task("Restaurando", total=backup.rows)
            load = restore_backup(
                configured.database_url, backup, system_clock, lambda rows: progress.advance(task, rows)
            )
            asyncio.run(load)
        manifest = backup.manifest
    audit.record("backup_restored", file=str(path), documents=manifest.documents, made_at=manifest.made_at)
    out().print(f"Restaurado: {content_text(manifest)}.", soft_wrap=True)
    _after_the_load(configured, manifest, journal)


def _checked(backup: BackupFile) -> Facts:
    with counting() as progress:
        task = progress.add_task("Comprobando la copia", total=backup.rows)
        return backup.check(lambda rows: progress.advance(task, rows))


def _after_the_load(_configured: Settings, manifest: Manifest, journal: Path | None) -> None:
    """Says what follows. The database is complete, and refuses to issue until its numbers are confirmed."""
    if journal is not None:
        first = manifest.journal.first_needed
        out().print(f"Lo emitido después de la copia está en {journal}, desde el segmento {first}.", soft_wrap=True)
    out().print(
        "La pasarela no emite hasta que se confirmen los números: con el último tique de cada caja, "
        "«ocote number set», y después «ocote restore --confirm».",
        soft_wrap=True,
    )
