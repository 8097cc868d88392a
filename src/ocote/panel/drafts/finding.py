"""Suggests customers, items and economic activities while a person types."""

from typing import Final

from msgspec import Struct

from ocote.drafting.drafts import DESCRIPTIONS
from ocote.drafting.fields import storable
from ocote.drafting.lookups import FoundCustomer
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.types import DOCUMENT_TYPES
from ocote.items.item import KeptItem
from ocote.panel.frame.rendering import Say
from ocote.panel.frame.request import PanelRequest
from ocote.requests.description import InnerObject
from ocote.web.response import Response

_SHORTEST: Final = 2
"""Characters from which on a text is looked for."""

_MOST_ACTIVITIES: Final = 20
_NUMBERS: Final = frozenset({"NIT", "NRC"})


class Suggestion(Struct, frozen=True):
    """Something to choose: the value of its button, its name, and what tells it from others.

    ``impossible`` says why the draft cannot have it; empty for what can be chosen.
    """

    value: str
    name: str
    detail: str
    impossible: str = ""


async def get_customer_suggestions(request: PanelRequest) -> Response:
    """The customers that fit the text."""
    text = _text(request, "q_customer")
    found = await find_customers(request, text, request.query.get("kind", ""))
    return request.page("drafts/suggestions.html", suggestions=found, text=text, name="q_customer")


async def get_item_suggestions(request: PanelRequest) -> Response:
    """The items that fit the text."""
    text = _text(request, "q_item")
    found = await find_items(request, text)
    return request.page("drafts/suggestions.html", suggestions=found, text=text, name="q_item")


async def get_activity_suggestions(request: PanelRequest) -> Response:
    """The economic activities that fit the text: as buttons, or for the list of the field in which it is typed."""
    if "list" in request.query:
        typed = next((name for name in request.query if name.endswith("activity_code")), "")
        return request.page("drafts/activities.html", suggestions=find_activities(_text(request, typed)))
    text = _text(request, "q_activity")
    return request.page("drafts/suggestions.html", suggestions=find_activities(text), text=text, name="q_activity")


async def find_customers(request: PanelRequest, text: str, kind: str) -> tuple[Suggestion, ...]:
    """Customers of the company by a part of the name or the beginning of a number; none for a short text.

    ``kind`` is the type of the draft, which cannot name everybody.
    """
    if len(text) < _SHORTEST:
        return ()
    found = await request.services.lookups.customers(request.company_id, text)
    needed = _needed_numbers(kind)
    return tuple(_customer(each, needed, request.say) for each in found)


async def find_items(request: PanelRequest, text: str) -> tuple[Suggestion, ...]:
    """Items of the company by a part of code or description; none for an empty text."""
    if not text:
        return ()
    found = await request.services.lookups.items(request.company_id, text)
    return tuple(map(_item, found))


def find_activities(text: str) -> tuple[Suggestion, ...]:
    """Economic activities by a part of code or name."""
    wanted = catalogs.fold(text.strip())
    if len(wanted) < _SHORTEST:
        return ()
    found = [
        Suggestion(f"activity:{code}", label, code)
        for code, label in catalogs.labels(Catalog.ACTIVITIES).items()
        if code.startswith(wanted) or wanted in catalogs.fold(label)
    ]
    return tuple(found[:_MOST_ACTIVITIES])


def _text(request: PanelRequest, name: str) -> str:
    return storable(request.query.get(name, "")).strip()


def _customer(found: FoundCustomer, needed: frozenset[str], say: Say) -> Suggestion:
    """The record; whoever has none of the numbers that the document needs cannot be named in it."""
    has = {label: number for label, number in _numbers(found) if number}
    lacks = " y ".join(each for each in sorted(needed))
    impossible = say("sin {numbers}, que este documento exige").format(numbers=lacks) if needed else ""
    return Suggestion(
        f"customer:{found.id}",
        found.person.name,
        " · ".join(f"{label} {number}" for label, number in has.items()),
        "" if needed & set(has) else impossible,
    )


def _needed_numbers(kind: str) -> frozenset[str]:
    """The numbers of the other party without which there is no document of a type."""
    row = DOCUMENT_TYPES.get(kind)
    parts = DESCRIPTIONS[row.family].fields if row is not None else ()
    parties = (each.kind for each in parts if each.name == "customer")
    fields = (each for party in parties if isinstance(party, InnerObject) for each in party.described.fields)
    return frozenset(each.name.upper() for each in fields if kind in each.required_for) & _NUMBERS


def _numbers(found: FoundCustomer) -> tuple[tuple[str, str | None], ...]:
    return ("NIT", found.person.nit), ("DUI", found.person.dui), ("NRC", found.person.nrc)


def _item(found: KeptItem) -> Suggestion:
    return Suggestion(f"item:{found.code}", found.item.description, f"{found.code} · ${found.item.unit_price:f}")
