"""``python -m tests.forks``: a process that has loaded ``ocote`` and its libraries, and forks commands from itself.

A forked command starts in a tenth of the time. The fault point in its environment is read after the fork, because
nothing else of ``ocote`` reads its environment before it runs. Orders and replies are lines of JSON on standard input
and output.
"""

import ctypes
import gc
import json
import os
import pkgutil
import resource
import runpy
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import ocote
from ocote import fault_points

_PR_SET_PDEATHSIG = 1
_NOT_LOADED = ("ocote.emulator", "ocote.printing", "ocote.store.migrations")
"""What a gateway does not load, or loads in a child of its own."""

_LIBRARIES = (
    "aiohttp",
    "aiosmtplib",
    "asyncpg",
    "click",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.serialization",
    "font_roboto",
    "httptools",
    "jsonschema_rs",
    "limits.aio.storage",
    "limits.aio.strategies",
    "msgspec",
    "num2words",
    "prometheus_client",
    "rich.console",
    "sqlite3",
    "structlog",
    "typst",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)

_FAULT: list[Callable[[fault_points.Moment, fault_points.What], None]] = [fault_points._pass_by]
"""The last is what this process does at each of its fault points."""


def main() -> None:
    """Answers orders until standard input is closed."""
    for library in _LIBRARIES:
        with suppress(ImportError):  # the list only saves time: a library that is no longer used may stand in it
            import_module(library)
    vars(fault_points)["reach"] = _reach  # before any module has taken the one of this process
    for module in pkgutil.walk_packages(ocote.__path__, "ocote."):
        if not module.name.startswith(_NOT_LOADED) and not module.name.endswith("__main__"):
            import_module(module.name)
    gc.collect()
    gc.freeze()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        order = json.loads(line)
        reply = _start(order, ended) if "arguments" in order else _status(order["pid"], ended)
        sys.stdout.write(f"{json.dumps(reply)}\n")
        sys.stdout.flush()


def _reach(moment: fault_points.Moment, what: fault_points.What) -> None:
    _FAULT[-1](moment, what)


def _start(order: dict[str, Any], ended: dict[int, int]) -> int:
    """Forks one command; returns the number of its process, which an ended one may have had before."""
    pid = os.fork()
    if pid == 0:
        _become(order)
    ended.pop(pid, None)
    return pid


def _status(pid: int, ended: dict[int, int]) -> int | None:
    """The exit status of a command, negative for a signal; None while the command runs."""
    if pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            ended[pid] = os.waitstatus_to_exitcode(status)
    return ended.get(pid)


def _become(order: dict[str, Any]) -> None:
    """Turns this process into ``ocote ARGUMENTS``."""
    os.setsid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    output = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, stream in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
        os.dup2(stream, number)
    os.chdir(order["folder"])
    for name, most in order["limits"].items():
        resource.setrlimit(getattr(resource, name), (most, most))
    for name in [name for name in os.environ if name.startswith("OCOTE_")]:
        del os.environ[name]
    os.environ.update(order["environ"])
    if fault_points.VARIABLE in os.environ:
        _FAULT.append(fault_points._die_at(os.environ[fault_points.VARIABLE]))
    sys.argv = ["ocote", *order["arguments"]]
    runpy.run_module("ocote.cli", run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main()
