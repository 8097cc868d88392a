"""The messages between the gateway and a child process that sets PDFs: plain values in frames of known length."""

import re
from typing import Final, Literal

import msgspec
from msgspec import Struct

from ocote.printing.brand import Brand
from ocote.printing.press.limits import LINE_BREAK, LONG_TEXT
from ocote.printing.sheet import Layout, Void

LENGTH_BYTES: Final = 4

_LINE_BREAKS: Final = re.compile(rb"\\[nrf]|\\u00[01]|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""The line breaks of ``ocote.dte.characters`` as JSON writes them."""


class PrintJob(Struct, frozen=True):
    """A PDF to be set: the signed text as it is kept, and the arguments of ``ocote.printing.pdf``.

    The text of a ``ledger`` is the encoded VAT book (``ocote.printing.ledger``), and the other arguments are unused.
    ``trial`` is a page without a text, with which ``ocote doctor`` tries whether anything can be set.
    """

    text: bytes
    kind: Literal["document", "invalidation", "ledger", "trial"]
    stamp: str | None
    brand: Brand
    layout: Layout = "letter"
    undone: Void | None = None
    link: str | None = None

    @property
    def size(self) -> int:
        """The bytes of the job while it waits."""
        return len(self.text) + len(self.brand.logo or b"")

    @property
    def is_long(self) -> bool:
        """Whether the document may take much longer to set than the usual document of some lines."""
        return len(self.text) + LINE_BREAK * len(_LINE_BREAKS.findall(self.text)) > LONG_TEXT


class Printed(Struct, frozen=True, tag=True):
    """The PDF of a job, and the resident memory of the child afterwards, in bytes.

    ``lacks_logo``: the company's logo cannot be drawn and was left out.
    """

    pdf: bytes
    memory: int
    lacks_logo: bool = False


class NotPrinted(Struct, frozen=True, tag=True):
    """The traceback of a job that could not be set, and the resident memory of the child afterwards, in bytes."""

    error: str
    memory: int


JobAnswer = Printed | NotPrinted

_ENCODER: Final = msgspec.msgpack.Encoder()
_JOBS: Final = msgspec.msgpack.Decoder(PrintJob)
_ANSWERS: Final[msgspec.msgpack.Decoder[JobAnswer]] = msgspec.msgpack.Decoder(JobAnswer)


def frame(message: PrintJob | JobAnswer) -> bytes:
    """A message with its length in front."""
    body = _ENCODER.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def job_in(body: bytes) -> PrintJob:
    """The job in a frame without its length."""
    return _JOBS.decode(body)


def answer_in(body: bytes) -> JobAnswer:
    """The answer in a frame without its length."""
    return _ANSWERS.decode(body)
