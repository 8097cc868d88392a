"""Typst, ready to use from any thread: fonts loaded once, one compiler per template and thread."""

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
    from typst import PDFStandard  # only in the package's stub

_P = ParamSpec("_P")

Template = Literal["ticket", "letter"]

TYPESET_AT_ONCE: Final = 2
"""PDFs made at once in a process; more would take the processor from the requests of the cash registers."""

_TEMPLATES: Final = Path(str(files("ocote.printing"))) / "templates"
_ARCHIVAL: Final[tuple["PDFStandard", ...]] = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1: readable for the ten years of rules.md 11, and by those who do not see."""
_FORGET_ROUNDS: Final = 11
"""Typst drops what it remembers of a document after ten further compilations."""

_of_this_thread = threading.local()
_press = ThreadPoolExecutor(TYPESET_AT_ONCE, "typesetting")


async def in_the_press(work: Callable[_P, bytes], *args: _P.args, **kwargs: _P.kwargs) -> bytes:
    """Makes a PDF in one of the few threads kept for that, first come, first served.

    A PDF of 2,000 lines takes seconds and some 100 MB. In the threads that everything shares, a handful of such PDFs
    would keep MH's name from being looked up, and MH would pass for silent.
    """
    return await asyncio.get_running_loop().run_in_executor(_press, partial(work, *args, **kwargs))


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
    """Makes Typst drop what it keeps of earlier documents: some 60 kB for each line of a very long document."""
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
