"""Real processes of ``ocote`` that a test starts, waits for, kills or stops."""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

_LOOK_S = 0.02
_STOP_S = 10.0
_LAST_WORDS = 2000


class NotReadyError(Exception):
    """A process ended, or was not ready in time; the message is the end of its log."""


class _Forks:
    """The process from which the commands of this test process are forked."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.forks"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lock = threading.Lock()
        atexit.register(self._end)

    def ask(self, **order: Any) -> Any:
        """Sends one order and returns the reply."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(f"{json.dumps(order)}\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def _end(self) -> None:
        self._process.communicate()


@cache
def _forks() -> _Forks:
    return _Forks()


@dataclass(slots=True)
class Child:
    """One running process; used as a context manager, the process is stopped at the end."""

    pid: int
    log: Path
    _status: int | None = None

    def status(self) -> int | None:
        """The exit status, negative for the signal that ended the process; None while the process runs."""
        if self._status is None:
            self._status = _forks().ask(pid=self.pid)
        return self._status

    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self.status() is not None

    def wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        """Asks ``ready`` until the answer is yes. Raises NotReadyError when the process ends or time is up."""
        deadline = time.monotonic() + within_s
        while not ready():
            if self.has_ended() or time.monotonic() > deadline:
                raise NotReadyError(self.written()[-_LAST_WORDS:])
            time.sleep(_LOOK_S)

    def wait(self, within_s: float) -> int:
        """Returns the exit status once the process has ended. Raises TimeoutError when time is up."""
        deadline = time.monotonic() + within_s
        while (status := self.status()) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(self.written()[-_LAST_WORDS:])
            time.sleep(_LOOK_S)
        return status

    def written(self) -> str:
        """Everything that the process has written to its standard output and standard error."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """Ends the process as a power cut does: nothing is finished."""
        self._signal(signal.SIGKILL)
        self.wait(_STOP_S)

    def stop(self) -> None:
        """Asks the process to finish its work and end; kills the process after ten seconds."""
        self._signal(signal.SIGTERM)
        try:
            self.wait(_STOP_S)
        except TimeoutError:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if not self.has_ended():
            os.kill(self.pid, number)

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def start(
    name: str,
    arguments: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    limits: Mapping[str, int] | None = None,
) -> Child:
    """Starts ``ocote ARGUMENTS`` in a folder, with the settings of ``environ`` and no others.

    ``limits`` are resource limits of the process by their names, such as ``RLIMIT_AS`` in bytes. The output goes to
    ``NAME.log`` in the folder. On Linux the process also ends when the test's process is killed.
    """
    log = folder / f"{name}.log"
    pid = _forks().ask(
        arguments=[*arguments], folder=str(folder), environ={**environ}, log=str(log), limits={**(limits or {})}
    )
    return Child(pid, log)
