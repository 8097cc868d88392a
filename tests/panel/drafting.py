"""Filling in drafts at the panel, for tests."""

from collections.abc import Mapping

from tests.panel_client import PanelClient, Shown

SALE = {
    "lines[0].description": "Resma de papel",
    "lines[0].quantity": "2",
    "lines[0].unit_price": "5.65",
}
"""A sale of 11.30."""


def begun(person: PanelClient, kind: str = "01") -> str:
    """The path of a new draft."""
    person.get("/c/1/drafts")
    return moved(person.post("/c/1/drafts", {"kind": kind}))


def moved(answer: Shown) -> str:
    """The path to which an answer leads."""
    assert answer.status == 303, answer.words
    return answer.headers["location"].removeprefix("/panel")


def sent(person: PanelClient, path: str, fields: Mapping[str, str], do: str = "calculate") -> Shown:
    """The form of a draft, sent with one of its buttons; what is issued is calculated first."""
    seen = person.get(path).hidden["seen"]
    if do != "issue":
        return person.post(path, {"seen": seen, **fields, "do": do})
    return person.post(path, {"seen": seen, **fields, **marked(person, path, seen, fields), "do": do})


def marked(person: PanelClient, path: str, seen: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The hidden fields of the totals after a calculation: what the person saw."""
    hidden = person.post(path, {"seen": seen, **fields, "do": "calculate"}).hidden
    return {name: hidden[name] for name in ("seen", "tried") if name in hidden}


def as_shown(person: PanelClient, path: str, do: str = "issue") -> Shown:
    """The form of a draft as its page shows it, sent with one of its buttons: nothing was typed."""
    return person.post(path, [*person.get(path).filled, ("do", do)])
