"""Checks a backup, and restores it into an empty place."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from ocote.backups.facts import Facts
from ocote.backups.manifest import BackupError
from ocote.backups.reading import BackupFile
from ocote.clock import Clock
from ocote.store.copying.loading_rows import RowsToLoad, load_database
from ocote.store.copying.place import vacant
from ocote.store.engine.loading import InconsistentError, OccupiedError, WhyOccupied
from ocote.store.engine.places import refuse_occupied
from ocote.store.engine.snapshot import Page
from ocote.store.engine.values import moment_text
from ocote.vault import Vault, VaultError

_OCCUPIED: Final[dict[WhyOccupied, str]] = {
    "data": (
        "La base de datos ya tiene empresas o documentos, y un respaldo se restaura solo en un lugar vacío: ponga en "
        "OCOTE_DATABASE_URL otra base, o aparte primero la que hay."
    ),
    "in_use": "La base de datos está en uso: detenga «ocote serve» y «ocote worker» y repita la orden.",
    "foreign_tables": (
        "La base de datos tiene tablas que no son de ocote, o no todas las suyas: ponga en OCOTE_DATABASE_URL una base "
        "vacía."
    ),
    "left_behind": (
        "Junto al lugar de la base de datos quedaron cambios de una que ya no está (un archivo que termina en -wal o "
        "-journal): llévelos adonde esté esa base, o bórrelos, y repita la orden."
    ),
    "being_restored": "Otro proceso está restaurando en ese lugar; espere a que termine.",
}


async def refuse_occupied_place(url: str) -> None:
    """Raises BackupError when no backup can be restored to the place of a database now; changes nothing.

    Raises NewerDatabaseError and StoreUnavailableError.
    """
    try:
        await refuse_occupied(url, vacant)
    except OccupiedError as error:
        raise BackupError(_OCCUPIED[error.why]) from error


def opened_secrets(facts: Facts, vault: Vault) -> tuple[str, ...]:
    """Opens every sealed value of a backup; returns the owners of those that were altered before the backup was made.

    Raises BackupError when the secret has not all the keys that the backup needs.
    """
    missing = sorted(set(facts.secrets) - set(vault.fingerprints))
    if missing:
        raise BackupError(
            f"OCOTE_SECRET_KEY no abre lo cifrado en el respaldo: falta la clave de huella {', '.join(missing)}, y la "
            f"puesta tiene la huella {', '.join(vault.fingerprints)}. Ponga la de la instalación respaldada; solo "
            "si se perdió para siempre, repita con --lost-key y registre otra vez cada empresa."
        )
    closed = []
    for value in facts.sealed:
        try:
            vault.open(value.sealed, value.owner)
        except VaultError:
            closed.append(value.owner)
    return tuple(closed)


async def restore_backup(url: str, backup: BackupFile, clock: Clock, passed: Callable[[int], None]) -> None:
    """Loads a backup that was checked into an empty place; everything appears at once, or nothing does.

    Issuing is refused from then on, until the numbers of the new database are confirmed. Raises BackupError,
    NewerDatabaseError and StoreUnavailableError.
    """
    manifest = backup.manifest

    def pages_of(position: int) -> Iterator[Page]:
        for page in backup.pages(manifest.tables[position]):
            yield page
            passed(len(page))

    rows = [
        RowsToLoad(table.name, table.columns, table.rows, partial(pages_of, position))
        for position, table in enumerate(manifest.tables)
    ]
    try:
        await load_database(url, manifest.tables_version, rows, moment_text(clock()))
    except OccupiedError as error:
        raise BackupError(_OCCUPIED[error.why]) from error
    except InconsistentError as error:
        raise BackupError(f"Lo que hay en el respaldo no concuerda entre sí («{error}»); use otro.") from error
