"""The values that the pages of counters show."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.documents.view import Refused
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.frame.moments import shown_moment
from ocote.store.numbers import Counter, CounterRow, Series


class CounterLine(Struct, frozen=True):
    """A counter in the list. ``taken`` counts the numbers that MH refused because other documents bear them."""

    point: str
    doc_type: str
    title: str
    year: int
    next: int
    control_number: str
    reference: str
    issued: str
    taken: int


class CounterPage(Struct, frozen=True):
    """A page of counters. ``after`` is the query with which the next one begins, empty on the last."""

    lines: tuple[CounterLine, ...]
    after: str


MOST_COUNTERS: Final = 50
"""Counters of one page; each is looked up with its last document."""

_SERIES: Final = re.compile(r"([0-9]{4})-([A-Z0-9]{4})([A-Z0-9]{4})-([0-9]{2})")


def counter_page(counters: Sequence[Counter]) -> CounterPage:
    """The page of one counter more than it shows, if there are as many."""
    shown = tuple(map(_line, counters[:MOST_COUNTERS]))
    if len(counters) <= MOST_COUNTERS:
        return CounterPage(shown, "")
    last = shown[-1]
    return CounterPage(shown, f"after={last.year}-{last.point}-{last.doc_type}")


def asked_series(text: str) -> Series | None:
    """The series of ``2026-M001P001-03``, None without a text. Raises Refused (``page_not_found``) for any other."""
    if not text:
        return None
    found = _SERIES.fullmatch(text)
    if found is None:
        raise Refused("page_not_found")
    return Series(found[4], found[2], found[3], int(found[1]))


def refused_lines(rows: Sequence[CounterRow]) -> tuple[CounterLine, ...]:
    """The lines of counters whose last documents do not matter."""
    return tuple(_line(Counter(row, None)) for row in rows)


def type_choices() -> list[tuple[str, str]]:
    """The types of documents that have numbers, as the choices of a field."""
    return [(code, f"{code} · {known.title}") for code, known in DOCUMENT_TYPES.items()]


def _line(counter: Counter) -> CounterLine:
    row, document = counter.row, counter.document
    return CounterLine(
        point=row.branch_code + row.pos_code,
        doc_type=row.doc_type,
        title=DOCUMENT_TYPES[row.doc_type].title if row.doc_type in DOCUMENT_TYPES else row.doc_type,
        year=row.year,
        next=row.last + 1,
        control_number=document.control_number if document else "",
        reference=document.external_ref if document else "",
        issued=shown_moment(document.posted_at) if document else "",
        taken=row.taken,
    )
