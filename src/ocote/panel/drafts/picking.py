"""Puts what a person chose from a list into a draft: a customer, an item, an economic activity."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ocote.documents.view import Refused
from ocote.drafting.drafts import KeptDraft
from ocote.drafting.requested import person_fields
from ocote.panel.frame.request import PanelRequest

_ID: Final = re.compile(r"[0-9]{1,18}")


async def picked(request: PanelRequest, draft: KeptDraft, chosen: str) -> tuple[dict[str, Any], str]:
    """The body with what was chosen, and the part of the page that shows it. Raises Refused for what is gone."""
    kind, _, value = chosen.partition(":")
    party = "subject" if draft.row.is_purchase else "customer"
    if kind == "customer" and _ID.fullmatch(value):
        person = await request.services.lookups.customer(request.company_id, int(value))
        if person is None:
            raise Refused("page_not_found")
        has = {field.name for field in _described(draft, party)}
        return {**draft.body, party: {name: each for name, each in person_fields(person).items() if name in has}}, party
    if kind == "activity":
        known = draft.body.get(party)
        said = dict(known) if isinstance(known, Mapping) else {}
        return {**draft.body, party: {**said, "activity_code": value}}, party
    if kind != "item":
        raise Refused("form_unreadable")
    lines = draft.body.get("lines")
    return {**draft.body, "lines": with_item(lines if isinstance(lines, list) else [], value)}, "add-item"


def with_item(lines: list[Any], code: str) -> list[Any]:
    """The lines with one more of an item: of a line that says nothing but the item, the quantity grows."""
    for position, line in enumerate(lines):
        if isinstance(line, Mapping) and set(line) == {"code", "quantity"} and line["code"] == code:
            quantity = line["quantity"]
            if isinstance(quantity, Decimal):
                return [*lines[:position], {**line, "quantity": quantity + 1}, *lines[position + 1 :]]
    return [*lines, {"code": code, "quantity": Decimal(1)}]


def _described(draft: KeptDraft, party: str) -> tuple[Any, ...]:
    """The fields of the person that the draft's type of document has."""
    field = next(each for each in draft.described.fields if each.name == party)
    described: Any = field.kind
    return tuple(each for each in described.described.fields if not each.only_for or draft.kind in each.only_for)
