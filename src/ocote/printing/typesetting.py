"""Typesets with Typst from any thread: fonts are loaded once, with one compiler per template and thread."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import typst

from ocote.printing.glyphs import drawable_text, font_folders, ordinary_text, without_marks

if TYPE_CHECKING:
    from typst import PDFStandard  # exists only in the stub of the package

Template = Literal["ticket", "letter", "ledger"]

_TEMPLATES: Final = Path(str(files("ocote.printing"))) / "templates"
_ARCHIVAL: Final[tuple["PDFStandard", ...]] = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1: readable for the ten years of rules.md 11, and by blind people."""

_of_this_thread = threading.local()


class UnsettableError(Exception):
    """Typst cannot make an archival PDF of the inputs, mostly because no font draws some characters together."""


def typeset(template: Template, inputs: Mapping[str, str], created: datetime) -> bytes:
    """The template filled with ``inputs`` as PDF; equal arguments give equal bytes.

    The file is PDF/A-2a and PDF/UA-1. ``created`` is an aware moment. Raises UnsettableError.
    """
    try:
        pdf = _compiler(template).compile(
            sys_inputs=dict(inputs), format="pdf", pdf_standards=list(_ARCHIVAL), timestamp=created
        )
    except typst.TypstError as error:
        raise UnsettableError(str(error)) from error
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF")
    return pdf


def set_as_far_as_drawable(attempt: Callable[[Callable[[str], str]], bytes]) -> bytes:
    """The PDF of the first attempt that succeeds; ``attempt`` gets the change to make to every text.

    The first change replaces what no font draws, the next one takes marks away too, the last one leaves ordinary
    characters alone. Raises UnsettableError when even these cannot be set.
    """
    for change in (drawable_text, _without_marks):
        with suppress(UnsettableError):
            return attempt(change)
    return attempt(ordinary_text)


def _without_marks(text: str) -> str:
    return without_marks(drawable_text(text))


def load_templates() -> None:
    """Loads fonts and templates ahead for this thread, so that the first document does not wait for them."""
    for template in get_args(Template):
        _compiler(template)


def _compiler(template: Template) -> typst.Compiler:
    compilers: dict[str, typst.Compiler] = _of_this_thread.__dict__
    if template not in compilers:
        compilers[template] = typst.Compiler(
            _TEMPLATES / f"{template}.typ", root=_TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True
        )
    return compilers[template]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*font_folders()])
