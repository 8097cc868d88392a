"""The first numbers of a company that issued with another system before, as its description gives them."""

from datetime import datetime

from ocote.clock import local
from ocote.companies.description.value import CompanyDescription
from ocote.store.engine.values import moment_text
from ocote.store.numbers import Series, WantedNumber


def first_numbers(described: CompanyDescription, now: datetime, by: str) -> tuple[WantedNumber, ...]:
    """The numbers with which series begin in the year of ``now``; ``by`` is the person who sets them."""
    year = local(now).year
    return tuple(
        WantedNumber(Series(doc_type, branch.code, point.code, year), number, by, moment_text(now))
        for branch in described.branches
        for point in branch.points
        for doc_type, number in point.first_numbers.items()
    )


def number_facts(wanted: WantedNumber, next_before: int) -> dict[str, object]:
    """A number that was set, as the audit log tells it."""
    series = wanted.series
    return {
        "doc_type": series.doc_type,
        "point": series.point,
        "year": series.year,
        "next_before": next_before,
        "next": wanted.next,
        "by": wanted.by,
    }
