"""Turns the filter in an address into the documents it chooses, by the rules of the API's list."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.view import DocumentFilter, Position, Refused
from ocote.dte.faults import Fault
from ocote.panel.documents.pages import days_of
from ocote.requests.cursor import Cursors
from ocote.requests.listing import read_filter
from ocote.requests.searching import read_search, searched_point
from ocote.web.invalid import InvalidRequest

_PAGE = 50
"""Documents on one page of the list."""


class Chosen(Struct, frozen=True):
    """The filter of a page. ``faults`` are those of the address; with any of them nothing is listed.

    ``is_nothing`` is a filter that no document fulfils, such as a point of sale that the person does not see.
    """

    wanted: DocumentFilter
    faults: tuple[Fault, ...] = ()
    is_nothing: bool = False


class Reach(Struct, frozen=True):
    """The reach of a person: the company, and the points of sale, none for all of the company."""

    company_id: int
    points: tuple[str, ...]


def read_choice(query: Mapping[str, str], reach: Reach, today: date, cursors: Cursors) -> Chosen:
    """The documents that an address chooses. Raises Refused for a cursor that was not made for them."""
    text = query.get("q", "")
    named = searched_point(text)
    asked = [point for point in (named, query.get("point", "").strip()) if point]
    points = _points(reach.points, asked)
    sought = None if named is not None else read_search(text)

    def complete(wanted: DocumentFilter) -> DocumentFilter:
        return replace(wanted, points=points, sought=sought)

    def opened(cursor: str, wanted: DocumentFilter) -> Position | None:
        return cursors.read(reach.company_id, complete(wanted), cursor)

    try:
        wanted = read_filter(_parameters(query, today), opened)
    except InvalidRequest as error:
        if any(fault.field == "cursor" for fault in error.faults):
            raise Refused("page_not_found") from error
        return Chosen(DocumentFilter(points=reach.points), error.faults)
    return Chosen(complete(wanted), is_nothing=bool(asked or reach.points) and not points)


def _points(reached: tuple[str, ...], asked: list[str]) -> tuple[str, ...]:
    """The points of sale of a list: those that are asked for, as far as the person sees them."""
    if not asked:
        return reached
    wanted = set(asked)
    return tuple(wanted) if len(wanted) == 1 and (not reached or wanted <= set(reached)) else ()


def _parameters(query: Mapping[str, str], today: date) -> dict[str, str]:
    """The parameters of the API's list that say the same."""
    first, last = days_of(query.get("period", ""), today)
    found = {
        "date_from": first.isoformat() if first else query.get("date_from", ""),
        "date_to": last.isoformat() if last else query.get("date_to", ""),
        **{name: query.get(name, "") for name in ("doc_type", "state", "customer", "cursor")},
    }
    return {"limit": str(_PAGE), **{name: value.strip() for name, value in found.items() if value.strip()}}
