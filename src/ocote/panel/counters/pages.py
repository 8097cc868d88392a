"""The values that the pages of counters show."""

from collections.abc import Iterable

from msgspec import Struct

from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.frame.moments import shown_moment
from ocote.store.numbers import Counter


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


def counter_lines(counters: Iterable[Counter]) -> tuple[CounterLine, ...]:
    """The lines of the list: the years from the last, and in each the points of sale and types in their order."""
    lines = [_line(counter) for counter in counters]
    return tuple(sorted(lines, key=lambda line: (-line.year, line.point, line.doc_type)))


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
