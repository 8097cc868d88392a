"""Files that appear only when they are complete."""

import os
import signal
import stat
from pathlib import Path

import pytest

from ocote.unfinished import BeingWrittenError, put_in_place, unfinished


def test_an_unfinished_file_is_for_its_owner_alone_and_gone_at_the_end(tmp_path: Path) -> None:
    with unfinished(tmp_path / "a.part") as file:
        file.write(b"x")
        assert stat.S_IMODE((tmp_path / "a.part").stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_put_in_its_place_stays(tmp_path: Path) -> None:
    with unfinished(tmp_path / "a.part") as file:
        file.write(b"x")
        file.flush()
        put_in_place(tmp_path / "a.part", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"x"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_two_processes_do_not_write_one_file(tmp_path: Path) -> None:
    with unfinished(tmp_path / "a.part"), pytest.raises(BeingWrittenError), unfinished(tmp_path / "a.part"):
        pass


def test_the_file_of_a_killed_process_is_replaced(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        with unfinished(tmp_path / "a.part") as file:
            file.write(b"half")
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    assert (tmp_path / "a.part").read_bytes() == b"half"
    with unfinished(tmp_path / "a.part") as file:
        assert file.read() == b""


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "else").write_bytes(b"kept")
    (tmp_path / "a.part").symlink_to(tmp_path / "else")
    with pytest.raises(OSError, match="symbolic links"), unfinished(tmp_path / "a.part"):
        pass
    assert (tmp_path / "else").read_bytes() == b"kept"
