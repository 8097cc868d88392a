"""Texts from outside in CSV files, which a spreadsheet may run as formulas when a person opens the file.

A spreadsheet takes a cell for a formula by its first sign. It also decides for itself, by the country of the person,
which sign separates the cells: a file with commas is split at semicolons too, and a quoted text with it.
"""

import re
from typing import Final

_SIGNS: Final = r"=+\-@＝＋－＠"
"""The signs that begin a formula, also in full width."""
_PASSED_OVER: Final = r"\s\"'\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
"""Blanks, quotes and invisible signs, which may be dropped before the sign is looked at."""
_BEGINS: Final = r"(?:^|[;,|\t\r\n])"

_FORMULA: Final = re.compile(rf"^(?=[\t\r\n])|{_BEGINS}[{_PASSED_OVER}]*(?=[{_SIGNS}])")
_MARKED: Final = re.compile(rf"({_BEGINS}[{_PASSED_OVER}]*)'(?=[{_SIGNS}])")
_LEAD: Final = re.compile(rf"({_BEGINS})[{_PASSED_OVER}]*[{_SIGNS}][{_PASSED_OVER}{_SIGNS}]*")


def marked_as_text(text: str) -> str:
    """The text with an apostrophe before every sign that could begin a formula, whatever separates the cells."""
    return _FORMULA.sub(r"\g<0>'", text)


def unmarked(text: str) -> str:
    """The text that ``marked_as_text`` has marked, for every text that begins with no blank.

    An apostrophe that a person wrote before such a sign, to keep a spreadsheet from running it, is taken out as well.
    """
    return _MARKED.sub(r"\1", text)


def without_formula_signs(text: str) -> str:
    """The text without the signs that could begin a formula, for a file whose reader would keep an apostrophe."""
    return _LEAD.sub(r"\1", text)
