"""Sets PDFs in child processes, within limits of memory and time, and each company in its turn."""

import asyncio
import dataclasses
import signal
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from typing import Any, Final, Literal

import structlog
from msgspec import Struct
from msgspec.structs import replace

from ocote.metrics import PDF_CHILDREN_ENDED, PDFS, PDFS_WAITING
from ocote.printing.press.limits import (
    ABANDONED_FOR_S,
    CHILDREN,
    LONG_WITHIN_S,
    SHORT_WITHIN_S,
    USUAL_MEMORY,
)
from ocote.printing.press.messages import NotPrinted, Printed, PrintJob
from ocote.printing.press.process import ChildDiedError, ChildProcess
from ocote.printing.press.queue import PressBusyError, PrintQueue, QueuePlace, Urgency

_log = structlog.get_logger(__name__)

_REMEMBERED_LOGOS: Final = 256


class UnprintableError(Exception):
    """The PDF of a document cannot be set within the limits of this machine; the log has the reason."""


class PressClosedError(Exception):
    """The gateway stops, and the PDF was not set."""


class _Lost(Struct, frozen=True):
    """A child that ended during a job: killed from outside, its time over, abandoned, or it broke by itself."""

    why: Literal["killed", "time", "abandoned", "broke"]
    detail: str


class _Asked(QueuePlace):
    """A job in the queue or at work, and the caller who waits for its PDF."""

    def __init__(self, job: PrintJob, company_id: int, urgency: Urgency) -> None:
        super().__init__(company_id, urgency, job.size, is_long=job.is_long)
        self.job = job
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def fail(self, error: Exception) -> None:
        """Tells the caller why there is no PDF, if the caller still waits."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Press:
    """The queue of PDFs and the child processes that set them. Children start with the first PDF.

    At least one child is always free for short documents: a ticket never waits for the long documents of anybody.
    """

    def __init__(self) -> None:
        self._queue: PrintQueue[_Asked] = PrintQueue()
        self._idle: list[ChildProcess] = []
        self._at_work: dict[_Asked, asyncio.Task[None]] = {}
        self._harmful_logos: OrderedDict[bytes, None] = OrderedDict()
        self._is_closed = False

    async def pdf(self, job: PrintJob, company_id: int, urgency: Urgency) -> bytes:
        """The PDF of a job, when its turn has come. A caller that is cancelled leaves the queue.

        Raises PressBusyError, UnprintableError and PressClosedError.
        """
        if self._is_closed:
            raise PressClosedError
        asked = _Asked(job, company_id, urgency)
        try:
            self._queue.enter(asked)
        except PressBusyError:
            PDFS.labels("refused").inc()
            _log.warning("pdf_refused_queue_full", company_id=company_id, waiting=len(self._queue))
            raise
        try:
            self._go_on()
            return await asked.answer
        except asyncio.CancelledError:
            PDFS.labels("abandoned").inc()
            raise
        finally:
            self._queue.leave(asked)
            PDFS_WAITING.set(len(self._queue))

    async def close(self) -> None:
        """Gives up what waits and what is at work, and ends the children."""
        self._is_closed = True
        for asked in (*self._queue.take_all(), *self._at_work):
            asked.fail(PressClosedError())
        await asyncio.gather(*self._at_work.values())
        idle, self._idle = self._idle, []
        await asyncio.gather(*(child.end() for child in idle))

    def _go_on(self) -> None:
        """Begins as many jobs as there are places."""
        while len(self._at_work) < CHILDREN and not self._is_closed:
            long_at_work = sum(asked.is_long for asked in self._at_work)
            asked = self._queue.take_next(only_short=long_at_work >= CHILDREN - 1)
            if asked is None:
                break
            self._at_work[asked] = asyncio.create_task(self._work(asked))
        PDFS_WAITING.set(len(self._queue))

    async def _work(self, asked: _Asked) -> None:
        try:
            pdf = await self._set(asked)
            if not asked.answer.done():
                asked.answer.set_result(pdf)
        except OSError as error:
            _log.error("pdf_child_not_started", reason=str(error))
            asked.fail(PressBusyError())
        except Exception as error:  # noqa: BLE001 - passed on to the caller
            asked.fail(error)
        finally:
            del self._at_work[asked]
            self._go_on()

    async def _set(self, asked: _Asked) -> bytes:
        """Sets a job: again when its child was killed from outside, and at last without the logo.

        The child leaves out a logo that it cannot draw. A picture may also break the child itself, and the document is
        legal without it.
        """
        logo = asked.job.brand.logo
        job = _without_logo(asked.job) if logo is not None and self._is_harmful(logo) else asked.job
        was_killed = False
        while True:
            outcome = await self._attempt(job, asked)
            if isinstance(outcome, Printed):
                break
            why = outcome.detail if isinstance(outcome, _Lost) else outcome.error
            if asked.answer.done():
                raise UnprintableError("nobody waits for it")
            if isinstance(outcome, _Lost) and outcome.why == "killed" and not was_killed:
                was_killed = True
            elif job.brand.logo is not None:
                job = _without_logo(job)
            else:
                PDFS.labels("impossible").inc()
                _log.error("pdf_impossible", company_id=asked.company_id, layout=job.layout, why=why)
                raise UnprintableError(why)
            _log.warning("pdf_tried_again", company_id=asked.company_id, with_logo=bool(job.brand.logo), why=why)
        is_without_logo = logo is not None and (outcome.lacks_logo or job.brand.logo is None)
        PDFS.labels("without_logo" if is_without_logo else "made").inc()
        if logo is not None and is_without_logo and not self._is_harmful(logo):
            self._remember_harmful(logo)
            _log.error("pdf_without_logo", company_id=asked.company_id, remedy="ocote company add")
        return outcome.pdf

    async def _attempt(self, job: PrintJob, asked: _Asked) -> Printed | NotPrinted | _Lost:
        """Has one child set a job. The child is kept, or replaced when it has ended, grown or set a long document."""
        child = await self._living_child()
        setting = asyncio.create_task(child.set(job))
        try:
            within_s = LONG_WITHIN_S if asked.is_long else SHORT_WITHIN_S
            both: set[asyncio.Future[Any]] = {setting, asked.answer}
            await asyncio.wait(both, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
            if asked.answer.done():
                await asyncio.wait({setting}, timeout=ABANDONED_FOR_S)
            if not setting.done():
                outcome: Printed | NotPrinted | _Lost = await _stopped(child, setting, asked)
            else:
                outcome = setting.result()
        except ChildDiedError as death:
            why: Literal["killed", "broke"] = "killed" if death.signal_number == signal.SIGKILL else "broke"
            outcome = _Lost(why, str(death))
        if isinstance(outcome, _Lost):
            PDF_CHILDREN_ENDED.labels(outcome.why).inc()
            _log.warning("pdf_child_ended", why=outcome.why, detail=outcome.detail)
            self._replace()
        elif asked.is_long or outcome.memory > USUAL_MEMORY:
            PDF_CHILDREN_ENDED.labels("used_up").inc()
            await child.end()
            self._replace()
        else:
            self._idle.append(child)
        return outcome

    async def _living_child(self) -> ChildProcess:
        """An idle child, or a new one. Raises OSError when the system starts no process."""
        while self._idle:
            child = self._idle.pop()
            if child.is_alive():
                return child
            await child.end()
        return ChildProcess()

    def _replace(self) -> None:
        """Starts a child ahead, so that the next PDF does not wait for its libraries."""
        if not self._is_closed:
            with suppress(OSError):
                self._idle.append(ChildProcess())

    def _is_harmful(self, logo: bytes) -> bool:
        return sha256(logo).digest() in self._harmful_logos

    def _remember_harmful(self, logo: bytes) -> None:
        self._harmful_logos[sha256(logo).digest()] = None
        if len(self._harmful_logos) > _REMEMBERED_LOGOS:
            self._harmful_logos.popitem(last=False)


@asynccontextmanager
async def open_press() -> AsyncIterator[Press]:
    """A press whose children end with the context."""
    press = Press()
    try:
        yield press
    finally:
        await press.close()


async def _stopped(child: ChildProcess, setting: "asyncio.Task[Printed | NotPrinted]", asked: _Asked) -> _Lost:
    """Ends a child in the middle of its job."""
    setting.cancel()
    await asyncio.gather(setting, return_exceptions=True)
    await child.end()
    return _Lost("abandoned", "nobody waits for it") if asked.answer.done() else _Lost("time", "its time was over")


def _without_logo(job: PrintJob) -> PrintJob:
    return replace(job, brand=dataclasses.replace(job.brand, logo=None))
