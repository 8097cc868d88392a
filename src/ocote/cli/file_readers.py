"""Who else on this machine can read or change a file of the operator: everybody, or the people of its group."""

import grp
import os
import pwd
import shlex
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from ocote.cli.writing import OTHERS_READ, OTHERS_WRITE, is_open_to_others

_ANYTHING: Final = OTHERS_READ | OTHERS_WRITE
_ROOT: Final = 0
_MOST_NAMED: Final = 5
_GROUP: Final = 3
"""The rights of the group stand three bits above those of all others."""


def group_readers(path: Path) -> frozenset[str]:
    """The people who can read or change a file only because they are in its group; nobody for an absent file.

    Its owner, the user of this process and root are left out: a group of the service alone is as private as no group.
    """
    try:
        found = path.stat()
    except OSError:
        return frozenset()
    if not found.st_mode & (_ANYTHING << _GROUP):
        return frozenset()
    known = {found.st_uid, os.geteuid(), _ROOT}
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    members = {name for name, entry in users.items() if entry.pw_gid == found.st_gid}
    with suppress(KeyError):  # a group without a name has no further members
        members.update(grp.getgrgid(found.st_gid).gr_mem)
    return frozenset(name for name in members if name not in users or users[name].pw_uid not in known)


def open_files_text(files: Iterable[Path]) -> str | None:
    """The warning for the operator about files with passwords or keys that other users can read; None without any."""
    given = list(files)
    open_to_all = [path for path in given if is_open_to_others(path, OTHERS_READ)]
    readers = {path: group_readers(path) for path in given if path not in open_to_all}
    open_to_group = [path for path, names in readers.items() if names]
    if open_to_all:
        return f"Otros usuarios de esta máquina pueden leer contraseñas y la llave. Ejecute: {close('o', open_to_all)}"
    if not open_to_group:
        return None
    names = listed_people(frozenset().union(*readers.values()))
    return (
        f"Por el grupo de los archivos leen contraseñas y la llave: {names}. Si no deben: {close('g', open_to_group)}"
    )


def close(whom: Literal["o", "g"], files: Iterable[Path]) -> str:
    """The command that takes every right to files from all others (``o``) or from their group (``g``)."""
    return f"chmod {whom}-rwx {shlex.join(map(str, files))}"


def listed_people(names: Iterable[str]) -> str:
    """The first names of users in order."""
    in_order = sorted(names)
    return f"{', '.join(in_order[:_MOST_NAMED])}{' …' if len(in_order) > _MOST_NAMED else ''}"
