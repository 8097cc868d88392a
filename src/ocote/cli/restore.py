"""``ocote restore``: a backup becomes a database, at an empty place."""

import asyncio
from pathlib import Path
from typing import Final

import click

from ocote import audit, settings
from ocote.backups.facts import Facts
from ocote.backups.manifest import Manifest
from ocote.backups.reading import BackupFile, open_backup
from ocote.backups.restoring import opened_secrets, refuse_occupied_place, restore_backup
from ocote.cli.backup import content_text
from ocote.cli.console import counting, out
from ocote.cli.journal_replay import replay_and_tell
from ocote.cli.verify import forget_walks
from ocote.clock import system_clock
from ocote.settings import Settings
from ocote.vault import Vault

_CONFIRM_FIRST: Final = (
    "La pasarela no emite hasta que se confirmen los números: con el último tique de cada caja, «ocote number set», y "
    "después «ocote restore --confirm»."
)


def check_backup_file(path: Path) -> None:
    """Checks a backup without a look at any database; with OCOTE_SECRET_KEY also that the key opens what is sealed.

    Raises BackupError.
    """
    configured = settings.load()
    with open_backup(path) as backup:
        facts = _checked(backup)
        told = f"{path} está sano: {content_text(backup.manifest)}."
    if facts.secrets and configured.secret_key is None:
        needed = ", ".join(facts.secrets)
        told += f" Falta OCOTE_SECRET_KEY para comprobar la clave: el respaldo necesita la de huella {needed}."
    elif facts.secrets:
        _open_secrets(facts)
        told += " OCOTE_SECRET_KEY abre lo cifrado."
    out().print(told, soft_wrap=True)


def restore_file(path: Path, journal: Path | None, *, lost_key: bool) -> None:
    """Checks a backup, loads it into the configured database, and goes on with the journal.

    With ``lost_key`` nothing that is sealed has to open. Raises BackupError, SettingsError, VaultError and the errors
    of an unusable database.
    """
    configured = settings.load()
    url = configured.database_url
    asyncio.run(refuse_occupied_place(url))
    with open_backup(path) as backup:
        manifest = backup.manifest
        facts = _checked(backup)
        if facts.secrets and not lost_key:
            _open_secrets(facts)
        with counting() as progress:
            task = progress.add_task("Restaurando", total=backup.rows)
            asyncio.run(restore_backup(url, backup, system_clock, lambda rows: progress.advance(task, rows)))
    forget_walks(configured.data_dir)
    audit.record("backup_restored", file=str(path), documents=manifest.documents, made_at=manifest.made_at)
    out().print(f"Restaurado: {content_text(manifest)}.", soft_wrap=True)
    if lost_key:
        out().print("Registre otra vez cada empresa con su certificado: «ocote company add».", soft_wrap=True)
    folder = journal or configured.journal_dir
    if folder is not None and _continued(configured, manifest, folder):
        return
    out().print(_CONFIRM_FIRST, soft_wrap=True)


def _checked(backup: BackupFile) -> Facts:
    with counting() as progress:
        task = progress.add_task("Comprobando el respaldo", total=backup.rows)
        return backup.check(lambda rows: progress.advance(task, rows))


def _open_secrets(facts: Facts) -> None:
    closed = opened_secrets(facts, Vault.from_secret(settings.load().required_secret()))
    if closed:
        click.echo(f"No se abren, y tampoco se abrían antes del respaldo: {', '.join(closed)}.", err=True)


def _continued(configured: Settings, manifest: Manifest, journal: Path) -> bool:
    """Replays the journal after a load; whether it reaches to the last document, so that numbers may go on."""
    if not journal.is_dir():
        click.echo(
            f"No existe la carpeta del diario {journal}. Si el diario está en otra parte: «ocote journal replay "
            f"--journal CARPETA»; hace falta desde el segmento {manifest.journal.first_needed}.",
            err=True,
        )
        return False
    return replay_and_tell(configured, journal).reaches
