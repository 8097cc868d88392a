"""The spans of days that a page of exports proposes. Pure."""

from datetime import date, timedelta

from msgspec import Struct


class ProposedSpan(Struct, frozen=True):
    """Days from the first to the last, both included, under a name in Spanish."""

    label: str
    first: date
    last: date


def proposed_spans(today: date) -> tuple[ProposedSpan, ...]:
    """Today, this month, the month before and this year."""
    this_month = today.replace(day=1)
    before = this_month - timedelta(days=1)
    return (
        ProposedSpan("Este mes", this_month, today),
        ProposedSpan("El mes anterior", before.replace(day=1), before),
        ProposedSpan("Este año", today.replace(month=1, day=1), today),
        ProposedSpan("Hoy", today, today),
    )
