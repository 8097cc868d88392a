"""``python -m ocote.printing.press.child``: sets PDFs for a gateway, one after the other, within limits.

Jobs and answers pass through standard input, which is a socket. The process has no secrets, no settings and no
database. It sets many short documents, or one long one at its end. It ends as soon as the gateway closes the socket or
dies, even in the middle of a PDF: one thread listens while another one sets.
"""

import os
import resource
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO, Final

from ocote.dte.text import decode
from ocote.printing.brand import Brand
from ocote.printing.press.limits import CHILD_MEMORY
from ocote.printing.press.messages import LENGTH_BYTES, JobAnswer, NotPrinted, Printed, PrintJob, frame, job_in

_BEHIND_ALL_OTHERS: Final = 10
"""How far a long document stands back (``nice``) behind sales and tickets."""

_FILES: Final = 64
_FIRST_TO_END: Final = "1000"


def answer_jobs() -> None:
    """Answers jobs until the gateway closes the socket."""
    _limit_resources()
    jobs: SimpleQueue[bytes] = SimpleQueue()
    with socket.socket(fileno=os.dup(0)) as gateway:
        Thread(target=_set_all, args=(jobs, gateway), daemon=True).start()
        with gateway.makefile("rb") as stream:
            while body := _next_frame(stream):
                jobs.put(body)
        os._exit(0)


def _limit_resources() -> None:
    """Bounds memory and open files, and writes no memory image: it would hold the data of customers.

    Where the machine itself runs out of memory, Linux ends this process before the gateway or its database.
    """
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, CHILD_MEMORY),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        _, hard = resource.getrlimit(kind)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # a system other than Linux may not know the limit
            resource.setrlimit(kind, (limit, limit))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_END, encoding="ascii")


def _next_frame(stream: BinaryIO) -> bytes:
    """The next frame without its length; empty when the gateway has closed the socket."""
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length, "big")) if len(length) == LENGTH_BYTES else b""


def _set_all(jobs: SimpleQueue[bytes], gateway: socket.socket) -> None:
    try:
        with suppress(Exception):  # a fault of the library is the answer to the first job
            _load()
        while True:
            gateway.sendall(frame(_answer(jobs.get())))
    finally:
        os._exit(1)


def _load() -> None:
    from ocote.printing.typesetting import load_templates  # noqa: PLC0415 - a fault becomes an answer

    load_templates()


def _answer(body: bytes) -> JobAnswer:
    try:
        job = job_in(body)
        return Printed(_pdf(job), _memory(), _lacks_its_logo(job.brand))
    except Exception:  # noqa: BLE001 - the gateway decides what becomes of a document that cannot be set
        return NotPrinted(traceback.format_exc(), _memory())


def _lacks_its_logo(brand: Brand) -> bool:
    from ocote.printing.pdf import lacks_its_logo  # noqa: PLC0415 - a fault becomes an answer

    return lacks_its_logo(brand)


def _pdf(job: PrintJob) -> bytes:
    from ocote.printing.ledger_pdf import render_ledger  # noqa: PLC0415 - a fault becomes an answer
    from ocote.printing.pdf import render, render_invalidation, render_trial  # noqa: PLC0415 - a fault becomes an answer

    if job.kind == "trial":
        return render_trial()
    if job.is_long:
        os.nice(_BEHIND_ALL_OTHERS)
    if job.kind == "ledger":
        return render_ledger(job.text)
    signed = decode(job.text)
    if job.kind == "invalidation":
        return render_invalidation(signed, stamp=job.stamp, brand=job.brand)
    return render(signed, stamp=job.stamp, layout=job.layout, undone=job.undone, brand=job.brand, link=job.link)


def _memory() -> int:
    """The resident memory of this process in bytes: the present one on Linux, elsewhere the highest."""
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    answer_jobs()
