"""A backup file that is no longer what was written is refused in one sentence, and nothing is restored from it."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ocote.backups.manifest import BACKUP_FORMAT, BackupError
from ocote.backups.reading import open_backup
from ocote.store.engine.opening import NEWEST
from tests.backups.small import Small, rewrite
from tests.commands import Run
from tests.store.versions import NEXT

_DAMAGED = "El respaldo no sirve: "
_FLIPS = 400


def read(file: Path) -> None:
    """Reads a backup as a restore does before it touches anything."""
    with open_backup(file) as backup:
        backup.check(lambda _rows: None)


def is_refused(run: Run, small: Small, said: str) -> None:
    """Both ways to use the file end with one sentence, and the place stays empty."""
    for arguments in (("restore", "--check", str(small.file)), ("restore", str(small.file))):
        ended = run(*arguments)
        assert (ended.status, ended.out) == (1, ""), ended
        assert said in ended.err
        assert ended.err.count("\n") == 1
    assert not list(small.file.parent.glob("nueva.sqlite3*"))


def _where(file: Path, name: str) -> range:
    """The bytes of a member's compressed content in the file."""
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo(name)
    content = file.read_bytes()
    names, extra = (int.from_bytes(content[info.header_offset + at :][:2], "little") for at in (26, 28))
    begins = info.header_offset + 30 + names + extra
    return range(begins, begins + info.compress_size)


def _flip(file: Path, position: int, bit: int = 0) -> None:
    content = bytearray(file.read_bytes())
    content[position] ^= 1 << bit
    file.write_bytes(content)


def test_a_sound_file_can_be_read(small: Small) -> None:
    read(small.file)


def test_a_flipped_byte_in_any_member_is_found(run: Run, small: Small) -> None:
    sound = small.file.read_bytes()
    for name in small.members():
        small.file.write_bytes(sound)
        inside = _where(small.file, name)
        _flip(small.file, inside[len(inside) // 2])
        is_refused(run, small, _DAMAGED)


def test_a_flipped_bit_anywhere_is_found_or_changes_nothing_that_is_restored(small: Small) -> None:
    sound, members = small.file.read_bytes(), small.members()
    chance = random.Random(20261120)
    found = 0
    for _ in range(_FLIPS):
        small.file.write_bytes(sound)
        _flip(small.file, chance.randrange(len(sound)), chance.randrange(8))
        try:
            read(small.file)
        except BackupError:
            found += 1
        else:
            assert small.members() == members
    assert found > _FLIPS / 2


def test_a_truncated_file_is_found_wherever_it_ends(run: Run, small: Small) -> None:
    sound = small.file.read_bytes()
    for kept in range(0, len(sound), len(sound) // 40):
        small.file.write_bytes(sound[:kept])
        with pytest.raises(BackupError):
            read(small.file)
    small.file.write_bytes(sound[: len(sound) // 2])
    is_refused(run, small, "no es un respaldo de ocote, o está incompleto")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"PK\5\6" + bytes(18)])
def test_another_file_is_no_backup(run: Run, small: Small, content: bytes) -> None:
    small.file.write_bytes(content)
    is_refused(run, small, "no es un respaldo de ocote")


def _without_a_table(small: Small) -> None:
    members = small.members()
    del members["tables/document.jsonl"]
    rewrite(small.file, members)


def _with_one_more(small: Small) -> None:
    rewrite(small.file, {**small.members(), "tables/secreta.jsonl": b""})


def _with_an_unknown_table(small: Small) -> None:
    members = small.members()
    with open_backup(small.file) as backup:
        tables = backup.manifest.tables
    other = (*tables[:-1], type(tables[0])("sqlite_master", (), (), 0, tables[-1].sha256))
    del members["tables/outbox.jsonl"]
    rewrite(small.file, {**members, "tables/sqlite_master.jsonl": b""}, tables=other)


def _with_another_row(small: Small) -> None:
    members = small.members()
    members["tables/document.jsonl"] = members["tables/document.jsonl"].replace(b"1130", b"9130")
    rewrite(small.file, members)


def _with_a_row_less(small: Small) -> None:
    members = small.members()
    lines = members["tables/document.jsonl"].splitlines(keepends=True)
    rewrite(small.file, {**members, "tables/document.jsonl": b"".join(lines[:-1])})


def _with_other_counters(small: Small) -> None:
    rewrite(small.file, small.members(), documents=7)


def _repacked_without_checksum(small: Small) -> None:
    members = small.members()
    with zipfile.ZipFile(small.file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


@pytest.mark.parametrize(
    "change",
    [
        _without_a_table,
        _with_one_more,
        _with_an_unknown_table,
        _with_another_row,
        _with_a_row_less,
        _with_other_counters,
        _repacked_without_checksum,
    ],
)
def test_a_file_that_somebody_has_changed_is_refused(run: Run, small: Small, change: Callable[[Small], None]) -> None:
    change(small)
    is_refused(run, small, _DAMAGED)


@pytest.mark.parametrize("newer", [{"tables_version": NEXT}, {"format": BACKUP_FORMAT + 1}])
def test_a_backup_of_a_newer_program_asks_for_this_program(run: Run, small: Small, newer: dict[str, object]) -> None:
    assert NEXT > NEWEST
    rewrite(small.file, small.members(), **newer)
    is_refused(run, small, "El respaldo es de una versión más nueva de ocote (")


def test_a_manifest_of_another_form_of_a_newer_program_is_still_told_from_a_damaged_one(run: Run, small: Small) -> None:
    other = b'{"format": 2, "program": "9.0", "tables_version": "0099", "tables": "elsewhere"}'
    rewrite(small.file, {**small.members(), "manifest.json": other})
    is_refused(run, small, "es de una versión más nueva de ocote (9.0, tablas 0099): actualice el programa.")


def test_a_file_that_does_not_exist_is_named(run: Run, small: Small) -> None:
    ended = run("restore", "otra.zip")
    assert (ended.status, ended.err) == (1, "Error: No se puede usar otra.zip: no existe.\n")
