"""Typesets with Typst from any thread: fonts are loaded once, with one compiler per template and thread."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, ParamSpec

import font_roboto
import typst

if TYPE_CHECKING:
    from typst import PDFStandard  # exists only in the stub of the package

_P = ParamSpec("_P")

Template = Literal["ticket", "letter"]

TYPESET_AT_ONCE: Final = 2
"""PDFs made at once in a process; more would take the processor from the requests of the cash registers."""

_TEMPLATES: Final = Path(str(files("ocote.printing"))) / "templates"
_ARCHIVAL: Final[tuple["PDFStandard", ...]] = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1: readable for the ten years of rules.md 11, and by blind people."""
_FORGET_ROUNDS: Final = 11
"""Typst drops its cache of a document after ten further compilations."""

_of_this_thread = threading.local()
_pdf_threads = ThreadPoolExecutor(TYPESET_AT_ONCE, "typesetting")


async def in_pdf_thread(work: Callable[_P, bytes], *args: _P.args, **kwargs: _P.kwargs) -> bytes:
    """Makes a PDF in one of the few threads for PDFs, in the order of the calls.

    A PDF of 2,000 lines takes seconds and some 100 MB. In the shared threads, a few such PDFs would block the look-up
    of MH's host name, and the gateway would take MH for silent.
    """
    return await asyncio.get_running_loop().run_in_executor(_pdf_threads, partial(work, *args, **kwargs))


def typeset(template: Template, inputs: Mapping[str, str], created: datetime) -> bytes:
    """The template filled with ``inputs`` as PDF; equal arguments give equal bytes.

    The file is PDF/A-2a and PDF/UA-1. When a text holds a character that none of the fonts has (an emoji in a
    description), the file is a plain tagged PDF, where that character is a box. ``created`` is an aware moment.
    """
    compiler = _compiler(template)
    try:
        return _pdf(compiler, inputs, created, _ARCHIVAL)
    except typst.TypstError:
        return _pdf(compiler, inputs, created, ())


def release_memory() -> None:
    """Makes Typst drop its cache of earlier documents: about 60 kB for each line of a very long document."""
    blank = _compiler("blank")
    for _ in range(_FORGET_ROUNDS):
        blank.compile(format="pdf")


def _pdf(
    compiler: typst.Compiler, inputs: Mapping[str, str], created: datetime, standards: tuple["PDFStandard", ...]
) -> bytes:
    pdf = compiler.compile(sys_inputs=dict(inputs), format="pdf", pdf_standards=list(standards), timestamp=created)
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF")
    return pdf


def _compiler(template: str) -> typst.Compiler:
    compilers: dict[str, typst.Compiler] = _of_this_thread.__dict__
    if template not in compilers:
        compilers[template] = typst.Compiler(
            _TEMPLATES / f"{template}.typ", root=_TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True
        )
    return compilers[template]


@cache
def _fonts() -> typst.Fonts:
    roboto = Path(font_roboto.__file__).parent / "files"
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[roboto])
