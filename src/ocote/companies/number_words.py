"""Spanish sentences about a number that was set."""

from collections.abc import Iterator

from ocote.companies.numbering import SetSeries
from ocote.dte.types import DOCUMENT_TYPES


def described_change(done: SetSeries) -> Iterator[str]:
    """The number that was set, as one line, and another line about the numbers that it leaves out."""
    series, before = done.series, done.before.next_before
    title = DOCUMENT_TYPES[series.doc_type].title
    what = f"era {before} y ahora es {done.next}" if before != done.next else f"sigue siendo {done.next}"
    yield (
        f"{series.point}, tipo {series.doc_type} ({title}), {series.year}: el próximo número {what}. "
        f"El próximo documento llevará {done.next_control_number}."
    )
    gap = done.gap
    if len(gap) == 1:
        yield f"El número {gap[0]} queda sin documento."
    elif gap:
        yield f"Del {gap[0]} al {gap[-1]} quedan {len(gap)} números sin documento."
