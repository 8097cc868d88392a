"""Processes of ``ocote`` that a test or a measurement starts, waits for and stops."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_PR_SET_PDEATHSIG = 1
_LOOK_S = 0.02
_STOP_S = 10
_LAST_WORDS = 2000


class NotReadyError(Exception):
    """A process ended, or was not ready in time; the message is the end of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """One running process; used as a context manager, the process is stopped at the end."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        """Asks ``ready`` until the answer is yes. Raises NotReadyError when the process ends or time is up."""
        deadline = time.monotonic() + within_s
        while not ready():
            if self.has_ended() or time.monotonic() > deadline:
                raise NotReadyError(self.written()[-_LAST_WORDS:])
            time.sleep(_LOOK_S)

    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self.process.poll() is not None

    def written(self) -> str:
        """Everything that the process has written to its standard output and standard error."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """Ends the process as a power cut does: nothing is finished."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Asks the process to finish its work and end; kills the process after ten seconds."""
        self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def start(name: str, arguments: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Child:
    """Starts ``ocote ARGUMENTS`` in a folder, with the settings of ``environ`` and no others.

    The output goes to ``NAME.log`` in the folder. On Linux the process also ends when the test's process is killed.
    """
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ocote.cli", *arguments],
            cwd=folder,
            env={**{key: value for key, value in os.environ.items() if not key.startswith("OCOTE_")}, **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - only a system call
        )
    return Child(process, log)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
