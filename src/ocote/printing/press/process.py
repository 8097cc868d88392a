"""One child process, as the gateway sees it."""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import suppress
from typing import Final

from ocote.printing.press.limits import LARGEST_PDF
from ocote.printing.press.messages import LENGTH_BYTES, JobAnswer, PrintJob, answer_in, frame

_COMMAND: Final = (sys.executable, "-P", "-m", "ocote.printing.press.child")
_KEPT_VARIABLES: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR")
"""What a child may know of the gateway's environment: where programs and libraries are, and no setting or secret."""

_ONE_CORE: Final = {"RAYON_NUM_THREADS": "1"}
"""Typst would set parts of one document on all processors at once."""

_BUFFER: Final = 1024 * 1024


class ChildDiedError(Exception):
    """The child ended before it answered; ``signal_number`` is the signal that ended it, if one did."""

    def __init__(self, signal_number: int | None) -> None:
        super().__init__(f"signal {signal_number}" if signal_number else "no answer that can be read")
        self.signal_number = signal_number


class ChildProcess:
    """A process that sets one PDF at a time. Whoever starts it has to end it."""

    def __init__(self) -> None:
        """Starts the process, which loads its libraries meanwhile. Raises OSError when the system starts none."""
        self._socket, its_own = socket.socketpair()
        self._socket.setblocking(False)
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            # A session of its own: Ctrl-C reaches the gateway alone, which finishes its requests first.
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                _COMMAND,
                stdin=its_own.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ} | _ONE_CORE,
                cwd="/",
                start_new_session=True,
            )
        except BaseException:
            self._socket.close()
            raise
        finally:
            its_own.close()

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    async def set(self, job: PrintJob) -> JobAnswer:
        """The answer of the child to a job. Raises ChildDiedError."""
        try:
            return await self._ask(job)
        except (OSError, asyncio.IncompleteReadError) as error:
            status = await self.end()
            raise ChildDiedError(-status if status < 0 else None) from error
        except ValueError as error:
            await self.end()
            raise ChildDiedError(None) from error

    async def end(self) -> int:
        """Ends the process, whatever it does; returns its exit status, negative for the signal that ended it."""
        if self.is_alive() and self._stream is not None and self._stream[0].at_eof():
            with suppress(subprocess.TimeoutExpired):  # it dies by itself, and its signal tells why
                await asyncio.to_thread(self._process.wait, 1.0)
        self._process.kill()
        status: int = await asyncio.to_thread(self._process.wait)
        if self._stream is None:
            self._socket.close()
        else:
            self._stream[1].close()
            with suppress(OSError):
                await self._stream[1].wait_closed()
        return status

    async def _ask(self, job: PrintJob) -> JobAnswer:
        if self._stream is None:
            self._stream = await asyncio.open_connection(sock=self._socket, limit=_BUFFER)
        reader, writer = self._stream
        writer.write(frame(job))
        await writer.drain()
        length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
        if length > LARGEST_PDF:
            raise ValueError("the PDF is too large")
        return answer_in(await reader.readexactly(length))
