"""Checks that the disk of the gateway has room: a full disk stops every company, whoever has filled it."""

import shutil
from pathlib import Path
from typing import Final

from ocote.health.finding import Finding, failed, warning, well
from ocote.settings import Settings
from ocote.store.engine.location import locate

_SUBJECT: Final = "Disco"
_GIB: Final = 1024**3
_TOO_LITTLE: Final = 1 * _GIB
_LITTLE: Final = 15 * _GIB
"""Bytes. A key with the usual limits can fill 14 GiB in an hour, with documents of the largest size."""


def disk_space(configured: Settings) -> Finding:
    """Tells how much room is left where the database file, or else the data folder, lies."""
    path = locate(configured.database_url).sqlite_path or configured.data_dir
    free = shutil.disk_usage(_existing(path)).free
    seen = f"quedan {free / _GIB:,.1f} GiB donde están los datos"
    if free < _TOO_LITTLE:
        return failed(_SUBJECT, seen, "Libere espacio ahora: sin espacio ninguna empresa puede emitir.")
    if free < _LITTLE:
        return warning(_SUBJECT, seen, "Libere espacio o amplíe el disco, y vigile el espacio libre con un aviso.")
    return well(_SUBJECT, seen)


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists already."""
    resolved = path.resolve()
    return next(each for each in (resolved, *resolved.parents) if each.exists())
