"""The requests that ``docs/selling.md`` shows, each with the amounts that the page states behind it."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

_PAGE = Path(__file__).parents[2] / "docs" / "selling.md"
_SECTION = re.compile(r"^## (.+?)$\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_BODY = re.compile(r"^```json\n(.*?)^```$\n(.*)", re.DOTALL | re.MULTILINE)
_AMOUNT = re.compile(r"`(amount_\w+)` ([\d.]+\d)")


class ShownSale(NamedTuple):
    """A sale of the page: its heading, its request, and the amounts that are stated behind the request."""

    heading: str
    request: dict[str, Any]
    amounts: dict[str, Decimal]


def shown_sales() -> list[ShownSale]:
    """Every sale of the page, in its order."""
    found = []
    for heading, text in _SECTION.findall(_PAGE.read_text(encoding="utf-8")):
        [(body, behind)] = _BODY.findall(text)
        amounts = {name: Decimal(amount) for name, amount in _AMOUNT.findall(behind)}
        found.append(ShownSale(heading, json.loads(body, parse_float=Decimal), amounts))
    return found
