"""The one table of fault codes, of the API and of the tax authority, each with its remedy.

``python -m ocote.errors`` prints the table for users as ``docs/errors.md``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ocote.dte.faults import Fault
from ocote.errors.access import ACCESS
from ocote.errors.adjusted import ADJUSTED
from ocote.errors.body import BODY
from ocote.errors.entry import Entry, MhEntry, WarningEntry
from ocote.errors.fields import FIELDS
from ocote.errors.fiscal import FISCAL
from ocote.errors.mentions import MENTIONS
from ocote.errors.mh import MH_CODES
from ocote.errors.operation import OPERATIONS
from ocote.errors.panel import PANEL
from ocote.errors.warnings import WARNINGS

__all__ = [
    "ANSWER_WARNINGS",
    "ENTRIES",
    "MH",
    "Entry",
    "MhEntry",
    "WarningEntry",
    "advised",
    "detail_of",
    "fault",
    "message",
    "sentence_of",
    "status",
    "warning_text",
]


def _by_code(entries: tuple[Entry, ...]) -> Mapping[str, Entry]:
    table = {entry.code: entry for entry in entries}
    if len(table) != len(entries):
        raise ValueError("a fault code is defined twice")
    return MappingProxyType(table)


ENTRIES: Final = _by_code(ACCESS + BODY + FIELDS + MENTIONS + ADJUSTED + FISCAL + OPERATIONS + PANEL)
"""Every fault code of the gateway."""

MH: Final[Mapping[str, MhEntry]] = MappingProxyType({entry.code: entry for entry in MH_CODES})
"""Every known code of the tax authority."""

ANSWER_WARNINGS: Final[Mapping[str, WarningEntry]] = MappingProxyType({entry.code: entry for entry in WARNINGS})
"""Every code of a warning in an answer."""


def message(code: str, **values: object) -> str:
    """The Spanish text of a code with its values filled in. Raises KeyError for an unknown code or a missing value."""
    entry = ENTRIES[code]
    return entry.message.format(**values) if values else entry.message


def warning_text(code: str, **values: str) -> str:
    """The Spanish text of a warning. Raises KeyError for an unknown code or a missing value."""
    return ANSWER_WARNINGS[code].message.format(**values)


def status(code: str) -> int:
    """The HTTP status that goes with a code (contract 5). Raises KeyError for an unknown code."""
    return ENTRIES[code].status


def fault(code: str, field: str, **values: object) -> Fault:
    """A fault of one field, worded from the table."""
    return Fault(code, field, message(code, **values))


def advised(found: Fault) -> Fault:
    """A fault of the fiscal rules, with the advice of the table to the sender of the request, if there is any."""
    advice = ENTRIES[found.code].advice
    return Fault(found.code, found.field, f"{found.message} {advice}") if advice else found


def detail_of(first: Fault) -> str:
    """The ``detail`` of a 400 answer, which names the first fault (contract 5).

    A message is either the rest of a sentence that begins with the field, or a sentence of its own.
    """
    return f"Solicitud invalida: {sentence_of(first)}"


def sentence_of(found: Fault) -> str:
    """A fault with the name of its field in front."""
    separator = ": " if found.message[:1].isupper() else " "
    return f"{found.field}{separator}{found.message}"
