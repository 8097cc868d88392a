"""The demonstration's own processes, which start and stop with it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ocote.cli.failures import CommandFailed

_PR_SET_PDEATHSIG = 1
_POLL_S = 0.02
_STOP_S = 10


@dataclass(slots=True)
class Child:
    """One running process of this program; used as a context manager it is stopped at the end."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        """Returns once ``ready`` is true. Raises CommandFailed when the process ends or time is up."""
        deadline = time.monotonic() + within_s
        while not ready():
            if self.process.poll() is not None:
                raise CommandFailed(f"{self.name} terminó al arrancar. {self._last_words()}")
            if time.monotonic() > deadline:
                raise CommandFailed(f"{self.name} no respondió en {within_s:.0f} s. {self._last_words()}")
            time.sleep(_POLL_S)

    def stopped(self) -> bool:
        """Whether the process has ended."""
        return self.process.poll() is not None

    def stop(self) -> None:
        """Asks the process to finish its work and end; ends it after ten seconds."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"Últimas líneas de {self.log}:\n" + "\n".join(lines[-5:]) if lines else f"{self.log} está vacío."

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def start(
    name: str, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], module: str = "ocote.cli"
) -> Child:
    """Starts ``ocote ARGUMENTS``, or another module of ours, in a folder.

    What it writes goes to ``NAME.log`` there. Of the settings it knows only those of ``environ``.

    The process has its own group, so that Ctrl-C reaches only the demonstration, which then stops its children in
    order; on Linux it also ends when the demonstration is killed.
    """
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this program itself, with arguments of the demonstration
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env={**{name: value for name, value in os.environ.items() if not name.startswith("OCOTE_")}, **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here yet
        )
    return Child(name, process, log)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port(preferred: int) -> int:
    """The preferred loopback port, or any free one when it is taken."""
    for port in (preferred, 0):
        chosen = bound_port(port)
        if chosen is not None:
            return chosen
    raise CommandFailed("No hay ningún puerto libre en 127.0.0.1.")


def bound_port(port: int) -> int | None:
    """The loopback port, or the one that the system gives for 0; None when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return None
        chosen: int = probe.getsockname()[1]
        return chosen


def is_port_open(port: int) -> bool:
    """Whether something accepts connections on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
