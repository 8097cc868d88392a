"""Checks that other users of the machine can neither read nor change the files of the gateway."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ocote.cli.file_readers import close, group_readers, listed_people
from ocote.cli.writing import OTHERS_READ, OTHERS_WRITE, is_open_to_others
from ocote.health.finding import Finding, failed, warning, well
from ocote.settings import ENV_FILE, Settings
from ocote.store.engine.location import locate

_SUBJECT: Final = "Archivos"
_BESIDE_SQLITE: Final = ("", "-wal", "-shm")
_LARGEST_COMPANY_FILE: Final = 256 * 1024
_MOST_COMPANY_FILES: Final = 200


def private_files(configured: Settings, env_file: Path = ENV_FILE) -> Finding:
    """Checks the settings file, the file of the secret, the SQLite files, the data folder and the company files.

    The company files are those beside the settings file, with the certificates that they name. A file of the secret
    that others can read is only a warning: a container keeps such files for its one user. So are the people of a file's
    group, whom the operator may have put there on purpose.
    """
    files = (env_file, *_sqlite_files(configured), *_company_files(env_file.absolute().parent))
    private = tuple(dict.fromkeys(files))  # several company files may name one certificate
    trusted = (configured.data_dir, configured.secret_file)
    open_to_all = [
        *(path for path in private if is_open_to_others(path, OTHERS_READ | OTHERS_WRITE)),
        *(path for path in trusted if path is not None and is_open_to_others(path, OTHERS_WRITE)),
    ]
    if open_to_all:
        return failed(
            _SUBJECT,
            f"otros usuarios de esta máquina pueden leer o cambiar: {_listed(open_to_all)}",
            f"Ejecute: {close('o', open_to_all)}",
        )
    secret_file = configured.secret_file
    if secret_file is not None and is_open_to_others(secret_file, OTHERS_READ):
        return warning(
            _SUBJECT,
            f"otros usuarios de esta máquina pueden leer la clave en {secret_file}",
            f"Fuera de un contenedor, ejecute: chmod o-rwx {secret_file}",
        )
    return _open_to_groups(private) or well(_SUBJECT, "ningún otro usuario los lee ni los cambia")


def _open_to_groups(private: Sequence[Path]) -> Finding | None:
    readers = {path: names for path in private if (names := group_readers(path))}
    if not readers:
        return None
    return warning(
        _SUBJECT,
        "pueden leer o cambiar, por el grupo de los archivos: "
        f"{listed_people(frozenset().union(*readers.values()))} ({_listed(list(readers))})",
        f"Si no deben, ejecute: {close('g', readers)}",
    )


def _sqlite_files(configured: Settings) -> Iterator[Path]:
    path = locate(configured.database_url).sqlite_path
    if path is not None:
        yield from (path.with_name(path.name + ending) for ending in _BESIDE_SQLITE)


def _company_files(folder: Path) -> Iterator[Path]:
    """The company files in a folder, which hold MH's password, and the certificates that they name."""
    here = Path()
    for path in sorted(folder.glob("*.toml"))[:_MOST_COMPANY_FILES]:
        access = _tax_authority_table(path)
        if access is None:
            continue
        shown = path.relative_to(here.absolute()) if path.is_relative_to(here.absolute()) else path
        yield shown
        if isinstance(access.get("certificate"), str):
            yield shown.parent / access["certificate"]


def _tax_authority_table(path: Path) -> dict[str, Any] | None:
    """The table ``[mh]`` of a company file; None for a file that is none, or that this user cannot read."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_COMPANY_FILE:
            return None
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("mh")
    except (OSError, ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) and "password" in table else None


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths))
