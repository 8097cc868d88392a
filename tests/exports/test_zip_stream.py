"""A zip made piece by piece is one that others can read."""

import os
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.clock import EL_SALVADOR
from ocote.exports.zip_stream import Spool, ZipStream

NOON = datetime(2026, 6, 3, 12, 30, 42, tzinfo=EL_SALVADOR)

names = st.text(st.characters(exclude_characters="\0\\", exclude_categories=["Cs"]), min_size=1, max_size=40)
files = st.dictionaries(names, st.tuples(st.binary(max_size=3000), st.booleans()), max_size=12)


def opened(content: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    return archive


@given(files)
def test_every_file_comes_out_as_it_went_in(given_files: dict[str, tuple[bytes, bool]]) -> None:
    with ZipStream() as stream:
        made = b"".join(stream.add(name, body, NOON, compress=packed) for name, (body, packed) in given_files.items())
        made += b"".join(stream.end())

    archive = opened(made)

    assert {name: archive.read(name) for name in archive.namelist()} == {
        name: body for name, (body, _) in given_files.items()
    }


def test_names_keep_their_accents_and_files_their_moment_and_rights() -> None:
    with ZipStream() as stream:
        made = stream.add("años/índice.csv", b"x", NOON, compress=True) + b"".join(stream.end())

    [file] = opened(made).infolist()

    assert (file.filename, file.date_time) == ("años/índice.csv", (2026, 6, 3, 12, 30, 42))
    assert file.external_attr >> 16 == 0o100644


def test_a_file_may_be_gathered_little_by_little() -> None:
    lines = [f"línea {number}\r\n".encode() for number in range(20_000)]
    with ZipStream() as stream, Spool() as spool:
        for line in lines:
            spool.write(line)
        spool.finish()
        made = stream.add("a", b"first", NOON, compress=False)
        made += b"".join(stream.add_spooled("b.csv", spool, NOON)) + b"".join(stream.end())

    archive = opened(made)

    assert archive.read("b.csv") == b"".join(lines)
    assert archive.getinfo("b.csv").compress_size < len(b"".join(lines)) // 5


@pytest.mark.slow
def test_more_files_than_sixteen_bits_can_count() -> None:
    with ZipStream() as stream:
        made = bytearray()
        for number in range(65_600):
            made += stream.add(str(number), b"", NOON, compress=False)
        for piece in stream.end():
            made += piece

    archive = opened(bytes(made))

    assert len(archive.namelist()) == 65_600
    assert archive.namelist()[-1] == "65599"


def test_files_behind_the_fourth_gigabyte(tmp_path: Path) -> None:
    far = 5 * 2**30
    path = tmp_path / "sparse.zip"
    with ZipStream(begins_at=far) as stream, path.open("wb") as file:
        file.seek(far)
        file.write(stream.add("far.txt", b"here", NOON, compress=True))
        file.writelines(stream.end())

    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("far.txt").header_offset == far
        assert archive.read("far.txt") == b"here"


def extracted(archive: Path, folder: Path) -> None:
    """Extracts with Info-ZIP's ``unzip``, a reader that shares no code with Python's; without it, with Python's."""
    unzip = shutil.which("unzip")
    python = [sys.executable, "-m", "zipfile", "-e", str(archive), str(folder)]
    command = [unzip, "-q", str(archive)] if unzip else python
    folder.mkdir()
    subprocess.run(command, cwd=folder, env={**os.environ, "LC_ALL": "C.UTF-8"}, check=True, capture_output=True)


def test_unzip_extracts_every_file(tmp_path: Path) -> None:
    bodies = {"2026-06-03/año.json": b'{"a":1}' * 400, "2026-06-03/b.pdf": bytes(range(256)), "empty.txt": b""}
    path, folder = tmp_path / "export.zip", tmp_path / "extracted"
    with ZipStream() as stream, Spool() as index, path.open("wb") as file:
        for name, body in bodies.items():
            file.write(stream.add(name, body, NOON, compress=name.endswith("json")))
        index.write("Número\r\n".encode())
        index.finish()
        file.writelines(stream.add_spooled("index.csv", index, NOON))
        file.writelines(stream.end())

    extracted(path, folder)

    found = {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    assert found == {**bodies, "index.csv": "Número\r\n".encode()}


@pytest.mark.slow
def test_unzip_reads_more_files_than_sixteen_bits_can_count(tmp_path: Path) -> None:
    path, folder = tmp_path / "export.zip", tmp_path / "extracted"
    with ZipStream() as stream, path.open("wb") as file:
        for number in range(65_600):
            file.write(stream.add(str(number), b"", NOON, compress=False))
        file.writelines(stream.end())

    extracted(path, folder)

    assert sum(1 for _ in os.scandir(folder)) == 65_600


def test_equal_files_make_equal_bytes() -> None:
    def made() -> bytes:
        with ZipStream() as stream:
            return stream.add("a.json", b"{}" * 500, NOON, compress=True) + b"".join(stream.end())

    assert made() == made()


@pytest.mark.slow
@pytest.mark.parametrize("files_made", [2_000, 20_000])
def test_memory_does_not_grow_with_the_files(files_made: int) -> None:
    tracemalloc.start()
    try:
        with ZipStream() as stream:
            for number in range(files_made):
                stream.add(f"2026-06-03/{number:036d}.json", b"{}", NOON, compress=True)
            for _ in stream.end():
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 1_500_000
