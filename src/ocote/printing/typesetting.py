"""Typesets with Typst from any thread: fonts are loaded once, with one compiler per template and thread."""

import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import font_roboto
import typst

if TYPE_CHECKING:
    from typst import PDFStandard  # exists only in the stub of the package

Template = Literal["ticket", "letter"]

_TEMPLATES: Final = Path(str(files("ocote.printing"))) / "templates"
_ARCHIVAL: Final[tuple["PDFStandard", ...]] = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1: readable for the ten years of rules.md 11, and by blind people."""

_of_this_thread = threading.local()


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


def load_templates() -> None:
    """Loads fonts and templates ahead for this thread, so that the first document does not wait for them."""
    for template in get_args(Template):
        _compiler(template)


def _pdf(
    compiler: typst.Compiler, inputs: Mapping[str, str], created: datetime, standards: tuple["PDFStandard", ...]
) -> bytes:
    pdf = compiler.compile(sys_inputs=dict(inputs), format="pdf", pdf_standards=list(standards), timestamp=created)
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF")
    return pdf


def _compiler(template: Template) -> typst.Compiler:
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
