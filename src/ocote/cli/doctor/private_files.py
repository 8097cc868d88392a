"""Checks that other users of the machine can neither read nor change the files of the gateway."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ocote.cli.doctor.finding import Finding, failed, warning, well
from ocote.cli.writing import OTHERS_READ, OTHERS_WRITE, is_open_to_others
from ocote.settings import ENV_FILE, Settings
from ocote.store.engine.location import locate

_SUBJECT: Final = "Archivos"
_BESIDE_SQLITE: Final = ("", "-wal", "-shm")


def private_files(configured: Settings, env_file: Path = ENV_FILE) -> Finding:
    """Checks the settings file, the file of the secret, the SQLite files and the data folder.

    A file of the secret that others can read is only a warning: a container keeps such files for its one user.
    """
    private = (env_file, *_sqlite_files(configured))
    trusted = (configured.data_dir, configured.secret_file)
    open_to_all = [
        *(path for path in private if is_open_to_others(path, OTHERS_READ | OTHERS_WRITE)),
        *(path for path in trusted if path is not None and is_open_to_others(path, OTHERS_WRITE)),
    ]
    if open_to_all:
        return failed(
            _SUBJECT,
            f"otros usuarios de esta máquina pueden leer o cambiar: {_listed(open_to_all)}",
            f"Ejecute: chmod o-rwx {shlex.join(map(str, open_to_all))}",
        )
    secret_file = configured.secret_file
    if secret_file is not None and is_open_to_others(secret_file, OTHERS_READ):
        return warning(
            _SUBJECT,
            f"otros usuarios de esta máquina pueden leer la clave en {secret_file}",
            f"Fuera de un contenedor, ejecute: chmod o-rwx {secret_file}",
        )
    return well(_SUBJECT, "ningún otro usuario los lee ni los cambia")


def _sqlite_files(configured: Settings) -> Iterator[Path]:
    path = locate(configured.database_url).sqlite_path
    if path is not None:
        yield from (path.with_name(path.name + ending) for ending in _BESIDE_SQLITE)


def _listed(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))
