"""Checks the journal, without which what was issued since the last backup is lost together with the database."""

import os
import shutil
from pathlib import Path
from typing import Final

from ocote.documents.reasons import spanish
from ocote.health.finding import Finding, failed, warning, well
from ocote.settings import Settings
from ocote.store.engine.location import locate

_SUBJECT: Final = "Diario"
_GIB: Final = 1024**3
_TOO_LITTLE: Final = 1 * _GIB


def journal_folder(configured: Settings) -> Finding:
    """Tells whether there is a journal, whether it can be written, and whether it would outlive the database's disk."""
    folder = configured.journal_dir
    if folder is None:
        return warning(
            _SUBJECT,
            "no hay: si se pierde la base de datos, se pierde lo emitido desde el último respaldo",
            "Ponga OCOTE_JOURNAL_DIR en otro disco o en otra máquina (docs/journal.md).",
        )
    try:
        segments = [path for path in folder.iterdir() if path.name.startswith("ocote-")]
        free = shutil.disk_usage(folder).free
        is_writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        why = spanish(str(error.strerror)) or error.strerror
        return failed(_SUBJECT, f"no se puede usar {folder}: {why}", _ACT_NOW)
    if not is_writable:
        return failed(_SUBJECT, f"{folder} no admite archivos de este usuario", _ACT_NOW)
    files = "un archivo" if len(segments) == 1 else f"{len(segments)} archivos"
    seen = f"{files} en {folder}, quedan {free / _GIB:,.1f} GiB"
    if free < _TOO_LITTLE:
        return failed(_SUBJECT, seen, _ACT_NOW)
    if _is_beside_database(configured, folder):
        return warning(
            _SUBJECT,
            f"{seen}; está en el mismo disco que la base de datos",
            "Páselo a otro disco o a otra máquina: un disco que se pierde se lleva los dos.",
        )
    return well(_SUBJECT, seen)


_ACT_NOW: Final = "Devuelva el disco, el permiso o el espacio: sin diario no se emite nada."


def _is_beside_database(configured: Settings, folder: Path) -> bool:
    path = locate(configured.database_url).sqlite_path
    return path is not None and path.exists() and path.stat().st_dev == folder.stat().st_dev
