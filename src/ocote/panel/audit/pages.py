"""The values that the pages of the audit log show. What people and companies wrote is shown as it stands, but short."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from ocote.dte.catalogs import Catalog
from ocote.panel.audit.words import ACTS, ADDRESSES, CHANGED_FIELDS
from ocote.panel.frame.moments import shown_moment
from ocote.printing.names import word
from ocote.store.audit_reading import LinkedRow

_LONGEST: Final = 120
_OF_BRANCH: Final = "branches."
_DOCUMENT: Final = "document "
_INTERNAL: Final = ("document_id",)
"""Values that lead machines to what the subject names for people."""

_BY_PAYMENT: Final = ("counted",)
"""Values with an amount for each way of paying, by its code."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class ChangedValue(Struct, frozen=True):
    """A value before and after a change; a text is empty where there was no value."""

    label: str
    before: str
    after: str


class EntryShown(Struct, frozen=True):
    """An entry of the log. ``where`` is the address of the browser, or words for another way."""

    number: int
    title: str
    at: str
    author: str
    where: str
    subject: str
    company: str
    changes: tuple[ChangedValue, ...]


def entries_shown(rows: Iterable[LinkedRow], say: Callable[[str], str]) -> tuple[EntryShown, ...]:
    """The entries in words; ``say`` translates the Spanish ones."""
    return tuple(
        EntryShown(
            number=row.number,
            title=say(ACTS[row.act]) if row.act in ACTS else _short(row.act),
            at=shown_moment(row.at),
            author=_short(row.author),
            where=say(ADDRESSES[row.address]) if row.address in ADDRESSES else _short(row.address),
            subject=_short(_subject(row, say)),
            company=_short(row.company or ""),
            changes=changes_shown(_values(row.before), _values(row.after), say),
        )
        for row in rows
    )


def changes_shown(
    before: Mapping[str, Any], after: Mapping[str, Any], say: Callable[[str], str]
) -> tuple[ChangedValue, ...]:
    """The values that changed, by name."""
    names = sorted({*before, *after}, key=lambda name: _label(name, say))
    return tuple(
        ChangedValue(
            _label(name, say),
            value_words(_in_words(name, before.get(name)), say),
            value_words(_in_words(name, after.get(name)), say),
        )
        for name in names
        if before.get(name) != after.get(name) and name not in _INTERNAL
    )


def value_words(value: Any, say: Callable[[str], str]) -> str:
    """A value as people read it.

    >>> value_words(["M001P001", "M001P002"], str), value_words(True, str), value_words(None, str)
    ('M001P001, M001P002', 'sí', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("sí") if value else say("no")
    if isinstance(value, list):
        return _short(", ".join(value_words(each, say) for each in value))
    if isinstance(value, dict):
        return _short(", ".join(f"{name}: {value_words(each, say)}" for name, each in value.items()))
    text = str(value)
    return shown_moment(text) if _MOMENT.fullmatch(text) else _short(text)


def _subject(row: LinkedRow, say: Callable[[str], str]) -> str:
    """The subject of an entry; a document by its number."""
    if not row.subject.startswith(_DOCUMENT):
        return row.subject
    number = _values(row.after).get("control_number") or row.subject.removeprefix(_DOCUMENT)
    return f"{say('documento')} {number}"


def _in_words(name: str, value: Any) -> Any:
    """A value whose own names are codes, with the words for them."""
    if name in _BY_PAYMENT and isinstance(value, dict):
        return {word(Catalog.PAYMENT_METHODS, code): each for code, each in value.items()}
    return value


def _values(text: str) -> Mapping[str, Any]:
    """The values of an entry; none for a text that somebody has damaged."""
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _short(text: str) -> str:
    """A text of somebody, on one line and in its own direction: what turns the letters around it is left out."""
    shown = "".join(letter if letter.isprintable() else "·" for letter in text[:_LONGEST])
    return shown if len(text) <= _LONGEST else f"{shown}…"


def _label(name: str, say: Callable[[str], str]) -> str:
    """The name of a value; of a branch's with its code: ``S001: Teléfono``."""
    place, _, rest = name.removeprefix(_OF_BRANCH).partition(".")
    if name.startswith(_OF_BRANCH) and rest in CHANGED_FIELDS:
        return f"{_short(place)}: {say(CHANGED_FIELDS[rest])}"
    return say(CHANGED_FIELDS[name]) if name in CHANGED_FIELDS else _short(name)
