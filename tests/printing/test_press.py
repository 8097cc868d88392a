"""PDFs come from child processes, whatever becomes of these."""

import asyncio
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import structlog
from prometheus_client import REGISTRY

from ocote.dte.text import encode
from ocote.printing.brand import PLAIN, Brand
from ocote.printing.pdf import render, render_invalidation
from ocote.printing.press import press as press_module
from ocote.printing.press.messages import NotPrinted, Printed, PrintJob
from ocote.printing.press.press import Press, PressClosedError, UnprintableError, open_press
from ocote.printing.press.process import ChildDiedError, ChildProcess
from ocote.printing.press.queue import PressBusyError
from tests.builders.logo import damaged_png, good_png
from tests.printing.documents import STAMP, Document, sample, with_lines

_SIDE = 40_000


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    async with open_press() as opened:
        yield opened


def job(document: Document, brand: Brand = PLAIN) -> PrintJob:
    return PrintJob(encode(document), "document", stamp=STAMP, brand=brand)


def long_job() -> PrintJob:
    return job(with_lines(sample("01-v2"), 2000))


def children(pid: int | str = "self") -> list[int]:
    """The child processes of a process."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for each in listed for child in each.read_text().split()]


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def ended(why: str) -> float:
    return counted("ocote_pdf_children_ended_total", why=why)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - the state of processes, which tell of no change
            await asyncio.sleep(0.01)


def is_at_work(pid: int) -> bool:
    """Whether a process has used more of the processor than its start takes."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12]) > 0.4 * os.sysconf("SC_CLK_TCK")


async def test_a_child_sets_what_the_library_sets(press: Press) -> None:
    document, event = sample("03-v2"), sample("invalidation-v2")
    brand = Brand(colour="#7a1f1f", roll_mm=58)
    ticket = PrintJob(
        encode(sample("01-v2")), "document", stamp=None, brand=brand, layout="ticket", undone="invalidated", link="x"
    )
    made = await asyncio.gather(
        press.pdf(job(document, brand), 1, "now"),
        press.pdf(PrintJob(encode(event), "invalidation", stamp=STAMP, brand=PLAIN), 2, "later"),
        press.pdf(ticket, 3, "now"),
    )
    assert list(made) == [
        render(document, stamp=STAMP, layout="letter", brand=brand),
        render_invalidation(event, stamp=STAMP),
        render(sample("01-v2"), stamp=None, layout="ticket", undone="invalidated", brand=brand, link="x"),
    ]


async def test_children_start_with_the_first_pdf_and_end_with_the_press() -> None:
    before = set(children())
    async with open_press() as press:
        assert set(children()) == before
        await asyncio.gather(*(press.pdf(job(sample("01-v2")), number, "now") for number in range(6)))
        assert len(set(children()) - before) == 2
    assert set(children()) == before


async def test_a_child_knows_no_secret(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCOTE_SECRET_KEY", "un-secreto-de-prueba")
    monkeypatch.setenv("PGPASSWORD", "otro-secreto")
    before = set(children())
    await press.pdf(job(sample("01-v2")), 1, "now")
    [child] = set(children()) - before
    environment, files = _known_to(child)
    assert "OCOTE_" not in environment
    assert "secreto" not in environment
    assert files < 12, "no database, no connection of a client"


def _known_to(pid: int) -> tuple[str, int]:
    """The environment of a process, and how many files and connections it has open."""
    folder = Path(f"/proc/{pid}")
    return (folder / "environ").read_text(), len(list((folder / "fd").iterdir()))


async def test_a_document_that_cannot_be_set_is_refused_and_the_next_one_is_set(press: Press) -> None:
    impossible = counted("ocote_pdfs_total", outcome="impossible")
    document = sample("01-v2")
    del document["cuerpoDocumento"]
    with pytest.raises(UnprintableError, match="cuerpoDocumento"):
        await press.pdf(job(document), 1, "now")
    assert (await press.pdf(job(sample("01-v2")), 1, "now")).startswith(b"%PDF")
    assert counted("ocote_pdfs_total", outcome="impossible") - impossible == 1


async def test_a_child_that_is_killed_in_the_middle_is_replaced_and_the_pdf_is_made(press: Press) -> None:
    killed = ended("killed")
    before = set(children())
    making = asyncio.create_task(press.pdf(long_job(), 1, "now"))
    await until(lambda: bool(set(children()) - before))
    [child] = set(children()) - before
    await until(lambda: is_at_work(child))
    os.kill(child, signal.SIGKILL)
    assert (await making).startswith(b"%PDF")
    assert ended("killed") - killed == 1


async def test_idle_children_that_were_killed_do_not_matter(press: Press) -> None:
    before = set(children())
    await asyncio.gather(*(press.pdf(job(sample("01-v2")), number, "now") for number in range(4)))
    for child in set(children()) - before:
        os.kill(child, signal.SIGKILL)
    await until(lambda: all(_is_zombie(child) for child in set(children()) - before))
    assert (await press.pdf(job(sample("01-v2")), 1, "now")).startswith(b"%PDF")


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


async def test_a_child_that_has_set_a_long_document_is_replaced(press: Press) -> None:
    used_up = ended("used_up")
    await press.pdf(job(with_lines(sample("01-v2"), 600)), 1, "now")
    assert ended("used_up") - used_up == 1


async def test_a_ticket_does_not_wait_for_the_long_documents_of_anybody(press: Press) -> None:
    long_ones = [asyncio.create_task(press.pdf(long_job(), company, "now")) for company in (1, 2, 3)]
    await asyncio.sleep(0)
    assert (await press.pdf(job(sample("01-v2")), 1, "now")).startswith(b"%PDF")
    assert not any(each.done() for each in long_ones[1:])
    for each in long_ones:
        each.cancel()
    await asyncio.wait(long_ones)


async def test_whoever_goes_leaves_the_queue_and_stops_what_is_set_for_him(press: Press) -> None:
    abandoned, made = ended("abandoned"), counted("ocote_pdfs_total", outcome="made")
    asked = [asyncio.create_task(press.pdf(long_job(), 1, "now")) for _ in range(4)]
    await asyncio.sleep(0)
    assert counted("ocote_pdfs_waiting") == 3
    for each in asked:
        each.cancel()
    await asyncio.wait(asked)
    assert counted("ocote_pdfs_waiting") == 0
    await press.pdf(job(with_lines(sample("01-v2"), 400)), 2, "now")
    assert ended("abandoned") - abandoned == 1
    assert counted("ocote_pdfs_total", outcome="made") - made == 1


async def test_past_the_bound_of_the_queue_a_client_is_refused_and_a_mail_waits(press: Press) -> None:
    refused = counted("ocote_pdfs_total", outcome="refused")
    heavy = job(with_lines(sample("01-v2"), 9000))
    asked = [asyncio.create_task(press.pdf(heavy, 1, "later")) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(PressBusyError):
        await press.pdf(job(sample("01-v2")), 1, "now")
    assert counted("ocote_pdfs_total", outcome="refused") - refused == 1
    assert not any(each.done() for each in asked)
    for each in asked:
        each.cancel()
    await asyncio.wait(asked)


async def test_a_pdf_that_takes_too_long_is_given_up(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_module, "LONG_WITHIN_S", 0.1)
    late = ended("time")
    with pytest.raises(UnprintableError):
        await press.pdf(long_job(), 1, "now")
    assert ended("time") - late == 1
    assert (await press.pdf(job(sample("01-v2")), 1, "now")).startswith(b"%PDF")


async def test_a_logo_that_needs_too_much_memory_is_left_out(press: Press) -> None:
    with_logo = job(sample("01-v2"), Brand(_black_png(_SIDE, _SIDE), "#7a1f1f"))
    broke, without = ended("broke"), counted("ocote_pdfs_total", outcome="without_logo")
    assert await press.pdf(with_logo, 1, "now") == _plain("#7a1f1f")
    assert ended("broke") == broke
    assert counted("ocote_pdfs_total", outcome="without_logo") - without == 1


async def test_a_damaged_logo_is_left_out_of_every_pdf_with_one_line_in_the_log(press: Press) -> None:
    with_logo = job(sample("01-v2"), Brand(damaged_png(), "#7a1f1f"))
    without = counted("ocote_pdfs_total", outcome="without_logo")
    with structlog.testing.capture_logs() as lines:
        made = [await press.pdf(with_logo, 7, "now") for _ in range(3)]
    assert made == [_plain("#7a1f1f")] * 3
    assert counted("ocote_pdfs_total", outcome="without_logo") - without == 3
    assert lines == [
        {"event": "pdf_without_logo", "log_level": "error", "company_id": 7, "remedy": "ocote company add"}
    ]


async def test_a_logo_that_breaks_a_child_is_tried_once(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    real_set = ChildProcess.set

    async def set_or_break(child: ChildProcess, job: PrintJob) -> Printed | NotPrinted:
        if job.brand.logo is not None:
            await child.end()
            raise ChildDiedError(None)
        return await real_set(child, job)

    monkeypatch.setattr(ChildProcess, "set", set_or_break)
    with_logo = job(sample("01-v2"), Brand(good_png(), "#7a1f1f"))
    broke, without = ended("broke"), counted("ocote_pdfs_total", outcome="without_logo")
    assert [await press.pdf(with_logo, 1, "now") for _ in range(2)] == [_plain("#7a1f1f")] * 2
    assert ended("broke") - broke == 1
    assert counted("ocote_pdfs_total", outcome="without_logo") - without == 2


def _plain(colour: str) -> bytes:
    return render(sample("01-v2"), stamp=STAMP, layout="letter", brand=Brand(colour=colour))


def _black_png(width: int, height: int) -> bytes:
    """A picture of some kilobytes that takes four bytes for each of its pixels when it is decoded."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = bytes(1 + width // 8)
    pixels = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


async def test_a_system_that_starts_no_process_is_busy(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(PressBusyError):
        await press.pdf(job(sample("01-v2")), 1, "now")


async def test_closing_gives_up_what_waits_and_what_is_at_work() -> None:
    press = Press()
    before = set(children())
    asked = [asyncio.create_task(press.pdf(long_job(), 1, "later")) for _ in range(3)]
    await until(lambda: bool(set(children()) - before))
    await press.close()
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in results] == [PressClosedError] * 3
    assert set(children()) == before
    with pytest.raises(PressClosedError):
        await press.pdf(job(sample("01-v2")), 1, "now")


_HOST = """
import asyncio
from ocote.printing.press.press import Press
from tests.printing.test_press import long_job

asyncio.run(Press().pdf(long_job(), 1, "now"))
"""


def test_children_die_with_their_gateway_even_in_the_middle_of_a_pdf() -> None:
    with subprocess.Popen([sys.executable, "-c", _HOST]) as host:
        deadline = time.monotonic() + 60
        while not (found := children(host.pid)) or not is_at_work(found[0]):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        host.kill()
    while Path(f"/proc/{found[0]}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
