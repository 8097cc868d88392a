"""``ocote journal prune``: removes segments whose lines the database has for certain."""

import asyncio
from pathlib import Path

from ocote import audit, settings
from ocote.backups.reading import open_backup
from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.cli.journal_folder import chosen_folder, understood
from ocote.journal.folder import is_named_after, segment_paths
from ocote.journal.segment_lines import first_line
from ocote.settings import Settings
from ocote.store.engine.opening import open_store
from ocote.store.installation import installation
from ocote.store.journal_segments import journal_segments


def prune_journal(through: str, folder: Path | None) -> None:
    """Removes the segments that a backup makes superfluous, or those up to a number, the oldest first.

    Raises CommandFailed, and removes nothing, when the database does not have all lines of one of them: the segment is
    in use, its process died lately, or the database has gone back. Raises BackupError.
    """
    configured = settings.load()
    chosen = chosen_folder(configured, folder)
    name, closed = asyncio.run(_closed(configured))
    last = int(through) if through.isdecimal() else _last_in_backup(Path(through), name)
    found: list[tuple[int, Path]] = []
    for path in segment_paths(chosen):
        with understood():
            head = first_line(path) if is_named_after(path, name) else None
        if head is None or head.installation != name or head.number > last:
            continue
        if head.id not in closed:
            raise CommandFailed(
                f"El segmento {head.number} todavía hace falta: no consta que la base de datos tenga todo lo que hay "
                f"en él. Si su proceso murió, «ocote journal replay» lo comprueba. Se pueden borrar los anteriores: "
                f"--through {head.number - 1}. No se borró nada."
            )
        found.append((head.number, path))
    freed = 0
    for _, path in sorted(found):
        freed += path.stat().st_size
        path.unlink()
    audit.record("journal_pruned", folder=str(chosen), through=last, segments=len(found))
    if not found:
        out().print("No hay nada que borrar.")
        return
    pruned = "Se borró 1 segmento" if len(found) == 1 else f"Se borraron {len(found)} segmentos"
    out().print(f"{pruned} ({freed / 2**20:.1f} MiB).", soft_wrap=True)


def _last_in_backup(path: Path, installation_name: str) -> int:
    """The last segment of which a backup has every line. Raises CommandFailed and BackupError."""
    if not path.is_file():
        raise CommandFailed(f"{path} no es un respaldo ni el número de un segmento.")
    with open_backup(path) as backup:
        manifest = backup.manifest
    if manifest.installation != installation_name:
        raise CommandFailed(f"{path} es un respaldo de otra instalación. No se borró nada.")
    return manifest.journal.first_needed - 1


async def _closed(configured: Settings) -> tuple[str, frozenset[str]]:
    """The name of the installation, and the ids of the segments whose lines the database has."""
    async with open_store(configured.database_url) as store:
        rows = await store.read(journal_segments)
        row = await store.read(installation)
    if row.unconfirmed_since is not None:
        raise CommandFailed(
            "Los números de esta base de datos no están confirmados: primero «ocote journal replay». No se borró nada."
        )
    return row.id, frozenset(one.id for one in rows if one.closed_at is not None)
