"""The requests that ``docs/selling.md`` shows, each with the amounts that the page states behind it."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

_PAGE = Path(__file__).parents[2] / "docs" / "selling.md"
_PART = re.compile(r"^# .+?$\n(.*?)(?=^# |\Z)", re.DOTALL | re.MULTILINE)
_PATH = re.compile(r"the body of `POST /api/connect(/[a-z-]+)`")
_SECTION = re.compile(r"^## (.+?)$\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_BODY = re.compile(r"^```json\n(.*?)^```$\n(.*)", re.DOTALL | re.MULTILINE)
_AMOUNT = re.compile(r"`(amount_\w+)` ([\d.]+\d)")


class ShownSale(NamedTuple):
    """A sale or a note of the page: its heading, its path and request, and the amounts stated behind the request."""

    heading: str
    path: str
    request: dict[str, Any]
    amounts: dict[str, Decimal]


def shown_sales() -> list[ShownSale]:
    """Every sale and note of the page, in its order."""
    found = []
    for part in _PART.findall(_PAGE.read_text(encoding="utf-8")):
        [path] = _PATH.findall(part)
        for heading, text in _SECTION.findall(part):
            [(body, behind)] = _BODY.findall(text)
            amounts = {name: Decimal(amount) for name, amount in _AMOUNT.findall(behind)}
            found.append(ShownSale(heading, path, json.loads(body, parse_float=Decimal), amounts))
    return found
